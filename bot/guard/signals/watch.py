"""A message in, the signals of a robbery under way out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.content.signals import load_signals
from bot.guard.encoder import LIMIT
from bot.guard.findings import Signal
from bot.guard.signals.features import features, pieces
from bot.guard.signals.judge import Evidence, learned
from bot.guard.signals.matcher import Listener
from bot.guard.signals.meaning import is_understood, joined, meanings
from bot.guard.signals.memory import Heard
from bot.guard.signals.text import is_chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.content.signals import ScamSignals
    from bot.guard.signals.judge import Judge, Verdict
    from bot.guard.signals.matcher import Told
    from bot.guard.signals.memory import SignalMemory

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

# What an alarm takes, by language, measured in bench/guard_signals.md; and how much more it
# takes without a listed word, added up over messages, at a story's end, after an alarm.
ALONE: Final = {"zh": 2.0, "en": 2.6}
WITHOUT_A_WORD: Final = 0.5
TOGETHER: Final = 1.5
AFTER_AN_ALARM: Final = 1.5
AT_THE_END: Final = 0.5
_LAST_WORDS: Final = 120
_CHINESE_ABOVE: Final = 0.3
# A second signal is named when this much of the message speaks for it.
SECOND_SHARE: Final = 0.3
_FEW_WORDS: Final = 2

_ROOT: Final = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Watch:
    """The parts of the watch, made once."""

    known: ScamSignals
    listener: Listener
    judge: Judge

    def look(self, text: str, memory: SignalMemory | None) -> tuple[Signal, ...]:
        """Look at one message; see ``bot.guard.signals_in``."""
        told = self.listener.listen(text)
        rows = meanings(text) if len(told.words) >= _FEW_WORDS else None
        verdict = (
            self._alone(told, rows, memory)
            or self._at_the_end(text, memory)
            or self._together(told, rows, memory)
        )
        names = _named(verdict, memory) if verdict else []
        if memory is not None:
            first = rows[0] if rows is not None and len(rows) else None
            memory.remember(Heard(told.sentences, first))
            if names:
                memory.raise_alarm(names[0])
        return tuple(Signal(name, self.known.signals[name].severity) for name in names)

    def _alone(
        self, told: Told, rows: Numbers | None, memory: SignalMemory | None
    ) -> Verdict | None:
        if len(told.words) < _FEW_WORDS:
            return None
        verdict = self.judge.judge(Evidence(features(told), pieces(told), rows, told.signals))
        enough = ALONE[_language(told)]
        enough += AFTER_AN_ALARM if memory is not None and memory.raised else 0.0
        enough += 0.0 if told.sentences else WITHOUT_A_WORD
        return verdict if verdict.alarm >= enough else None

    def _at_the_end(self, text: str, memory: SignalMemory | None) -> Verdict | None:
        """Look at the last words of a long story alone: much harmless text may hide them."""
        if len(text) <= LIMIT or (memory is not None and memory.raised):
            return None
        end = text.rstrip()[-_LAST_WORDS:]
        told = self.listener.listen(end)
        found = Evidence(features(told), pieces(told), meanings(end), told.signals)
        verdict = self.judge.judge(found)
        return verdict if verdict.alarm >= ALONE[_language(told)] + AT_THE_END else None

    def _together(
        self, told: Told, rows: Numbers | None, memory: SignalMemory | None
    ) -> Verdict | None:
        """Add up what was told over several messages, until an alarm has been raised."""
        if memory is None or memory.raised or len(told.words) < _FEW_WORDS:
            return None
        before = memory.sentences
        if not before:
            return None
        signals = told.signals | {
            name[1:] for sentence in before for name in sentence if name[0] == "="
        }
        together = rows
        if rows is not None and len(rows):
            together = joined(np.stack([*memory.meanings, rows[0]]))[None]
        evidence = Evidence(features(told, before), pieces(told), together, signals)
        verdict = self.judge.judge(evidence)
        return verdict if verdict.alarm >= ALONE[_language(told)] + TOGETHER else None


def _language(told: Told) -> str:
    chinese = sum(is_chinese(word) for word in told.words)
    return "zh" if chinese > _CHINESE_ABOVE * len(told.words) else "en"


def _named(verdict: Verdict, memory: SignalMemory | None) -> list[str]:
    """The likeliest signal, and others that much speaks for; none that was raised before."""
    raised = memory.raised if memory is not None else frozenset[str]()
    if verdict.likeliest in raised:
        return []
    shares: Mapping[str, float] = verdict.shares
    ranked = sorted(shares, key=lambda name: -shares[name])
    others = [name for name in ranked[1:] if shares[name] >= SECOND_SHARE and name not in raised]
    return [ranked[0], *others]


@lru_cache(maxsize=1)
def watch() -> Watch:
    """Read the lists and weights, once.

    Raises:
        SignalsError: the file of signals cannot be used.
        OSError: the weights are missing.
    """
    known = load_signals(_ROOT)
    is_understood()
    return Watch(known, Listener(known), learned())
