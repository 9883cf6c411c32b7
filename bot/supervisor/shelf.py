"""The models' files while one is rolled out: what answers, the one before it, the one set aside.

``before`` changes only when a roll went well. While it is under way, the model that it replaces
stands aside; it is still there when the roll was killed, and the next roll or ``back`` finds it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.nlu import launch

BEFORE: Final = "before"
ASIDE: Final = "aside"


@dataclass(frozen=True)
class Shelf:
    """The folder ``models/`` of a project; each model goes with what it was made from."""

    root: Path

    @property
    def model(self) -> Path:
        """The model that is started with."""
        return launch.model_path(self.root)

    def file(self, name: str) -> Path:
        """Where another model lies."""
        return self.root / "models" / f"{name}.tar.gz"

    def put(self, candidate: Path, made_from: str) -> None:
        """Let a candidate take the model's place, and set that one aside.

        One that stands aside already is of a roll that was cut off: the last that answered well.
        """
        if not self.file(ASIDE).is_file():
            for mine, _, aside in self._each():
                _link(mine, aside)
        candidate.replace(self.model)
        if made_from:
            launch.remember_fingerprint(self.root, made_from)

    def keep(self) -> None:
        """The roll went well: what stands aside is the model before."""
        if self.file(ASIDE).is_file():
            for _, before, aside in self._each():
                _move(aside, before)

    def take_back(self, candidate: Path) -> None:
        """The roll failed: what stands aside is the model again, the candidate is where it was."""
        if self.file(ASIDE).is_file():
            _link(self.model, candidate)
            for mine, _, aside in self._each():
                _move(aside, mine)

    def swap(self) -> None:
        """Exchange the model and the one before it."""
        for mine, before, aside in self._each():
            _link(mine, aside)
            _move(before, mine)
            _move(aside, before)

    def _each(self) -> tuple[tuple[Path, Path, Path], ...]:
        prints = launch.fingerprint_path(self.root)
        return (
            (self.model, self.file(BEFORE), self.file(ASIDE)),
            (prints, prints.with_name(f"{BEFORE}.sha256"), prints.with_name(f"{ASIDE}.sha256")),
        )


def _link(source: Path, target: Path) -> None:
    """By hard link, in one step: no name is ever without its file, and nothing is copied."""
    scratch = target.with_name(target.name + ".tmp")
    scratch.unlink(missing_ok=True)
    if source.is_file():
        os.link(source, scratch)
        scratch.replace(target)
    else:
        target.unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    """Nothing to move: then nothing may be known of the target either."""
    if source.is_file():
        source.replace(target)
    else:
        target.unlink(missing_ok=True)
