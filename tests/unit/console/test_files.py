"""A customer's file beside the message that it came with."""

from __future__ import annotations

from bot.desk.models import Incoming
from bot.desk.vault import NewAttachment
from bot.guard import scrub

FILE = "f" * 32


async def attached(desk, talk, pages=1):
    name = scrub("<b> mira@example.org.png")
    new = NewAttachment(name, "image/png", bytes(2048), b"small", 4, 3, pages)
    incoming = Incoming("n" * 32, "attachment/1", scrub("[Picture] screen.png"), "en")
    await desk.attach(incoming, talk, new, FILE)


async def test_a_file_is_shown_small_with_its_name_masked(sits, waiting, desk):
    await attached(desk, waiting, pages=3)
    agent = await sits("agent")
    for path in ("", "/messages?after=0"):
        page = (await agent.get(f"/desk/conversations/{waiting}{path}")).text
        assert page.count(f"/desk/api/attachments/{FILE}/thumbnail") == 1
        assert "mira@example.org" not in page
        assert "<b> m" not in page
        assert "2 KiB" in page
    page = await agent.post(f"/desk/conversations/{waiting}/reveal", {"reason": "send the label"})
    assert "mira@example.org" in page.text


async def test_an_auditor_sees_that_there_is_a_file_and_cannot_open_it(sits, waiting, desk):
    await attached(desk, waiting)
    auditor = await sits("auditor")
    page = (await auditor.get(f"/desk/conversations/{waiting}")).text
    assert "2 KiB" in page
    assert "/desk/api/attachments/" not in page
    assert (await auditor.get(f"/desk/api/attachments/{FILE}")).status_code == 403
