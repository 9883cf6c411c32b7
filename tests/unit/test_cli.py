"""The command ``seedwarden`` as scripts and people call it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.commands import lines
from bot.commands.printing import sheet, table, width
from bot.desk.database import migrate, open_database
from bot.desk.models import Field, OpenTicket, Ticket
from bot.desk.service import Desk

# The first of the test vectors published with BIP-39.
PHRASE = " ".join(["abandon"] * 11 + ["about"])
# The third one, told in two messages.
HALVES = ("letter advice cage absurd amount doctor", "acoustic avoid letter advice cage above")


def call(*arguments, given=b""):
    """Run the command; gives its exit status and its lines of JSON."""
    if isinstance(given, list):
        given = b"".join(json.dumps(record).encode() + b"\n" for record in given)
    result = CliRunner().invoke(main, arguments, input=given)
    assert not isinstance(result.exception, Exception), result.exception
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def complaint(*arguments):
    """Run a command that is to fail; gives what it says on standard error."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    "command",
    [
        "agent",
        "run",
        "gateway",
        "classify",
        "guard",
        "review",
        "verify",
        "tickets",
        "migrate",
        "version",
    ],
)
def test_every_command_is_there_and_explains_itself(command):
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 3


def test_the_guard_answers_with_exactly_the_fields_of_the_contract():
    status, [answer] = call("guard", given=[{"id": "a", "text": f"my words are {PHRASE}"}])
    assert status == 0
    assert set(answer) == {"id", "safe_text", "findings", "signals", "contacts"}
    assert answer["id"] == "a"
    assert answer["findings"][0]["kind"] == "seed_phrase"
    assert set(answer["findings"][0]) == {"kind", "start", "end", "certainty"}
    assert "abandon" not in json.dumps(answer)


def test_the_guard_leaves_a_harmless_line_as_it_was():
    status, [answer] = call("guard", given=[{"id": 7, "text": "屏幕不亮了"}])
    assert status == 0
    assert (answer["id"], answer["safe_text"], answer["findings"]) == (7, "屏幕不亮了", [])


def test_a_placeholder_is_in_the_language_that_was_asked_for():
    texts = [
        answer["safe_text"]
        for answer in call(
            "guard", given=[{"id": n, "text": PHRASE, "language": n} for n in ("zh", "en")]
        )[1]
    ]
    assert texts[0] != texts[1]


