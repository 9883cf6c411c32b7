from __future__ import annotations

import asyncio
import json

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SPLIT = "gravity machine north sort system female filter attitude volume fold club stay"


async def events(customer, count, **headers):
    """Read ``count`` events and hang up."""
    found, current = [], {}
    path = f"/api/v1/conversations/{customer.id}/events"
    async with customer.http.stream("GET", path, headers={**customer.headers, **headers}) as answer:
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            if not line:
                if "event" in current:
                    found.append(current)
                current = {}
                if len(found) == count:
                    return found
                continue
            name, _, value = line.partition(":")
            if name:
                current[name] = value.strip()
    return found


def texts(found):
    return [json.loads(e["data"])["text"] for e in found if e["event"] == "message"]


async def test_a_stream_brings_messages_as_they_come(customer):
    task = asyncio.create_task(events(customer, 4))
    await asyncio.sleep(0.3)
    await customer.write("hello")
    found = await task
    kinds = [event["event"] for event in found]
    assert kinds[0] == "owner"
    assert "typing" in kinds
    assert kinds.count("message") == 2
    assert [event["id"] for event in found if event["event"] == "message"] == ["2", "3"]


async def test_last_event_id_resumes_without_loss_and_without_doubles(customer):
    for number in range(3):
        await customer.write(f"message {number}")
    found = await events(customer, 5, **{"Last-Event-ID": "3"})
    assert [event["id"] for event in found if event["event"] == "message"] == ["4", "5", "6", "7"]


async def test_an_event_id_that_is_not_ours_asks_for_a_resync(customer):
    await customer.write("hello")
    for odd in ("999", "nonsense", "-3"):
        found = await events(customer, 2, **{"Last-Event-ID": odd})
        assert found[1]["event"] == "resync"
        assert found[1]["id"] == "3"


async def test_a_stream_opened_with_zero_brings_everything(customer):
    await customer.write("hello")
    found = await events(customer, 4, **{"Last-Event-ID": "0"})
    assert len(texts(found)) == 3


async def test_the_stream_shows_only_safe_text(customer):
    task = asyncio.create_task(events(customer, 3))
    await asyncio.sleep(0.3)
    await customer.write(PHRASE)
    assert "winner" not in str(await task)


async def test_a_stream_needs_the_conversations_own_token(customer):
    path = f"/api/v1/conversations/{customer.id}/events"
    assert (await customer.http.get(path)).status_code == 401


async def test_redacting_an_earlier_message_asks_open_streams_to_resync(customer):
    words = SPLIT.split()
    await customer.write(" ".join(words[:4]))
    await customer.write(" ".join(words[4:8]))

    async def until_resync():
        path = f"/api/v1/conversations/{customer.id}/events"
        async with customer.http.stream("GET", path, headers=customer.headers) as answer:
            async for line in answer.aiter_lines():
                if line == "event: resync":
                    return True
        return False

    task = asyncio.create_task(until_resync())
    await asyncio.sleep(0.3)
    await customer.write(" ".join(words[8:]))
    assert await asyncio.wait_for(task, 5)
