"""A mail server that speaks SMTP over a socket and keeps what it is given."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from email import message_from_bytes
from email.policy import default


class MailServer:
    """Takes mails into ``inbox``; ``answers`` are given to RCPT first, one a time.

    With ``tls``, a context of ``ssl``, it offers STARTTLS; who signed in stands in ``signed_in``.
    """

    def __init__(self, tls=None):
        self.inbox = asyncio.Queue()
        self.answers = []
        self.port = 0
        self.tls = tls
        self.signed_in = []
        self.secured = 0
        self.talks = set()

    async def next(self):
        """The next mail: who gets it, and the message; waits for it."""
        return await asyncio.wait_for(self.inbox.get(), 60)

    async def talk(self, reader, writer):
        """One client from its first to its last line; no connection outlives its test."""
        self.talks.add(asyncio.current_task())
        try:
            await self.answer(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    async def answer(self, reader, writer):
        async def say(line):
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        to = []
        await say("220 test ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                await say("250-test")
                is_plain = self.tls is not None and not writer.get_extra_info("ssl_object")
                await say("250-STARTTLS" if is_plain else "250-AUTH PLAIN")
                await say("250 8BITMIME")
            elif verb == "STARTTLS":
                await say("220 go on")
                try:
                    await writer.start_tls(self.tls)
                except (OSError, ssl.SSLError):
                    return
                self.secured += 1
            elif verb == "AUTH":
                self.signed_in.append(base64.b64decode(line.split(" ")[2]).split(b"\0")[1:])
                await say("235 welcome")
            elif verb == "RCPT":
                answer = self.answers.pop(0) if self.answers else "250 OK"
                to += [line.partition("<")[2].partition(">")[0]] if answer[0] == "2" else []
                await say(answer)
            elif verb == "DATA":
                await say("354 go on")
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.inbox.put_nowait((to, message_from_bytes(raw[:-5], policy=default)))
                to = []
                await say("250 kept")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 OK")


@contextlib.asynccontextmanager
async def mail_server(tls=None):
    """A mail server on a free port of the own machine."""
    served = MailServer(tls)
    server = await asyncio.start_server(served.talk, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        if served.talks:
            await asyncio.wait(served.talks, timeout=10)
