"""A new model for every running Rasa, one after the other, and the way back.

Each Rasa loads the file beside the model that answers (``bot/nlu/loading.py``), so that nobody
waits. The model before it stays in ``models/before.tar.gz`` (``shelf.py``); a roll that fails
half-way is undone, and of each Rasa it is told what answers there then.
"""

from __future__ import annotations

import asyncio
import json
import os
import tarfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from bot.nlu import launch
from bot.settings import Settings
from bot.supervisor.errors import StartRefused
from bot.supervisor.parts import rasa_python
from bot.supervisor.shelf import ASIDE, BEFORE, Shelf

NEXT: Final = "next"
TOKEN_FILE: Final = "rasa.token"  # noqa: S105 - a file's name
LOAD_SECONDS: Final = 120.0
BUSY_SECONDS: Final = 240.0
"""How long a Rasa that is still loading another model is waited for."""
AGAIN_SECONDS: Final = 1.0
_CHANNEL: Final = "/webhooks/gateway"

Say = Callable[[str], None]


class RollFailed(StartRefused):
    """The new model does not answer everywhere; the message says what answers now."""


@dataclass(frozen=True)
class Rolling:
    """Where the models lie, and which Rasa load them."""

    root: Path
    urls: Sequence[str]
    token: str
    say: Say

    @classmethod
    def of(cls, settings: Settings, root: Path, say: Say, urls: Sequence[str] = ()) -> Rolling:
        """By the settings; the supervisor left the token of this start in the state folder.

        Raises:
            RollFailed: there is no token, so nothing that runs could be asked.
        """
        token = settings.rasa_token.get_secret_value()
        kept = settings.var_folder / TOKEN_FILE
        if not token and kept.is_file():
            token = kept.read_text(encoding="ascii").strip()
        if not token:
            raise RollFailed(
                "No Rasa of ours runs on this machine: start it with 'seedwarden run', or set "
                "SEEDWARDEN_RASA_TOKEN and SEEDWARDEN_RASA_URL to those of the Rasa that do run."
            )
        return cls(root, list(urls) or settings.engine_urls, token, say)

    async def forward(self, candidate: Path, made_from: str = "") -> None:
        """Put ``candidate`` in the model's place and let every Rasa load it.

        Raises:
            RollFailed: one did not; it was told of each Rasa what answers there now.
        """
        wanted, shelf = model_id(candidate), Shelf(self.root)
        served = await self._served()
        shelf.put(candidate, made_from)
        try:
            await self._load_everywhere(wanted)
        except RollFailed as failed:
            shelf.take_back(candidate)
            raise await self._undone(failed, served) from None
        shelf.keep()

    async def back(self) -> None:
        """Put the model before this one in its place; once more goes forward again.

        Raises:
            RollFailed: none was kept, or a Rasa did not load it.
        """
        shelf = Shelf(self.root)
        if shelf.file(ASIDE).is_file():  # a roll that was cut off
            shelf.keep()
        if not shelf.file(BEFORE).is_file():
            raise RollFailed("There is no model to go back to: none was rolled out yet.")
        wanted = model_id(shelf.file(BEFORE))
        served = await self._served()
        shelf.swap()
        try:
            await self._load_everywhere(wanted)
        except RollFailed as failed:
            shelf.swap()
            raise await self._undone(failed, served) from None

    async def _served(self) -> dict[str, str]:
        """The model each Rasa answers with.

        Raises:
            RollFailed: one does not answer, and nothing was changed.
        """
        served = {url: await self._serves(url) for url in self.urls}
        for url, found in served.items():
            if not found:
                raise RollFailed(f"{url} does not answer. Nothing was changed.")
        return served

    async def _undone(self, failed: RollFailed, served: Mapping[str, str]) -> RollFailed:
        """Let every Rasa load what lies in the model's place again, and look what came of it."""
        self.say(f"  {failed}")
        kept, is_all = model_id(Shelf(self.root).model), True
        for url, before in served.items():
            try:
                await self._load(url, kept)
            except RollFailed as error:
                self.say(f"  {error}")
            now = await self._serves(url)
            is_all &= now == before
            self.say(f"  {url} {_standing(now, before)}")
        if is_all:
            return RollFailed(f"{failed} Every Rasa answers with the model that it had before.")
        return RollFailed(
            f"{failed} Not every Rasa answers with the model that it had before: each line above "
            "says what is there. The file of the model before it is in its place again: when that "
            "Rasa can load it, start it anew."
        )

    async def _load_everywhere(self, wanted: str) -> None:
        for url in self.urls:
            await self._load(url, wanted)
            self.say(f"  {url} answers with model {wanted[:12]}")

    async def _load(self, url: str, wanted: str) -> None:
        ends = time.monotonic() + BUSY_SECONDS
        answer = await self._ask("PUT", url, "model")
        while answer.status_code == httpx.codes.CONFLICT and time.monotonic() < ends:
            await asyncio.sleep(AGAIN_SECONDS)  # it is still loading what it was told before
            answer = await self._ask("PUT", url, "model")
        told = _told(answer)
        if not answer.is_success:
            word = told.get("error", answer.status_code)
            raise RollFailed(f"{url} refused it ({word}).")
        if told.get("model_id") != wanted:
            raise RollFailed(
                f"{url} loaded another model: its own models/ holds it. Copy "
                f"models/{launch.MODEL_NAME}.tar.gz to that machine first."
            )

    async def _serves(self, url: str) -> str:
        """The id of the model that answers there; empty where nothing does."""
        try:
            return str(_told(await self._ask("GET", url, "health")).get("model_id") or "")
        except RollFailed:
            return ""

    async def _ask(self, method: str, url: str, what: str) -> httpx.Response:
        headers = {"X-Seedwarden-Token": self.token}
        async with httpx.AsyncClient(trust_env=False, timeout=LOAD_SECONDS) as client:
            try:
                return await client.request(method, f"{url}{_CHANNEL}/{what}", headers=headers)
            except httpx.HTTPError as error:
                raise RollFailed(f"{url} did not load it ({type(error).__name__}).") from None


