"""A mail server that speaks SMTP over a socket and keeps what it is given."""

from __future__ import annotations

import asyncio
import contextlib
from email import message_from_bytes
from email.policy import default


class MailServer:
    """Takes mails into ``inbox``; ``answers`` are given to RCPT first, one a time."""

    def __init__(self):
        self.inbox = asyncio.Queue()
        self.answers = []
        self.port = 0

    async def next(self):
        """The next mail: who gets it, and the message; waits for it."""
        return await asyncio.wait_for(self.inbox.get(), 60)

    async def talk(self, reader, writer):
        async def say(line):
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        to = []
        await say("220 test ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                await say("250-test")
                await say("250 8BITMIME")
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
        writer.close()


@contextlib.asynccontextmanager
async def mail_server():
    """A mail server on a free port of the own machine."""
    served = MailServer()
    server = await asyncio.start_server(served.talk, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
