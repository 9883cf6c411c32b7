"""Gather harmless messages, one a line, from documentation that is already on a machine.

    python bench/harmless_texts.py OUTPUT_FOLDER PATH [PATH …]

Reads manual pages, translations (.mo), HTML, plain text, books of proverbs and poems, and Python's
documentation strings below the paths, writes ``zh.txt`` and ``en.txt``, no text twice. A
message is a paragraph of at most 400 characters, or what its sentences fill up to that.
"""

from __future__ import annotations

import ast
import gettext
import gzip
import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST = 400
_HAN = re.compile(r"[\u3400-\u9fff]")
_ROFF = re.compile(r"^[.'].*$|\\f.|\\[a-z]?\S", re.MULTILINE)
_TAGGED = re.compile(r"(?<=\S)/[A-Za-z]{1,3}(?=\s|$)")


def main(folder: Path, paths: list[Path]) -> None:
    """Write both files."""
    found: dict[str, dict[str, None]] = {"zh": {}, "en": {}}
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            for text in messages(file) if file.is_file() else ():
                share = len(_HAN.findall(text)) / len(text)
                if share > 0.3:
                    found["zh"].setdefault(text)
                elif share == 0 and text.count(" ") > 3:
                    found["en"].setdefault(text)
    for language, texts in found.items():
        (folder / f"{language}.txt").write_text("\n".join(texts) + "\n", "utf-8")
        print(language, len(texts))


def messages(path: Path) -> Iterator[str]:
    """The messages of a file; none where it is of another kind or cannot be read."""
    try:
        raw = paragraphs(path)
    except (OSError, ValueError, SyntaxError, RecursionError, EOFError):
        return
    for paragraph in raw:
        joined = " ".join(paragraph.split())
        if _HAN.search(joined):
            joined = re.sub(
                r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", joined
            )
        yield from (part for part in cut(joined) if len(part) >= 4)


def paragraphs(path: Path) -> list[str]:
    """The raw paragraphs of one file by its ending."""
    if path.suffix == ".mo":
        with path.open("rb") as file:
            catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined] # noqa: SLF001 - gettext lists its texts in no other way
        return [str(text) for text in catalog.values()]
    if path.suffix == ".py":
        tree = ast.parse(path.read_text("utf-8"))
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        docs = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds))
        return [paragraph for doc in docs if doc for paragraph in doc.split("\n\n")]
    if re.search(r"/man/.*\.gz$", str(path)):
        return re.split(
            r"\n\s*\n|\n\.\S+", _ROFF.sub("", gzip.decompress(path.read_bytes()).decode())
        )
    if path.suffix in {".html", ".htm"}:
        text = re.sub(r"<(script|style).*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
        return html.unescape(re.sub(r"<[^>]{0,500}>", "\n\n", text)).split("\n\n")
    if path.suffix in {".txt", ".u8", ".md", ".rst"}:
        text = _TAGGED.sub("", path.read_text("utf-8"))
        return text.split("\n") if _HAN.search(text) else text.split("\n\n")
    return []


def cut(text: str) -> Iterator[str]:
    """A paragraph, or pieces of whole sentences when it is long."""
    piece = ""
    for sentence in re.split(r"(?<=[。！？；])|(?<=[.!?;]\s)", text):
        if piece and len(piece) + len(sentence) > (LONGEST if piece.isascii() else LONGEST // 4):
            yield piece.strip()
            piece = ""
        piece += sentence
    yield piece.strip()[: 5 * LONGEST]


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
