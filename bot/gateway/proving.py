"""Proof by e-mail as the page and the API use it: limits first, then the same work for all."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from bot.content.language import Language
from bot.desk.models import Ticket
from bot.desk.proofs import Proofs, masked, read_address
from bot.errors import TokenInvalid
from bot.gateway.limits import Limits
from bot.gateway.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Proving:
    """Keeps addresses, has codes sent, shows tickets; ``sends`` is false without a mail server."""

    proofs: Proofs
    limits: Limits
    tokens: Tokens
    sends: bool

    async def leave(
        self, request: Request, reference: str, proof: str, address: str, language: Language
    ) -> str:
        """Have a code sent to an address that is left; gives the address as it may be shown.

        Raises:
            AddressInvalid: it is not written as an address.
            Problem: too many.
        """
        address = read_address(address)
        await self.limits.lookup(request, reference)
        await self.limits.code(request, reference)
        await self.limits.mailbox(self.proofs.fingerprint(address))
        owner = owner_of(self.tokens, proof)
        await self.proofs.leave(reference, owner, address, language)
        return masked(address)

    async def ask_code(self, request: Request, reference: str) -> None:
        """Have a code sent to a ticket's confirmed address, if there is one; raises Problem."""
        await self.limits.lookup(request, reference)
        await self.limits.code(request, reference)
        await self.proofs.ask_code(reference)

    async def show(self, request: Request, reference: str, code: str) -> Ticket | None:
        """Give a ticket for its code, or None; raises Problem."""
        await self.limits.lookup(request, reference)
        return await self.proofs.show(reference, code)


def owner_of(tokens: Tokens, proof: str) -> str:
    """The conversation that a token opens; empty for everything else."""
    try:
        return tokens.read(proof.strip())
    except TokenInvalid:
        return ""
