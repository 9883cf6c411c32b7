"""Pack a list of reported phishing domains into the compact form the guard reads.

    python scripts/build_reported_domains.py LIST SHARED_HOSTS --date 2026-02-03

LIST holds one host a line, SHARED_HOSTS the hosts where many unrelated people have a site
and which must never be blocked whole. Writes ``data/knowledge/reported_domains.bin``, sorted
digests of eight bytes, and ``reported_domains.yml`` beside it: licence, date, counts.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.content.channels import load_channels  # noqa: E402
from bot.guard.contacts.hosts import canonical_host, is_public_suffix  # noqa: E402
from bot.guard.contacts.reported import digest  # noqa: E402

KNOWLEDGE = ROOT / "data" / "knowledge"


def main() -> None:
    """Pack the list named on the command line."""
    options = arguments()
    shared = {line.strip().removeprefix("*.") for line in read(options.shared)}
    official = official_hosts()
    kept, dropped = set(), set()
    for line in read(options.reported):
        host = canonical_host(line.strip().removeprefix("*."))
        if host is None or host in shared or is_public_suffix(host):
            continue
        (dropped if host in official else kept).add(host)
    packed = b"".join(sorted(digest(host) for host in kept))
    (KNOWLEDGE / "reported_domains.bin").write_bytes(packed)
    describe(options, packed, shared)
    print(f"{len(kept):,} hosts, {len(packed):,} bytes")
    for host in sorted(dropped):
        print(f"an official host is on the list and was left out: {host}")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reported", type=Path)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--date", required=True, help="day of the newest dated entry")
    return parser.parse_args()


def read(path: Path) -> list[str]:
    """Give the lines of a file that hold something."""
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]


def official_hosts() -> set[str]:
    """Give every host of the registry, whatever its status."""
    return {
        channel.value.split("/", 1)[0]
        for channel in load_channels(ROOT / "data").channels
        if channel.kind in {"site", "support_site"}
    }


def describe(options: argparse.Namespace, packed: bytes, shared: set[str]) -> None:
    """Write down where the packed list comes from and what it holds."""
    facts = {
        "source": "polkadot-js/phishing, all.json",
        "licence": "Apache-2.0",
        "date": options.date,
        "form": "sorted BLAKE2b digests of eight bytes of the host in IDNA form",
        "count": len(packed) // 8,
        "sha256": hashlib.sha256(packed).hexdigest(),
        "shared_hosts": sorted(shared),
    }
    head = "# Written by scripts/build_reported_domains.py; do not edit.\n"
    text = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True)
    (KNOWLEDGE / "reported_domains.yml").write_text(head + text, "utf-8")


if __name__ == "__main__":
    main()
