"""Who may open which conversation, what the bot's list offers, and what is noted on messages."""

from __future__ import annotations

from bot.desk.models import Draft, Incoming, TurnEnd
from bot.guard import authored, scrub


async def with_the_bot(desk, text="My transfer is stuck", intent="tx_failed", signal=None):
    """A conversation that the bot has; gives its id and its message's."""
    conversation = await desk.create_conversation("en", is_chosen=True)
    message_id = conversation.id[::-1]
    incoming = Incoming(message_id, "c1", scrub(text), "en", (), signal)
    await desk.accept(conversation.id, incoming)
    end = TurnEnd(message_id, 0, "answered", intent, 5)
    await desk.answer(conversation.id, [Draft(authored("Let us see."), "en")], end)
    return conversation.id, message_id


async def test_an_agent_opens_whom_the_bot_serves_only_where_help_is_needed(sits, desk):
    calm, _ = await with_the_bot(desk)
    asking, _ = await with_the_bot(desk, "I want a person", "talk_to_human")
    robbed, _ = await with_the_bot(desk, "He is on my screen now", signal="remote_control")
    agent, lead = await sits("agent"), await sits("lead")
    unknown = await agent.get(f"/desk/conversations/{'0' * 32}")
    refused = await agent.get(f"/desk/conversations/{calm}")
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert refused.text.replace(calm, "") == unknown.text.replace("0" * 32, "")
    for path in ("claim", "notes", "reveal", "say"):
        answer = await agent.post(
            f"/desk/conversations/{calm}/{path}",
            {"take_over": "1", "text": "hello", "reason": "curious about it"},
        )
        assert answer.status_code == 404, path
    for known in (asking, robbed):
        assert (await agent.get(f"/desk/conversations/{known}")).status_code == 200
    assert (await lead.get(f"/desk/conversations/{calm}")).status_code == 200
    (line,) = await desk.audit(about=robbed, actions=["conversation_read"])
    assert (line.actor, line.detail) == ("some-agent", "bot")


async def test_the_bots_list_puts_need_first_and_taking_over_starts_a_hand_off(sits, desk):
    calm, _ = await with_the_bot(desk)
    robbed, _ = await with_the_bot(desk, "He is on my screen now", signal="remote_control")
    agent = await sits("agent")
    page = (await agent.get("/desk/bot")).text
    assert page.index(f"take-{robbed}") > 0
    assert calm not in page  # it is listed, but not to be opened
    assert "2 conversations, 1 to look after" in page
    taken = await agent.post(f"/desk/conversations/{robbed}/claim", {"take_over": "1"})
    assert taken.status_code == 303
    held = await desk.held(robbed)
    assert (held.owner, held.epoch, held.handoff.reason) == ("human", 1, "taken_over")
    late = await (await sits("agent", "ana")).post(
        f"/desk/conversations/{robbed}/claim", {"take_over": "1"}
    )
    assert late.status_code == 409


async def test_a_conversation_that_went_to_a_colleague_is_shut_and_an_open_page_moves_on(
    sits, desk, waiting
):
    wei, ana = await sits("agent", "wei", "Wei"), await sits("agent", "ana", "Ana")
    path = f"/desk/conversations/{waiting}"
    await wei.post(f"{path}/claim")
    assert (await wei.get(path)).status_code == 200
    assert (await ana.get(path)).status_code == 404
    assert f'href="{path}"' not in (await ana.get("/desk")).text
    form = {"epoch": str((await desk.held(waiting)).epoch), "to": ana.person.badge}
    assert (await wei.post(f"{path}/transfer", form)).status_code == 303
    assert (await wei.get(path)).status_code == 404
    part = await wei.get(f"{path}/messages?after=0", headers={"hx-request": "true"})
    assert part.headers["hx-redirect"] == "/desk?say=gone"
    assert (await ana.get(path)).status_code == 200


async def test_a_correction_is_shown_audited_and_can_be_taken_back(sits, desk, waiting):
    agent = await sits("agent")
    path = f"/desk/conversations/{waiting}"
    form = {"message": "m" * 32, "intent": "funds_stolen"}
    assert (await agent.post(f"{path}/correct", form)).status_code == 303
    assert "corrected: funds stolen" in (await agent.get(path)).text
    assert (await desk.audit(actions=["corrected"]))[0].detail == "funds_stolen"
    assert (await agent.post(f"{path}/correct", {**form, "intent": "nonsense"})).status_code == 400
    assert (await agent.post(f"{path}/correct", {**form, "intent": ""})).status_code == 303
    assert await desk.beside(waiting) == {}
    _, message = await with_the_bot(desk, "I want a person", "talk_to_human")
    answer = await agent.post(f"{path}/correct", {**form, "message": message})
    assert answer.status_code == 404  # a message of another conversation


async def test_own_words_stand_beside_the_customers_without_secrets(sits, desk, waiting):
    agent = await sits("agent")
    path = f"/desk/conversations/{waiting}"
    form = {"message": "m" * 32, "words": "转账卡住了，邮箱 mira@example.org"}
    assert (await agent.post(f"{path}/words", form)).status_code == 303
    page = (await agent.get(path)).text
    assert "转账卡住了" in page
    assert "mira@example.org" not in page
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    await agent.post(f"{path}/words", {**form, "words": phrase})
    assert "sausage" not in (await desk.beside(waiting))["m" * 32].words
