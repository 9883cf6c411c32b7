"""How contacts are judged: imitations found, honest sites wronged, speed, memory.

    .venv/bin/python bench/guard_contacts.py [--misses]

Reads ../shared/data/phishing_domains.txt (skipped by name where it is missing) and
bench/honest_sites.txt. As every name of the phishing list is on the bundled list too, the
figure that tells something is the one with the list switched off.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.guard import contacts_in, verify  # noqa: E402
from bot.guard.contacts import book  # noqa: E402
from bot.guard.contacts.hosts import canonical_host, is_public_suffix  # noqa: E402
from bot.guard.contacts.mention import Mention  # noqa: E402
from bot.guard.contacts.reported import load_reported  # noqa: E402

PHISHING = ROOT.parent / "shared" / "data" / "phishing_domains.txt"
HONEST = Path(__file__).with_name("honest_sites.txt")
BAD = frozenset(["imitation", "reported_scam"])
# Written apart from data/knowledge/lookalikes.yml: which names "carry a listed brand".
PLAIN = re.compile(
    r"ledger|trezor|bitbox|coldcard|keystone|onekey|safepal|metamask|trustwallet|trust-wallet|exodus"
    r"|electrum|bitcoincore|imtoken|tokenpocket|bitpie|okx|binance|coinbase|kraken"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print what was judged wrongly")
    show = parser.parse_args().misses
    memory()
    if PHISHING.exists():
        phishing(show=show)
    else:
        print("skipped: ../shared/data/phishing_domains.txt is missing")
    honest(show=show)
    speed()


def memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reported = load_reported(ROOT / "data" / "knowledge")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"reported hosts: {len(reported.digests):,}, resident +{(after - before) / 1024:.1f} MB")


def phishing(*, show: bool) -> None:
    lines = PHISHING.read_text("utf-8").split()
    hosts = sorted({h for line in lines if (h := canonical_host(line.removeprefix("*.")))})
    hosts = [host for host in hosts if not is_public_suffix(host)]
    with_list = share(hosts, use_list=True)
    print(f"all {len(hosts):,} phishing hosts, list on: {with_list[0]:.1%} judged bad")
    branded = [host for host in hosts if PLAIN.search(host)]
    for use_list in (True, False):
        got, missed = share(branded, use_list=use_list)
        word = "on" if use_list else "off"
        print(f"{len(branded):,} that carry a listed brand, list {word}: {got:.1%} judged bad")
    if show:
        print("   missed:", *random.Random(7).sample(missed, min(60, len(missed))))


def share(hosts: list[str], *, use_list: bool) -> tuple[float, list[str]]:
    judge = (
        book()
        if use_list
        else replace(book(), reported=replace(book().reported, digests=frozenset()))
    )
    missed = [h for h in hosts if judge.judge(site(h)).verdict not in BAD]
    return 1 - len(missed) / len(hosts), missed


def honest(*, show: bool) -> None:
    lines = HONEST.read_text("utf-8").splitlines()
    hosts = [line for line in lines if line and not line.startswith("#")]
    wronged = [h for h in hosts if verify(h).verdict in BAD]
    print(f"{len(hosts)} honest sites: {len(wronged)} wronged ({len(wronged) / len(hosts):.2%})")
    if show:
        print("   wronged:", *wronged)


def speed() -> None:
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz-"
    names = [
        "".join(chance.choices(letters, k=chance.randint(5, 18))).strip("-") for _ in range(20_000)
    ]
    mentions = [
        site(f"{name or 'a'}.{chance.choice(['com', 'net', 'pages.dev', 'io'])}") for name in names
    ]
    begin = time.perf_counter()
    for mention in mentions:
        book().judge(mention)
    print(f"{len(mentions) / (time.perf_counter() - begin):,.0f} verdicts/s on new names")
    text = "My Ledger does not turn on any more. I tried another cable, what should I do now?"
    begin = time.perf_counter()
    for _ in range(20_000):
        contacts_in(text)
    print(f"{(time.perf_counter() - begin) / 20_000 * 1e6:.1f} us for a message without a contact")


def site(host: str) -> Mention:
    return Mention("site", host, 0, len(host), host)


if __name__ == "__main__":
    main()
