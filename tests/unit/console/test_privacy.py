"""Privacy tasks: read by those who watch, done by admins with a reason and a second yes."""

from __future__ import annotations

import re


def sure(page):
    return re.search(r'name="sure" value="(\w+)"', page.text)[1]


async def test_one_conversation_is_erased_after_a_reason_and_a_second_yes(sits, desk, waiting):
    admin = await sits("admin")
    (ticket,) = await desk.tickets(conversation_id=waiting)
    form = {"reference": ticket.reference, "reason": "asked for by letter", "deed": "erase"}
    assert (await admin.post("/desk/privacy", {**form, "reason": "?"})).status_code == 422
    asked = await admin.post("/desk/privacy", form)
    assert asked.status_code == 200
    assert "mira@example.org" not in asked.text
    assert await desk.messages(waiting)

    done = await admin.post("/desk/privacy", {**form, "sure": sure(asked)})
    assert done.headers["location"] == "/desk/privacy?say=erased"
    assert await desk.messages(waiting) == []
    lines = [(one.action, one.actor) for one in (await desk.privacy()).done]
    assert lines == [("erased", "some-admin"), ("erasure_asked", "some-admin")]
    assert (await admin.post("/desk/privacy", form)).status_code == 422  # nothing is left


async def test_a_record_is_exported_with_a_reason_and_the_audit_tells_that_it_was(
    sits, desk, waiting
):
    admin = await sits("admin")
    form = {"reference": waiting, "reason": "the customer wrote from mira@example.org"}
    form |= {"deed": "export", "format": "json"}
    asked = await admin.post("/desk/privacy", form)
    file = await admin.post("/desk/privacy", {**form, "sure": sure(asked)})
    assert file.headers["content-disposition"] == 'attachment; filename="record.json"'
    assert "mira@example.org" in file.text
    (line,) = await desk.audit(about=waiting, actions=["exported"])
    assert "mira@" not in line.detail
    assert line.detail.startswith("format=json the customer wrote")


async def test_the_second_yes_must_be_for_the_same_conversation(sits, desk, waiting):
    admin = await sits("admin")
    form = {"reference": waiting, "reason": "asked for by letter", "deed": "erase"}
    answer = await admin.post("/desk/privacy", {**form, "sure": "0" * 32})
    assert answer.status_code == 200
    assert await desk.messages(waiting)


async def test_auditors_and_leads_read_the_tasks_and_change_nothing(sits, desk, waiting):
    form = {"reference": waiting, "reason": "asked for by letter", "deed": "erase"}
    for role in ("lead", "auditor"):
        person = await sits(role)
        page = await person.get("/desk/privacy?count=1")
        assert "turns&#39; figures" in page.text or "turns' figures" in page.text
        assert 'name="deed"' not in page.text
        assert (await person.post("/desk/privacy", form)).status_code == 403
    assert (await (await sits("agent")).get("/desk/privacy")).status_code == 403
    assert await desk.messages(waiting)


async def test_what_must_wait_for_earlier_messages_is_told_so_and_not_done(
    sits, desk, waiting, app, monkeypatch
):
    admin = await sits("admin")
    form = {"reference": waiting, "reason": "asked for by letter", "deed": "erase"}
    asked = await admin.post("/desk/privacy", form)
    lanes = app.state.api.turns._lanes
    monkeypatch.setattr(lanes, "_longest", 0)
    async with lanes.enter(waiting):
        busy = await admin.post("/desk/privacy", {**form, "sure": sure(asked)})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert "Try again in a few seconds" in busy.text
    assert await desk.messages(waiting)
    done = await admin.post("/desk/privacy", {**form, "sure": sure(asked)})
    assert done.headers["location"] == "/desk/privacy?say=erased"