def _told(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _standing(now: str, before: str) -> str:
    """What a Rasa answers with after a roll was undone."""
    if now == before:
        return f"answers with model {now[:12]}, as before"
    if now:
        return f"answers with model {now[:12]}; before it was {before[:12]}"
    return f"does not answer; before it was model {before[:12]}"


def model_id(archive: Path) -> str:
    """The id that training gave a model.

    Raises:
        RollFailed: the file is no model.
    """
    try:
        with tarfile.open(archive) as opened:
            for member in opened:
                if member.name.lstrip("./") == "metadata.json":
                    told = opened.extractfile(member)
                    return str(json.load(told)["model_id"]) if told else ""
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise RollFailed(f"{archive.name} is no model ({type(error).__name__}).") from None
    raise RollFailed(f"{archive.name} is no model (it has no metadata).")


async def train_next(root: Path, say: Say) -> tuple[Path, str]:
    """Train beside the model that answers; gives the file and what it was made from.

    Raises:
        RollFailed: no model came out, and nothing was changed.
    """
    folder, made_from = root / "models" / NEXT, launch.fingerprint(root)
    folder.mkdir(exist_ok=True)
    command = [*launch.train_command(rasa_python(root), root), str(folder)]
    say("Training the next model (one to three minutes); the one that answers goes on")
    await _run(command, root, "Training failed")
    return folder / f"{launch.MODEL_NAME}.tar.gz", made_from


async def check_gates(root: Path, say: Say, candidate: Path, *, is_trained_here: bool) -> None:
    """Compare how much of the held-out examples is understood with bench/nlu_gate.json.

    The file itself is asked, which has mostly seen these examples: that finds a broken, foreign
    or outdated one. Where it was trained here, a training without them shows what was learnt.

    Raises:
        RollFailed: a language, an intent or the questions fell further than is allowed.
    """
    gate = [str(rasa_python(root)), str(root / "bench" / "nlu_gate.py"), "--check"]
    say("Asking the new model what the recorded figures were measured on (bench/nlu_gate.json)")
    asked = [*gate, "--model", str(candidate)]
    await _run(asked, root, "The new model understands less than was recorded")
    if is_trained_here:
        say("Checking what the data teach against the recorded figures")
        await _run(gate, root, "The data teach less than was recorded")


async def _run(command: Sequence[str], root: Path, failed: str) -> None:
    child = await asyncio.create_subprocess_exec(
        *command,
        cwd=root,
        env=dict(os.environ) | launch.training_environment(root),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    if child.returncode:
        last = " · ".join(said.decode("utf-8", "replace").strip().splitlines()[-4:])
        raise RollFailed(f"{failed}: {last} Nothing was changed; the model before it answers.")
