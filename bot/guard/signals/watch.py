"""A message in, the signals of a robbery under way out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.content.signals import load_signals
from bot.guard.findings import Signal
from bot.guard.signals.features import features
from bot.guard.signals.judge import learned
from bot.guard.signals.matcher import Listener

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.content.signals import ScamSignals
    from bot.guard.signals.judge import Judge, Verdict
    from bot.guard.signals.matcher import Told
    from bot.guard.signals.memory import SignalMemory

# Log-odds from which an alarm is raised, measured in bench/guard_signals.md.
ALONE: Final = 0.7
WITHOUT_A_WORD: Final = 1.5
TOGETHER: Final = 3.0
AFTER_AN_ALARM: Final = 1.5
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
        verdict = self._alone(told, memory) or self._together(told, memory)
        names = _named(verdict, memory) if verdict else []
        if memory is not None:
            memory.remember(told.sentences)
            if names:
                memory.raise_alarm(names[0])
        return tuple(Signal(name, self.known.signals[name].severity) for name in names)

    def _alone(self, told: Told, memory: SignalMemory | None) -> Verdict | None:
        if not told.sentences or len(told.words) < _FEW_WORDS:
            return None
        verdict = self.judge.judge(features(told), told.signals)
        enough = AFTER_AN_ALARM if memory is not None and memory.raised else ALONE
        enough = enough if told.signals else max(enough, WITHOUT_A_WORD)
        return verdict if verdict.alarm >= enough else None

    def _together(self, told: Told, memory: SignalMemory | None) -> Verdict | None:
        """Add up what was told over several messages, until an alarm has been raised."""
        if memory is None or memory.raised or len(told.words) < _FEW_WORDS or not told.sentences:
            return None
        before = memory.sentences
        signals = told.signals | {
            name[1:] for sentence in before for name in sentence if name[0] == "="
        }
        if not before or not signals:
            return None
        verdict = self.judge.judge(features(told, before), signals)
        return verdict if verdict.alarm >= TOGETHER else None


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
    return Watch(known, Listener(known), learned())
