"""A new model goes live in the real house under load, and one command takes it back."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import tarfile

import httpx
import pytest

from bot.nlu import launch
from bot.settings import ROOT
from bot.supervisor.rolling import model_id
from bot.supervisor.shelf import ASIDE, BEFORE
from tests.cast import Customer

pytestmark = pytest.mark.rasa


def renamed_copy(source, target, name):
    """The same model under another id, as a second training would give it."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz", compresslevel=1) as new:
        for member in old:
            content = old.extractfile(member) if member.isfile() else None
            if member.name.lstrip("./") == "metadata.json" and content:
                data = json.dumps(json.load(content) | {"model_id": name}).encode()
                member.size, content = len(data), io.BytesIO(data)
            new.addfile(member, content)
    return target


@pytest.fixture
def models(tmp_path):
    """The project's models, put back as they were whatever happens."""
    kept = tmp_path / "kept"
    shutil.copytree(ROOT / "models", kept)
    yield kept
    for path in (launch.model_path(ROOT), launch.fingerprint_path(ROOT)):
        scratch = path.with_suffix(".put-back")
        shutil.copy(kept / path.name, scratch)
        scratch.replace(path)
    for name in (BEFORE, ASIDE):
        for path in (ROOT / "models").glob(f"{name}.*"):
            if not (kept / path.name).exists():
                path.unlink()


def loaded(house):
    answer = httpx.get(f"{house.rasa}/webhooks/gateway/health", timeout=10, trust_env=False)
    return answer.json()["model_id"]


async def talk(customer, done):
    """Write without a pause until told to stop; gives all replies."""
    replies = []
    while not done.is_set():
        for text in ("hello", "my transfer is stuck", "cancel"):
            turn = await customer.write(text)
            replies += [reply["text"] for reply in turn["replies"]]
    return replies


async def test_a_model_is_rolled_out_and_taken_back_and_the_customer_notices_nothing(
    whole_house, http, models, tmp_path
):
    old = model_id(launch.model_path(ROOT))
    assert loaded(whole_house) == old
    copy = renamed_copy(launch.model_path(ROOT), tmp_path / "copy.tar.gz", "e" * 32)
    customer, done = await Customer(http).begin("en"), asyncio.Event()
    talking = asyncio.create_task(talk(customer, done))
    said = await asyncio.to_thread(
        whole_house.command, "model", "roll", "--file", str(copy), "--unchecked"
    )
    assert "The new model answers" in said.stdout
    assert loaded(whole_house) == "e" * 32
    await asyncio.to_thread(whole_house.command, "model", "back")
    assert loaded(whole_house) == old
    done.set()
    replies = await talking
    assert len(replies) >= 3
    assert not [text for text in replies if "not available" in text]
    assert model_id(launch.model_path(ROOT)) == old


def test_what_is_no_model_is_refused_and_the_old_one_goes_on(whole_house):
    old = loaded(whole_house)
    answer = httpx.put(
        f"{whole_house.rasa}/webhooks/gateway/model",
        json={"model": "nowhere"},
        headers={"X-Seedwarden-Token": whole_house.environment["SEEDWARDEN_RASA_TOKEN"]},
        timeout=30,
        trust_env=False,
    )
    assert (answer.status_code, answer.json()) == (422, {"error": "no_such_model"})
    assert loaded(whole_house) == old
