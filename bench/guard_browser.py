"""Measure the guard in the browser: recall by dress, false stops, time; in Chromium.

    python bench/guard_browser.py [--each 30] [--lines 30000]

Phrases come from the generator of ``guard_secrets.py``; harmless lines from its corpora
(``../shared/data`` where it is there, and the documentation of installed packages).
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import random
import sys
import threading
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from guard_generator import crafted, whole_phrases  # noqa: E402
from guard_secrets import corpora  # noqa: E402

from bot.widget.assets import FOLDER  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

SEED = 20261124
MAIN = ("en", "zh_simplified", "zh_traditional")
CHROMIUM = os.environ.get("SEEDWARDEN_TEST_CHROMIUM", "/usr/bin/chromium")
LOOK = """async (texts) => {
  const { find, prepare } = await import("/widget-guard/guard.js");
  await prepare();
  const answers = [];
  for (const text of texts) {
    const begun = performance.now();
    const kind = await find(text);
    answers.push([kind, performance.now() - begun]);
  }
  return answers;
}"""
BATCH = 5000


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the static files and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep the output to the tables."""


def look(page: Page, texts: list[str]) -> Iterator[tuple[str | None, float]]:
    """The kind that the browser's guard sees in each text, and the milliseconds it took."""
    for start in range(0, len(texts), BATCH):
        yield from page.evaluate(LOOK, texts[start : start + BATCH])


def recall(page: Page, each: int) -> list[str]:
    """Recall by dress, as table rows: English and Chinese apart, the others together."""
    samples = list(whole_phrases(SEED, each))
    kinds = look(page, [sample.messages[0] for sample in samples])
    hits: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for sample, (kind, _) in zip(samples, kinds, strict=True):
        column = sample.language if sample.language in MAIN else "other seven"
        for row in (sample.dress, "**all**"):
            hits[row][column].append(kind == "seed_phrase")
    columns = (*MAIN, "other seven")
    rows = ["| dress | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for dress in [*(name for name in hits if name != "**all**"), "**all**"]:
        cells = [share(hits[dress][column]) for column in columns]
        rows.append(f"| {dress} | " + " | ".join(cells) + " |")
    return [*rows, f"\n{len(samples):,} phrases."]


def share(hits: list[bool]) -> str:
    """A share of hits in per cent."""
    return f"{100 * sum(hits) / len(hits):.1f}" if hits else "–"


def false_stops(page: Page, lines: int, *, show: bool) -> list[str]:
    """Harmless lines that would be stopped, by corpus, and the time a line takes."""
    rows = ["| corpus | lines | stopped | median ms | p99 ms |", "|---" * 5 + "|"]
    for name, texts in corpora(lines):
        some = random.Random(SEED).sample(texts, min(lines, len(texts)))
        some = [text[:2000] for text in some]
        answers = list(look(page, some))
        stopped = [text for text, (kind, _) in zip(some, answers, strict=True) if kind]
        times = sorted(time for _, time in answers)
        cuts = (times[len(times) // 2], times[int(len(times) * 0.99)])
        cells = [name, f"{len(some):,}", str(len(stopped)), *(f"{cut:.2f}" for cut in cuts)]
        rows.append("| " + " | ".join(cells) + " |")
        for text in stopped if show else ():
            print(name, repr(text[:150]), file=sys.stderr)
    return rows


def slow_texts(page: Page) -> list[str]:
    """Milliseconds for crafted texts of 1,000 and 2,000 characters, the best of five."""
    rows = ["| text | 1,000 | 2,000 |", "|---" * 3 + "|"]
    for name, text in crafted(SEED, 2000):
        cells = [min(t for _, t in look(page, [text[:size]] * 5)) for size in (1000, 2000)]
        rows.append(f"| {name} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=30, help="phrases per dress and language")
    parser.add_argument("--lines", type=int, default=30_000, help="lines of each corpus at most")
    parser.add_argument("--show", action="store_true", help="print stopped lines to stderr")
    options = parser.parse_args()
    handler = functools.partial(Quiet, directory=str(FOLDER / "static"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/icon.svg")
        print("\n".join(["## Recall, per cent\n", *recall(page, options.each)]))
        stops = false_stops(page, options.lines, show=options.show)
        print("\n".join(["\n## False stops\n", *stops]))
        print("\n".join(["\n## Crafted texts, milliseconds\n", *slow_texts(page)]))
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
