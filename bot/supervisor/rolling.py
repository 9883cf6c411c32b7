"""A new model for every running Rasa, one after the other, and the way back.

Each Rasa loads the file beside the model that answers (``bot/nlu/loading.py``), so that nobody
waits. The model before it stays in ``models/before.tar.gz``; a roll that fails half-way is undone.
"""

from __future__ import annotations

import asyncio
import json
import os
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bot.nlu import launch
from bot.settings import Settings
from bot.supervisor.errors import StartRefused
from bot.supervisor.parts import rasa_python

BEFORE: Final = "before"
NEXT: Final = "next"
TOKEN_FILE: Final = "rasa.token"  # noqa: S105 - a file's name
LOAD_SECONDS: Final = 120.0
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
            RollFailed: one did not; the model before it answers everywhere that could be reached.
        """
        wanted = model_id(candidate)
        self._put(candidate, made_from)
        await self._or_undo(wanted)

    async def back(self) -> None:
        """Put the model before this one in its place; once more goes forward again.

        Raises:
            RollFailed: none was kept, or a Rasa did not load it.
        """
        before = self._file(BEFORE)
        if not before.is_file():
            raise RollFailed("There is no model to go back to: none was rolled out yet.")
        wanted = model_id(before)
        self._swap()
        await self._or_undo(wanted)

    async def _or_undo(self, wanted: str) -> None:
        try:
            await self._load_everywhere(wanted)
        except RollFailed as failed:
            self.say(f"  {failed}")
            self._swap()
            kept = model_id(launch.model_path(self.root))
            for url in self.urls:
                try:
                    await self._load(url, kept)
                except RollFailed as error:  # noqa: PERF203 - it may be the one that is down
                    self.say(f"  {error}")
            raise RollFailed(f"{failed} The model before it is in its place again.") from None

    async def _load_everywhere(self, wanted: str) -> None:
        for url in self.urls:
            await self._load(url, wanted)
            self.say(f"  {url} answers with model {wanted[:12]}")

    async def _load(self, url: str, wanted: str) -> None:
        headers = {"X-Seedwarden-Token": self.token}
        async with httpx.AsyncClient(trust_env=False, timeout=LOAD_SECONDS) as client:
            try:
                answer = await client.put(f"{url}{_CHANNEL}/model", json={}, headers=headers)
                told = answer.json()
            except (httpx.HTTPError, ValueError) as error:
                raise RollFailed(f"{url} did not load it ({type(error).__name__}).") from None
        if not answer.is_success:
            word = told.get("error", answer.status_code)
            raise RollFailed(f"{url} refused it ({word}).")
        if told.get("model_id") != wanted:
            raise RollFailed(
                f"{url} loaded another model: its own models/ holds it. Copy "
                f"models/{launch.MODEL_NAME}.tar.gz to that machine first."
            )

    def _file(self, name: str) -> Path:
        return self.root / "models" / f"{name}.tar.gz"

    def _put(self, candidate: Path, made_from: str) -> None:
        self._keep_before()
        candidate.replace(launch.model_path(self.root))
        if made_from:
            launch.remember_fingerprint(self.root, made_from)

    def _keep_before(self) -> None:
        """Copy by hard link: the model's own name is never without a file."""
        for mine, kept in self._pairs():
            if mine.is_file():
                scratch = kept.with_name(kept.name + ".tmp")
                scratch.unlink(missing_ok=True)
                os.link(mine, scratch)
                scratch.replace(kept)

    def _swap(self) -> None:
        for mine, kept in self._pairs():
            if mine.is_file() and kept.is_file():
                scratch = kept.with_name(kept.name + ".tmp")
                scratch.unlink(missing_ok=True)
                os.link(mine, scratch)
                kept.replace(mine)
                scratch.replace(kept)

    def _pairs(self) -> tuple[tuple[Path, Path], ...]:
        model, prints = launch.model_path(self.root), launch.fingerprint_path(self.root)
        return (
            (model, self._file(BEFORE)),
            (prints, prints.with_name(f"{BEFORE}.sha256")),
        )


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


async def check_gates(root: Path, say: Say) -> None:
    """Compare how much of the held-out examples is understood with bench/nlu_gate.json.

    Raises:
        RollFailed: a language, an intent or the questions fell further than is allowed.
    """
    say("Checking it against the recorded figures (bench/nlu_gate.json)")
    command = [str(rasa_python(root)), str(root / "bench" / "nlu_gate.py"), "--check"]
    await _run(command, root, "It understands less than was recorded")


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
