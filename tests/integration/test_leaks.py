"""The proof: what a customer must not have said is nowhere, whichever way it came.

Everything runs at DEBUG. Published test vectors are sent by every route; then every byte that
the processes wrote, printed or sent to the action server is searched.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.integration.leaks import find, search
from tests.integration.routes import ROUTES, Planter
from tests.integration.vectors import PIN

pytestmark = pytest.mark.rasa

REPEATS_ITS_CALLER = {"at_rasas_api_which_is_not_there", "at_the_action_server"}
"""A path or action that does not exist is named to who asked for it on loopback, to nobody else."""
SPLIT = "phrase split"
"""The first pieces are everyday words until the next one comes: on the wire, but not kept."""


@pytest.fixture(scope="module")
def planted(whole_house):
    """All routes were gone."""
    planter = Planter(whole_house)
    try:
        for name in ROUTES:
            planter.plant(name)
        yield planter
    finally:
        planter.close()


@pytest.fixture(scope="module")
def leaks(whole_house, planted):
    """What was found, as (file, secret)."""
    return search(whole_house.folder, list(planted.planted.values()))


@pytest.mark.parametrize("name", [name for name in ROUTES if name not in REPEATS_ITS_CALLER])
def test_no_answer_repeats_a_secret(planted, name):
    secrets = [secret for secret in planted.planted.values() if secret.name != SPLIT]
    assert [found for one in planted.answers[name] if (found := find(_bytes(one), secrets))] == []


def _bytes(answer):
    if isinstance(answer, bytes | str):
        return answer if isinstance(answer, bytes) else answer.encode()
    return answer.content + repr(answer.headers.raw).encode()


@pytest.mark.parametrize("name", ["as_a_message", "inside_a_sentence", "numbered_on_lines"])
def test_a_secret_is_answered_with_what_to_do_now(planted, name):
    for answer in planted.answers[name]:
        turn = answer.json()
        assert turn["message"]["findings"]
        assert turn["replies"]


def test_every_route_was_gone_and_the_public_one_answered(planted):
    statuses = {
        name: Counter(getattr(answer, "status_code", 0) for answer in answers)
        for name, answers in planted.answers.items()
    }
    assert set(statuses) == set(ROUTES)
    assert set(statuses["as_a_choice"]) == {422}
    assert set(statuses["in_malformed_bodies"]) == {400, 415, 422}
    assert set(statuses["at_rasas_channel_without_a_token"]) == {401}
    assert statuses["at_rasas_channel_with_its_token"][200]
    assert statuses["while_the_desks_table_is_gone"][503]
    assert statuses["while_rasas_database_is_broken"][503]


@pytest.mark.parametrize("place", ["var/desk.db", "var/rasa.db", "var/log/", "output.txt", "tmp/"])
def test_no_secret_is_kept(leaks, place):
    assert [leak for leak in leaks if leak[0].startswith(place)] == []


def test_no_secret_went_to_the_action_server(leaks, planted):
    # Raw tracker events, which only an opened API takes, reach the action before the store.
    accepted = {SPLIT, *(secret.name for secret in planted.opened)}
    wire = [secret for place, secret in leaks if place == "actions.http"]
    assert set(wire) - accepted == set()


def test_no_secret_is_anywhere_else(leaks):
    known = ("var/desk.db", "var/rasa.db", "var/log/", "output.txt", "tmp/", "actions.http")
    assert [leak for leak in leaks if not leak[0].startswith(known)] == []


def test_there_was_something_to_search(whole_house, planted):
    written = {path.name: path.stat().st_size for path in whole_house.folder.rglob("*")}
    assert written["actions.http"] > 100_000
    for name in ("desk.db", "rasa.db", "gateway.log", "rasa.log", "action-server.log"):
        assert written[name] > 1_000
    for name in ("shell-enable-api.txt", "shell-nlu.txt"):
        assert name in written


def test_the_search_finds_what_one_of_the_files_is_made_to_hold(whole_house, planted, tmp_path):
    log = (whole_house.var / "log" / "gateway.log").read_bytes()
    (tmp_path / "gateway.log").write_bytes(log + f'{{"event": "told {PIN}"}}\n'.encode() + log)
    assert search(tmp_path, list(planted.planted.values())) == [("gateway.log", "PIN")]