BAD_LINES = {
    "no JSON": b"abandon abandon",
    "no object": b'["abandon"]',
    "no UTF-8": b'{"id": 1, "text": "abandon \xff"}',
    "not a number": b'{"id": NaN, "text": "abandon"}',
    "too deep": b"[" * 100_000,
    "no id": b'{"text": "abandon"}',
    "an id that is a list": b'{"id": ["abandon"], "text": "x"}',
    "an id that is true": b'{"id": true, "text": "abandon"}',
    "an id without end": b'{"id": "' + b"abandon" * 100 + b'", "text": "x"}',
    "an id that is a secret": json.dumps({"id": PHRASE, "text": "x"}).encode(),
    "no text": b'{"id": 1, "words": "abandon"}',
    "a text that is a number": b'{"id": 1, "text": 24}',
    "an unknown language": b'{"id": 1, "text": "abandon", "language": "abandon"}',
    "a conversation that is a number": b'{"id": 1, "text": "abandon", "conversation": 5}',
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_gets_an_error_in_its_place_and_nothing_of_it_is_repeated(line):
    good = b'{"id": "good", "text": "hello"}'
    status, answers = call("guard", given=b"\n".join([good, line, good]))
    assert status == 1
    assert [answer["id"] for answer in (answers[0], answers[2])] == ["good", "good"]
    assert set(answers[1]) == {"id", "error"}
    assert "abandon" not in json.dumps(answers)


def test_blank_lines_are_no_lines():
    status, answers = call("guard", given=b'\n{"id": 1, "text": "hello"}\n\n  \n')
    assert (status, len(answers)) == (0, 1)


def test_half_a_surrogate_pair_is_answered_in_ascii():
    status, [answer] = call("guard", given=b'{"id": 1, "text": "\\ud83d hello"}')
    assert status == 0
    assert answer["id"] == 1


def test_a_phrase_told_in_two_messages_of_one_conversation_is_found():
    together = [{"id": n, "conversation": "c", "text": half} for n, half in enumerate(HALVES)]
    assert "seed_phrase" in {f["kind"] for f in call("guard", given=together)[1][1]["findings"]}


def test_conversations_are_not_mixed_up():
    apart = [{"id": n, "conversation": str(n), "text": half} for n, half in enumerate(HALVES)]
    findings = [f for answer in call("guard", given=apart)[1] for f in answer["findings"]]
    assert findings == []


def test_a_broken_guard_spoils_its_line_only(monkeypatch):
    calls = []

    def breaks_once(text, *_, **__):
        calls.append(text)
        if len(calls) == 1:
            raise RuntimeError(text)
        return original(text)

    original = lines.batch.inspect
    monkeypatch.setattr(lines.batch, "inspect", breaks_once)
    records = [{"id": n, "text": "abandon"} for n in (1, 2)]
    status, answers = call("guard", given=records)
    assert status == 1
    assert answers[0] == {"id": 1, "error": "This line could not be handled (RuntimeError)."}
    assert answers[1]["safe_text"] == "abandon"


def test_review_allows_thanks_and_gives_reasons_for_a_refusal():
    status, answers = call(
        "review",
        given=[
            {"id": 1, "text": "Thank you, your ticket is open.", "author": "bot"},
            {"id": 2, "text": "Please send me your recovery phrase.", "author": "agent"},
        ],
    )
    assert status == 0
    assert answers[0] == {"id": 1, "allowed": True, "reasons": []}
    assert answers[1]["allowed"] is False
    assert set(answers[1]["reasons"][0]) == {"rule", "start", "end"}


@pytest.mark.parametrize("author", [None, "customer", 3])
def test_review_wants_to_know_who_writes(author):
    status, [answer] = call("review", given=[{"id": 1, "text": "x", "author": author}])
    assert status == 1
    assert answer == {"id": 1, "error": "'author' is neither 'bot' nor 'agent'."}


def test_verify_takes_contacts_as_arguments_and_as_lines():
    arguments = call("verify", "ledger.com", "ledgger.com")
    assert arguments == call("verify", given=b"ledger.com\n\nledgger.com\n")
    status, answers = arguments
    assert status == 0
    assert [answer["verdict"] for answer in answers] == ["official", "imitation"]
    assert set(answers[0]) == {"value", "kind", "verdict", "vendor", "why"}
    assert set(answers[0]["why"]) == {"zh", "en"}


def test_verify_does_not_repeat_a_secret_that_was_taken_for_a_contact():
    status, [answer] = call("verify", PHRASE)
    assert status == 1
    assert "abandon" not in json.dumps(answer)


def test_classify_without_rasas_environment_names_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(lines, "ROOT", tmp_path)
    assert "make install" in complaint("classify")


def test_a_setting_that_is_not_usable_is_named(monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_PORT", "front door")
    assert "SEEDWARDEN_PORT" in complaint("tickets", "list")


@pytest.fixture
def ticket(monkeypatch, tmp_path):
    """A desk with one ticket; the command finds it by the environment."""
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))
    url = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"

    async def opened():
        await migrate(url)
        desk = Desk(open_database(url))
        conversation = await desk.create_conversation("zh", is_chosen=True)
        ticket = await desk.open_ticket(
            OpenTicket(
                conversation_id=conversation.id,
                case_id="case",
                topic="device_broken",
                language="zh",
                vendor="ledger",
                fields=[Field("model", "model", "ledger_nano_x")],
                summary="屏幕不亮",
            )
        )
        await desk.close()
        return ticket

    return asyncio.run(opened())


