from __future__ import annotations

import sqlite3

import pytest


@pytest.fixture
def locked(settings):
    """Somebody else holds the database and does not let go."""
    holder = sqlite3.connect(settings.var_folder / "desk.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    yield holder
    holder.close()


async def test_a_database_that_does_not_answer_is_told_and_nothing_is_half_stored(
    customer, locked, engine
):
    answer = await customer.post(text="my transfer is stuck")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-unavailable")
    assert engine.told == []
    locked.execute("ROLLBACK")
    assert len(await customer.messages()) == 1
    assert (await customer.post(text="my transfer is stuck")).status_code == 200
