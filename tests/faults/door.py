"""A door before a provider: while it is shut, whoever connects waits and can send nothing."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

FILLERS = 4  # more than wait in line at a listener that wants nobody to


class Door:
    """Shut from the start. What comes in once it is open goes on to the provider."""

    def __init__(self, behind: str) -> None:
        self._behind = urlsplit(behind)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._fillers = [self._filler() for _ in range(FILLERS)]
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """In place of the provider's own."""
        port = self._listener.getsockname()[1]
        return f"http://127.0.0.1:{port}{self._behind.path}"

    async def open(self) -> None:
        """Let in whoever waits."""
        for filler in self._fillers:
            filler.close()
        self._server = await asyncio.start_server(self._pass, sock=self._listener)

    async def close(self) -> None:
        """Nobody waits and nobody passes any more."""
        for filler in self._fillers:
            filler.close()
        if self._server is not None:
            self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        self._listener.close()

    def _filler(self) -> socket.socket:
        filler = socket.socket()
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            filler.connect(self._listener.getsockname())
        return filler

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        inner_reader, inner = await asyncio.open_connection(
            self._behind.hostname, self._behind.port
        )
        try:
            await asyncio.gather(_pump(reader, inner), _pump(inner_reader, writer))
        finally:
            for each in (inner, writer):
                each.close()
                with contextlib.suppress(ConnectionError):
                    await each.wait_closed()
            self._passing.discard(task)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
        target.write_eof()


@asynccontextmanager
async def door_before(url: str) -> AsyncIterator[Door]:
    """A door that is taken away afterwards."""
    door = Door(url)
    try:
        yield door
    finally:
        await door.close()