def test_tickets_are_json_lines_for_a_program(ticket):
    status, [listed] = call("tickets", "list")
    assert status == 0
    assert listed["reference"] == ticket.reference
    assert listed["summary"] == "屏幕不亮"
    assert listed["fields"][0]["value"] == "ledger_nano_x"


def test_a_ticket_is_shown_by_its_reference_however_it_is_written(ticket):
    written = ticket.reference.replace("-", " ").lower()
    assert call("tickets", "show", written)[1][0]["reference"] == ticket.reference


def test_an_unknown_reference_is_said_so(ticket):
    assert "There is no ticket under this reference." in complaint("tickets", "show", "00000")


def test_a_database_without_tables_is_named_with_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))
    assert "seedwarden migrate" in complaint("tickets", "list")
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    assert call("tickets", "list") == (0, [])


def a_ticket(summary, vendor="ledger"):
    return Ticket(
        reference="AAAAA-BBBBB-C",
        conversation_id="c",
        case_id="1",
        topic="tx_failed",
        vendor=vendor,
        language="zh",
        priority="high",
        status="open",
        summary=summary,
        fields=(Field("asset", "asset", "bitcoin"),),
        created_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        updated_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )


def test_columns_of_a_table_line_up_whatever_the_script():
    printed = table([a_ticket("转账没有到账"), a_ticket("stuck", vendor="比特派")]).splitlines()
    cells = ["summary", "转账没有到账", "stuck"]
    starts = {width(line[: line.index(cell)]) for line, cell in zip(printed, cells, strict=True)}
    assert len(starts) == 1


def test_a_long_summary_is_cut_in_the_table_and_whole_on_the_sheet():
    long = a_ticket("转账没有到账" * 20)
    assert table([long]).endswith("…")
    assert long.summary in sheet(long)
    assert "asset" in sheet(long)


def test_a_conversation_is_exported_by_its_tickets_reference(ticket):
    _, [exported] = call_whole("export", ticket.reference)
    assert exported["record"]["tickets"][0]["summary"] == "屏幕不亮"
    assert len(exported["sha256"]) == 64


def call_whole(*arguments):
    """Call a command that prints one JSON document."""
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, [json.loads(result.stdout)]


def test_what_was_erased_is_gone_for_every_command(ticket):
    assert CliRunner().invoke(main, ["erase", ticket.reference, "--yes"]).exit_code == 0
    assert call("tickets", "list") == (0, [])
    assert "There is no conversation" in complaint("erase", ticket.reference, "--yes")
    assert "There is no conversation" in complaint("export", ticket.conversation_id)


def test_erasing_asks_first_and_a_no_erases_nothing(ticket):
    result = CliRunner().invoke(main, ["erase", ticket.reference], input="n\n")
    assert result.exit_code != 0
    assert len(call("tickets", "list")[1]) == 1


def test_a_dry_run_of_retention_tells_what_would_go(ticket):
    status, [counts] = call("retain", "--dry-run")
    assert status == 0
    assert counts == {
        "conversations": 0,
        "messages": 0,
        "tickets": 0,
        "turns": 0,
        "audit": 0,
        "dry_run": True,
    }


def test_a_ticket_is_moved_and_its_history_told(ticket):
    _, [moved] = call("tickets", "move", ticket.reference, "in_progress", "--by", "lin")
    assert moved["status"] == "in_progress"
    assert moved["history"][-1]["actor"] == "lin"
    call("tickets", "move", ticket.reference, "closed")
    assert "closed cannot become solved" in complaint("tickets", "move", ticket.reference, "solved")


def test_tickets_are_searched_and_filtered(ticket):
    assert len(call("tickets", "search", "不亮")[1]) == 1
    assert call("tickets", "search", "烧坏") == (0, [])
    assert call("tickets", "list", "--status", "closed") == (0, [])
    assert call("tickets", "list", "--overdue") == (0, [])
