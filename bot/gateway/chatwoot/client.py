"""The calls to Chatwoot that we need, and no others.

The customer's side uses the Client API of an API inbox, our side the token of an agent bot, which
may do nothing but talk and move conversations. Sources: Chatwoot's developer documentation (Client
API, Application API, agent bots), read in 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx

from bot.errors import SeedwardenError

Standing = Literal["open", "pending", "resolved"]
_INCOMING: Final = (0, "incoming")
_OUTGOING: Final = (1, "outgoing")


class OutsideUnavailable(SeedwardenError):
    """Chatwoot did not do what was asked; ``reason`` is one word for the log.

    ``is_refused`` tells that asking again helps only after somebody mended a setting, ``is_gone``
    that what was asked of is not there.
    """

    def __init__(self, reason: str, *, is_refused: bool = False, is_gone: bool = False) -> None:
        super().__init__(f"Chatwoot does not answer: {reason}. It will be told again.")
        self.reason = reason
        self.is_refused = is_refused
        self.is_gone = is_gone


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as Chatwoot lists it to a customer."""

    id: int
    is_incoming: bool
    text: str


class Chatwoot:
    """One inbox of one account.

    A conversation is named ``account/number``: the numbers of two accounts are the same.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, url: str, account: int, inbox: str, token: str
    ) -> None:
        self._client = client
        self._inbox = f"{url.rstrip('/')}/public/api/v1/inboxes/{quote(inbox, safe='')}"
        self._number = account
        self._account = f"{url.rstrip('/')}/api/v1/accounts/{account}"
        # With dashes: proxies drop names with underscores, and Rails reads both alike.
        self._headers = {"api-access-token": token}

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def contact(self, source_id: str, name: str) -> str:
        """Make the customer known; the same ``source_id`` again gives the same contact."""
        body = {"source_id": source_id, "identifier": source_id, "name": name}
        answer = await self._ask("POST", f"{self._inbox}/contacts", json=body)
        return str(_given(answer, "source_id"))

    async def conversation(self, contact: str) -> str:
        """The number of the customer's conversation, begun where there is none yet."""
        begun = await self.conversations(contact)
        if begun:
            return begun[-1]
        return ref_of(self._number, _number(await self._ask("POST", self._threads(contact))))

    async def conversations(self, contact: str) -> list[str]:
        """The numbers of all the customer's conversations, the latest last."""
        begun = await self._ask("GET", self._threads(contact))
        numbers = sorted(_number(one) for one in begun) if isinstance(begun, list) else []
        return [ref_of(self._number, number) for number in numbers]

    async def customer_says(self, contact: str, ref: str, text: str) -> int:
        """Post what the customer wrote; gives the message's number there."""
        path = self._messages(contact, ref)
        return _number(await self._ask("POST", path, json={"content": text}))

    async def we_say(self, ref: str, text: str, *, is_private: bool) -> int:
        """Post what bot or system wrote, or a note that only agents see."""
        body = {"content": text, "message_type": "outgoing", "private": is_private}
        path = f"{self._ours(ref)}/messages"
        answer = await self._ask("POST", path, json=body, headers=self._headers)
        return _number(answer)

    async def listed(self, contact: str, ref: str) -> list[Listed]:
        """The latest messages of a conversation, notes left out."""
        answer = await self._ask("GET", self._messages(contact, ref))
        if not isinstance(answer, list):
            raise OutsideUnavailable("nonsense")
        return [
            Listed(
                _number(one),
                one.get("message_type") in _INCOMING,
                str(one.get("content") or ""),
            )
            for one in answer
            if isinstance(one, dict) and one.get("message_type") in (*_INCOMING, *_OUTGOING)
        ]

    async def stand(self, ref: str, standing: Standing) -> None:
        """Set the conversation's status."""
        path = f"{self._ours(ref)}/toggle_status"
        await self._ask("POST", path, json={"status": standing}, headers=self._headers)

    async def rank(self, ref: str, priority: str) -> None:
        """Set how urgent the conversation is: low, medium, high or urgent."""
        wanted = "medium" if priority == "normal" else priority
        path = f"{self._ours(ref)}/toggle_priority"
        await self._ask("POST", path, json={"priority": wanted}, headers=self._headers)

    def _messages(self, contact: str, ref: str) -> str:
        return f"{self._threads(contact)}/{self._inside(ref)}/messages"

    def _threads(self, contact: str) -> str:
        return f"{self._inbox}/contacts/{quote(contact, safe='')}/conversations"

    def _ours(self, ref: str) -> str:
        return f"{self._account}/conversations/{self._inside(ref)}"

    def _inside(self, ref: str) -> str:
        """The number inside our account; raises OutsideUnavailable for another's."""
        account, _, number = ref.partition("/")
        if account != str(self._number):
            raise OutsideUnavailable("another account", is_refused=True, is_gone=True)
        return number

    async def _ask(self, method: str, url: str, **given: Any) -> Any:
        try:
            answer = await self._client.request(method, url, **given)
        except httpx.HTTPError as error:
            raise OutsideUnavailable(type(error).__name__) from None
        if answer.is_error:
            refused = answer.is_client_error and answer.status_code not in {408, 429}
            raise OutsideUnavailable(
                f"status {answer.status_code}",
                is_refused=refused,
                is_gone=answer.status_code == 404,
            )
        try:
            return answer.json() if answer.content.strip() else {}
        except ValueError:
            raise OutsideUnavailable("nonsense") from None


def ref_of(account: int, number: int) -> str:
    """The name under which we know a conversation of an account."""
    return f"{account}/{number}"


def _number(answer: Any) -> int:
    try:
        return int(_given(answer, "id"))
    except (TypeError, ValueError):
        raise OutsideUnavailable("nonsense") from None


def _given(answer: Any, name: str) -> Any:
    if not isinstance(answer, dict) or answer.get(name) in (None, ""):
        raise OutsideUnavailable("nonsense")
    return answer[name]
