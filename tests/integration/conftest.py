"""One start of the whole product for most integration tests; a second one for its end."""

from __future__ import annotations

import httpx
import pytest

from tests.cast import Customer
from tests.conftest import missing
from tests.integration.house import RASA_PYTHON, House, is_listening


def _house(folder):
    if not RASA_PYTHON.exists():
        missing("rasa", "'make install' builds its environment")
    return House(folder)


@pytest.fixture(scope="session")
def whole_house(tmp_path_factory):
    """Everything running at DEBUG; when the session ends, nothing of it is left."""
    house = _house(tmp_path_factory.mktemp("house"))
    try:
        house.start()
        yield house
        house.stop()
        assert house.left_running() == []
        ports = (house.port, house.rasa_port, house.action_port)
        assert not [port for port in ports if is_listening(port)]
    finally:
        house.clear_away()


@pytest.fixture
async def http(whole_house):
    async with httpx.AsyncClient(
        base_url=whole_house.gateway, timeout=60, trust_env=False
    ) as client:
        yield client


@pytest.fixture
async def customer(http):
    return await Customer(http).begin("en")


@pytest.fixture
async def kunde(http):
    """A customer who writes Chinese."""
    return await Customer(http).begin("zh")
