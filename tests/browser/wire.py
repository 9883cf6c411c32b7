"""A wire between browser and gateway that a test can cut: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import contextlib


class Wire:
    """Forwards TCP on ``port``; ``cut`` breaks what is open, ``down`` refuses what comes."""

    def __init__(self, target):
        self.target = target
        self.port = 0
        self.down = False
        self.opened = 0
        self._open = set()

    async def start(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def cut(self, *, down=False):
        """Break every connection in the middle of whatever it carries."""
        self.down = down
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader, writer):
        if self.down:
            writer.transport.abort()
            return
        self.opened += 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        ends = {writer, far_writer}
        self._open |= ends
        await asyncio.gather(pour(reader, far_writer), pour(far_reader, writer))
        self._open -= ends


async def pour(reader, writer):
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()
