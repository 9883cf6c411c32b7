"""What other tools find in the same texts; run by ``guard_secrets.py --peers PYTHON``.

Reads one JSON list of texts, writes one JSON object: the tool's name to a list of booleans (did
it report anything at all) or to a sentence why it is left out. A report of any kind counts as
found, which is generous. Shares no code with the engine, only the published word lists.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

Finds = Callable[[str], bool]
TABLES = Path(__file__).parents[1] / "bot" / "guard" / "tables"
LISTS = ("en", "es", "fr", "it", "cs", "pt", "ja", "ko")
SIZES = (12, 15, 18, 21, 24)


def checksum_scanner() -> Finds:
    """A plain BIP-39 scanner: listed words one behind the other, with a valid checksum."""
    numbers = {}
    for name in LISTS:
        lines = zlib.decompress((TABLES / f"{name}.txt.z").read_bytes()).decode().splitlines()
        numbers[name] = {line.split(" ")[0]: i for i, line in enumerate(lines)}
    for name in ("zh_simplified", "zh_traditional"):
        chars = zlib.decompress((TABLES / f"{name}.txt.z").read_bytes()).decode().strip()
        numbers[name] = {char: i for i, char in enumerate(chars)}

    def finds(text: str) -> bool:
        words = re.findall(r"[^\W\d_]+", text.lower())
        return any(
            all(word in listed for word in words[i : i + size])
            and _valid([listed[word] for word in words[i : i + size]])
            for listed in numbers.values()
            for size in SIZES
            for i in range(len(words) - size + 1)
        )

    return finds


def _valid(words: list[int]) -> bool:
    bits = "".join(f"{word:011b}" for word in words)
    size = len(bits) * 32 // 33
    digest = hashlib.sha256(int(bits[:size], 2).to_bytes(size // 8, "big")).digest()
    return f"{digest[0]:08b}"[: len(bits) - size] == bits[size:]


def detect_secrets() -> Finds:
    """Yelp's detect-secrets with all its detectors and filters, each text a file."""
    from detect_secrets.core.scan import scan_file  # noqa: PLC0415
    from detect_secrets.settings import default_settings  # noqa: PLC0415

    path = Path(tempfile.mkdtemp()) / "message.txt"

    def finds(text: str) -> bool:
        path.write_text(text, "utf-8")
        with default_settings():
            return any(True for _ in scan_file(str(path)))

    return finds


def presidio() -> Finds:
    """Microsoft's presidio-analyzer with all its recognisers, on blank spaCy pipelines.

    Without a trained pipeline it names no persons and places, which are no secrets here.
    """
    import spacy  # noqa: PLC0415
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415

    folder = tempfile.mkdtemp()
    spacy.blank("en").to_disk(folder)
    models = [{"lang_code": "en", "model_name": folder}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    return lambda text: bool(engine.analyze(text, language="en"))


def main() -> None:
    """Answer for each tool."""
    texts = json.load(sys.stdin)
    answers: dict[str, object] = {}
    for name, make in {
        "BIP-39 checksum scanner": checksum_scanner,
        "detect-secrets": detect_secrets,
        "presidio-analyzer": presidio,
    }.items():
        try:
            finds = make()
        except ImportError as error:
            answers[name] = f"left out: no module {error.name}"
            continue
        answers[name] = [finds(text) for text in texts]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
