"""Asks about a tenth of our examples that was held out, and compares with what was recorded.

``.venv-rasa/bin/python bench/nlu_gate.py`` records anew; the test in tests/unit/nlu compares. An
example is held out by its own words, so that new examples do not shuffle the old ones.

``--check --model FILE`` asks a trained model instead. It has seen these examples if it was trained
from our data, so it must not do worse than what has not: a model that is broken, of another
product or older than an intent does.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ |= {"OMP_NUM_THREADS": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}

from bot.nlu import lean  # noqa: E402 - after the thread count

lean.install()

import numpy as np  # noqa: E402
from nlu_data import encoded  # noqa: E402
from nlu_faq import FEATURES  # noqa: E402
from nlu_ways import CHOSEN, Learnt  # noqa: E402

from bot.nlu.examples import Example, distinct, read_examples  # noqa: E402
from bot.nlu.ngrams import normal  # noqa: E402

RECORDED = ROOT / "bench" / "nlu_gate.json"
ALLOWED = 0.01
"""A language may fall by a point; an intent, seen less often, by three standard errors."""


def is_held_out(example: Example) -> bool:
    """One example in ten, always the same ones."""
    return hashlib.sha256(normal(example.text).encode()).digest()[0] % 10 == 0


def measure() -> dict[str, Any]:
    """Share understood of the held-out examples, by language, by intent, and of the questions."""
    examples = distinct(read_examples(ROOT))
    texts = encoded([row.text for row in examples], [row.intent for row in examples])
    held = np.array([is_held_out(row) for row in examples])
    seen, unseen = np.flatnonzero(~held), np.flatnonzero(held)
    learnt = Learnt(CHOSEN, texts.take(seen))
    asked = texts.take(unseen)
    right = learnt.classes[learnt.probabilities(asked).argmax(axis=1)] == asked.labels
    languages = np.array([examples[row].language for row in unseen])
    return {
        "languages": {name: _share(right[languages == name]) for name in ("zh", "en")},
        "intents": {
            str(intent): _share(right[asked.labels == intent]) for intent in learnt.classes
        },
        "questions": _questions(texts, np.array([row.label for row in examples]), seen, unseen),
    }


def _questions(texts: Any, labels: Any, seen: Any, unseen: Any) -> dict[str, Any]:
    is_question = np.char.startswith(labels, "faq/")
    texts.labels = labels
    asked = texts.take(unseen[is_question[unseen]])
    learnt = Learnt(FEATURES, texts.take(seen[is_question[seen]]))
    order = learnt.classes[np.argsort(-learnt.probabilities(asked), axis=1)]
    hit = order[:, :3] == asked.labels[:, None]
    return {"first": _share(hit[:, 0]), "among three": _share(hit.any(axis=1))}


def measure_model(path: Path, every: int = 1) -> dict[str, Any]:
    """The same shares for a trained model, asked as Rasa asks it; of ``every`` so many one."""
    from rasa.core.agent import Agent  # noqa: PLC0415 - the other measure needs no Rasa

    held = [row for row in distinct(read_examples(ROOT)) if is_held_out(row)][::every]
    found = asyncio.run(_parsed(Agent.load(str(path)), [row.text for row in held]))
    right = np.array([_intent(one) == row.intent for one, row in zip(found, held, strict=True)])
    intents = np.array([row.intent for row in held])
    languages = np.array([row.language for row in held])
    return {
        "languages": {name: _share(right[languages == name]) for name in ("zh", "en")},
        "intents": {name: _share(right[intents == name]) for name in sorted(set(intents))},
        "questions": _model_questions(found, [row.label for row in held]),
    }


async def _parsed(agent: Any, texts: list[str]) -> list[dict[str, Any]]:
    return [await agent.parse_message(text) for text in texts]


def _intent(parsed: dict[str, Any]) -> str | None:
    """The likeliest intent, whether or not it is likely enough to act on: as it was recorded."""
    ranked = [one["name"] for one in parsed["intent_ranking"] if one["name"] != "nlu_fallback"]
    return ranked[0] if ranked else None


def _model_questions(found: list[dict[str, Any]], labels: list[str]) -> dict[str, Any]:
    first, three = [], []
    for parsed, label in zip(found, labels, strict=True):
        if label.startswith("faq/"):
            ranking = parsed.get("response_selector", {}).get("faq", {}).get("ranking", [])
            named = [one["intent_response_key"] for one in ranking[:3]]
            first.append(named[:1] == [label])
            three.append(label in named)
    return {"first": _share(np.array(first)), "among three": _share(np.array(three))}


def _share(hits: Any) -> list[float]:
    """Share and number."""
    return [round(float(np.mean(hits)), 4) if len(hits) else 0.0, len(hits)]


def falls(recorded: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What fell further than allowed, in words; an intent that is new has nothing to fall from."""
    said = []
    for part, names in recorded.items():
        for name, (before, times) in names.items():
            now, count = found[part].get(name, [0.0, times])
            allowed = ALLOWED
            if part != "languages":
                allowed += 3 * (before * (1 - before) / count) ** 0.5
            if now < before - allowed:
                said.append(f"{part}, {name}: {before:.1%} was recorded, {now:.1%} found")
    return said


def main() -> None:
    """Record the figures of today, or with ``--check`` compare them and end with 1 at a fall."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    given.add_argument("--check", action="store_true", help="compare, and end with 1 at a fall")
    given.add_argument("--model", type=Path, help="ask this file; with --check only")
    asked = given.parse_args()
    if asked.model is not None and not asked.check:
        given.error("what a model that has seen the examples does is nothing to record")
    found = measure_model(asked.model) if asked.model is not None else measure()
    if asked.check:
        fallen = falls(json.loads(RECORDED.read_text(encoding="utf-8")), found)
        print("\n".join(fallen))
        raise SystemExit(bool(fallen))
    RECORDED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(found["languages"]), json.dumps(found["questions"]))


if __name__ == "__main__":
    main()
