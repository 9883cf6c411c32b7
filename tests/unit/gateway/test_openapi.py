"""The description of the API is true: schemathesis calls everything that it describes."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import httpx
import pytest
import schemathesis
from fastapi import APIRouter
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from bot.bootstrap import build_gateway
from bot.desk.database import open_database
from bot.desk.service import Desk
from bot.settings import Settings
from tests.cast import FakeEngine

CALLS = [
    ("POST", "/api/v1/conversations"),
    ("POST", "/api/v1/conversations/{conversation_id}/messages"),
    ("GET", "/api/v1/conversations/{conversation_id}/messages"),
    ("GET", "/api/v1/conversations/{conversation_id}/who"),
    ("POST", "/api/v1/conversations/{conversation_id}/stopped"),
    ("POST", "/api/v1/conversations/{conversation_id}/report"),
    ("POST", "/api/v1/conversations/{conversation_id}/typing"),
    ("POST", "/api/v1/conversations/{conversation_id}/rating"),
    ("GET", "/api/v1/conversations/{conversation_id}/transcript"),
    ("POST", "/api/v1/tickets/lookup"),
    ("POST", "/api/v1/tickets/code"),
    ("POST", "/api/v1/tickets/mail"),
    ("POST", "/api/v1/verify"),
]
# It takes a file, not JSON: tests/unit/gateway/test_attachments.py sends good and bad ones.
UPLOADING = ("POST", "/api/v1/conversations/{conversation_id}/attachments")
# It ends what the others call: tests/unit/gateway/test_records.py calls it.
ERASING = ("DELETE", "/api/v1/conversations/{conversation_id}")
bounded = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def gateway(file_with_tables, tmp_path_factory):
    """A gateway on a free port, in a thread with a loop of its own."""
    folder = tmp_path_factory.mktemp("described")
    (folder / "desk.db").write_bytes(file_with_tables.read_bytes())
    often = dict.fromkeys(("messages_per_minute", "conversations_per_hour"), 10**6)
    often |= dict.fromkeys(("lookups_per_minute", "records_per_minute", "codes_per_hour"), 10**6)
    chosen = Settings(var=folder, requests_per_minute=10**7, **often)
    address, stop = [], threading.Event()
    started = threading.Event()

    async def serve():
        desk = Desk(open_database(chosen.desk_url))
        app = build_gateway(chosen, desk, FakeEngine(), APIRouter())
        async with serving(app) as where:
            address.append(where)
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(30)
    yield address[0]
    stop.set()
    thread.join(30)


@contextlib.asynccontextmanager
async def serving(app):
    import uvicorn  # noqa: PLC0415 - as in conftest, which fixtures of another loop cannot share

    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture(scope="module")
def described(gateway):
    return schemathesis.openapi.from_url(f"{gateway}/api/v1/openapi.json")


@pytest.fixture(scope="module")
def begun(gateway):
    return httpx.post(f"{gateway}/api/v1/conversations", json={"language": "en"}).json()


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_answers_as_described_to_a_stranger(described, method, path):
    call_at_random(described[path][method], {"Authorization": "Bearer nonsense"})


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_answers_as_described_to_the_customer(described, begun, method, path):
    own = {"Authorization": f"Bearer {begun['token']}"}
    call_at_random(described[path][method], own, conversation_id=begun["id"])


def call_at_random(operation, headers, **known):
    """Call with generated input, right and wrong; every answer must be as described."""

    @bounded
    @given(case=as_described(operation) | beyond(operation))
    def check(case):
        case.path_parameters.update({k: v for k, v in known.items() if k in case.path_parameters})
        answer = case.call(headers=headers)
        case.validate_response(
            answer, headers=headers, excluded_checks=not_to_the_point(case, answer)
        )

    check()


def not_to_the_point(case, answer):
    """Checks that would complain about what is right."""
    if isinstance(case.body, dict) and "choice" in case.body:
        return [positive_data_acceptance]  # unknown ones get 422: what is offered changes
    if answer.status_code == 413 or case.method == "GET":
        # The size is a reason as well; the path is made right, and unknown queries do no harm.
        return [negative_data_rejection]
    return []


def as_described(operation):
    return operation.as_strategy(generation_mode=GenerationMode.POSITIVE)


def beyond(operation):
    return operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def test_the_description_names_every_call_of_the_contract_that_is_built(described):
    # An event stream never ends: tests/unit/gateway/test_events.py reads it.
    stream = ("GET", "/api/v1/conversations/{conversation_id}/events")
    described_calls = {
        (method.upper(), path)
        for path, methods in described.raw_schema["paths"].items()
        for method in methods
    }
    assert described_calls == {*CALLS, stream, UPLOADING, ERASING}
