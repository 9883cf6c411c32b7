"""The road to the action servers: kept connections, a time limit, and no texts in errors.

Several addresses, separated by commas, are asked in turn; where one cannot be reached or dies
in the middle the next one is asked. Every action may run twice: tickets and calls are filed once.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.nlu.turn import ActionUnavailable

if TYPE_CHECKING:
    from rasa.core.agent import Agent

TIME_LIMIT: Final = 6.0
"""Seconds for one action; the gateway gives the whole turn eight."""

REJECTED: Final = 400
"""How the action server says that a form leaves the message to the rules."""


class ActionEndpoint(EndpointConfig):
    """Rasa's endpoint, ending the turn where Rasa would go on without the action's events."""

    def __init__(self, url: str, headers: dict[str, str], kwargs: dict[str, Any]) -> None:
        super().__init__(url, headers=headers, **kwargs)
        self._session: aiohttp.ClientSession | None = None
        self._urls = [part.strip() for part in url.split(",") if part.strip()]
        self._turn = 0

    def session(self) -> aiohttp.ClientSession:
        """The one session of this process, which keeps its connection open."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self.headers, timeout=aiohttp.ClientTimeout(total=TIME_LIMIT)
            )
        return self._session

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,  # noqa: FBT001, FBT002 - Rasa's own signature
        **kwargs: Any,
    ) -> Any:
        """Run one action.

        Raises:
            ActionUnavailable: no usable answer within the time limit.
            ClientResponseError: the form rejected the message, which Rasa handles.
        """
        del subpath, content_type, compress
        try:
            status, answer = await self._send(method, kwargs.get("json"))
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise ActionUnavailable(type(error).__name__) from None
        if status == REJECTED and isinstance(answer, dict) and "action_name" in answer:
            name = str(answer["action_name"])
            raise ClientResponseError(status, "rejected", json.dumps({"action_name": name}))
        if status != 200 or not _is_answer(answer):
            raise ActionUnavailable(f"status {status}")
        return answer

    async def _send(self, method: str, body: Any) -> tuple[int, Any]:
        self._turn += 1
        for tried in range(1, len(self._urls) + 1):
            url = self._urls[(self._turn + tried) % len(self._urls)]
            try:
                return await self._ask(url, method, body)
            except aiohttp.ClientConnectionError:
                if tried == len(self._urls):
                    raise
        raise aiohttp.ClientConnectionError

    async def _ask(self, url: str, method: str, body: Any) -> tuple[int, Any]:
        async with self.session().request(method, url, json=body) as response:
            return response.status, await response.json(content_type=None)


def _is_answer(answer: Any) -> bool:
    if not isinstance(answer, dict):
        return False
    events, responses = answer.get("events", []), answer.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(event, dict) and "event" in event for event in events)
        and all(isinstance(response, dict) for response in responses)
    )


def adopt(agent: Agent) -> None:
    """Put our endpoint where the agent has Rasa's.

    Our endpoint has checked every answer, so Rasa need not compile a JSON schema for each:
    that was half the processor time of a turn (bench/nlu.md).
    """
    given = agent.processor.action_endpoint
    if given is None or isinstance(given, ActionEndpoint):
        return
    ours = ActionEndpoint(given.url, given.headers, given.kwargs)
    agent.action_endpoint = agent.processor.action_endpoint = ours
    RemoteAction._validate_action_result = _was_checked  # noqa: SLF001 - no other way


def _was_checked(_: RemoteAction, __: dict[str, Any]) -> bool:
    return True
