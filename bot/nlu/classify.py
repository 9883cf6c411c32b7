"""Classifies texts in bulk: ``python -m bot.nlu.classify``, run with Rasa's Python.

Reads ``{"id", "text"}`` a line, writes ``{"id", "intent", "confidence", "ranking",
"language"}`` a line in the same order, and the question of the FAQ as ``"response"`` where
``"intent"`` is ``"faq"``. Standard output holds nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from bot.content.language import language_for
from bot.guard import inspect
from bot.nlu import launch, lean
from bot.nlu.scrubbing import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rasa.core.agent import Agent

ROOT: Final = Path(__file__).resolve().parents[2]
MODEL: Final = f"{launch.MODEL_NAME}.tar.gz"
FALLBACK: Final = "nlu_fallback"
FAQ: Final = "faq"
SILENT: Final = {"intent": {"name": FALLBACK, "confidence": 0.0}, "intent_ranking": []}
"""What an empty text is taken for."""


def load_agent(models: Path) -> Agent:
    """The model of a folder, loaded once: the one that answers, else the newest.

    Raises:
        FileNotFoundError: there is none; train one first.
    """
    lean.install()
    files = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    # After a roll another one lies beside it, which may be newer (bot/supervisor/shelf.py).
    found = next((path for path in files if path.name == MODEL), files[-1] if files else None)
    if found is None:
        raise FileNotFoundError("No model was found under models/. Run `make train` first.")
    from rasa.core.agent import Agent  # noqa: PLC0415 - after lean.install

    return Agent.load(str(found))


async def classify(agent: Agent, text: str) -> dict[str, Any]:
    """The intent the dialogue would act on, and how the others ranked."""
    safe, reserved = judge(text)
    parsed: dict[str, Any] = await agent.parse_message(safe) if safe else SILENT
    ranked = [rank for rank in parsed["intent_ranking"] if rank["name"] != FALLBACK]
    intent = {"name": reserved, "confidence": 1.0} if reserved else parsed["intent"]
    if intent["name"] == FALLBACK or reserved:
        ranked.insert(0, intent)
    answer = {
        "intent": intent["name"],
        "confidence": _rounded(intent),
        "ranking": [{"intent": rank["name"], "confidence": _rounded(rank)} for rank in ranked],
        "language": parsed.get("language") or language_for(safe),
    }
    return answer | _question(parsed) if intent["name"] == FAQ else answer


def _question(parsed: dict[str, Any]) -> dict[str, str]:
    """The likeliest question of the FAQ, where the model knows any."""
    ranking = parsed.get("response_selector", {}).get(FAQ, {}).get("ranking", [])
    return {"response": ranking[0]["intent_response_key"]} if ranking else {}


def judge(text: str) -> tuple[str, str | None]:
    """What the gateway would pass on: the safe text, and the intent it reserves to itself."""
    safe = safe_text(text).strip().lstrip("/").strip()
    try:
        inspected = inspect(text)
    except Exception:  # noqa: BLE001 - safe_text has dropped the words already
        return safe, None
    if inspected.opens_the_wallet:
        return safe, "secret_shared"
    return safe, "scam_in_progress" if inspected.signals else None


def _rounded(rank: dict[str, Any]) -> float:
    return round(float(rank["confidence"]), 4)


def read(lines: Iterable[str]) -> Iterator[tuple[Any, str]]:
    """Id and text of each line.

    Raises:
        ValueError: a line is not what it should be; names its number, not its words.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            text = given["text"]
            identity = given["id"]
        except (ValueError, KeyError, TypeError):
            text = None
        if not isinstance(text, str):
            raise ValueError(  # noqa: TRY004 - the line is wrong, not the program
                f'Line {number} is not {{"id": …, "text": "…"}}; nothing follows it.'
            )
        yield identity, text


async def run(agent: Agent, source: Iterable[str], target: IO[str]) -> None:
    """Answer every line of ``source`` by one line of ``target``."""
    for identity, text in read(source):
        answer = {"id": identity} | await classify(agent, text)
        target.write(json.dumps(answer, ensure_ascii=False) + "\n")
        target.flush()


def main() -> int:
    """Standard input to standard output; the exit code is 2 when a line cannot be read."""
    target, sys.stdout = sys.stdout, sys.stderr  # whatever else prints must not mix in
    os.environ.setdefault("SEEDWARDEN_LOG_LEVEL", "ERROR")
    try:
        agent = load_agent(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "models")
        asyncio.run(run(agent, sys.stdin, target))
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's last word
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
