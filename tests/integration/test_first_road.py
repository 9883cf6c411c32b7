"""A stranger's road over HTTP with all real parts: from a frightened sentence to a ticket."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.rasa
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}-?[0-9A-HJKMNP-TV-Z]{5}\b")


def said(turn):
    """All replies of a turn as one text."""
    return "\n".join(reply["text"] for reply in turn["replies"])


def offered(turn):
    """The ids of the choices under a turn."""
    return [choice["id"] for reply in turn["replies"] for choice in reply["choices"]]


async def walk(customer, answers, until):
    """Answer what is asked: by words where one of ``answers`` fits the question, else skip."""
    turn = await customer.write("skip")
    for _ in range(20):
        if until in offered(turn):
            return turn
        words = next((told for asked, told in answers.items() if asked in said(turn)), "skip")
        turn = await customer.write(words)
    raise AssertionError(said(turn))
