"""A TCP server that behaves as badly as it is told and counts the complete requests it received."""

import asyncio
import contextlib
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

OK = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    b'Content-Length: 31\r\n\r\n{"call_id":"c","status":"x"}   '
)


class Exchange:
    """One accepted connection."""

    def __init__(
        self, server: "RawServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer

    async def read_request(self) -> bytes:
        """A complete request; counted, and its body kept."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await self.reader.readexactly(int(length[1]) if length else 0)
        self.server.requests.append(body)
        self.server.seen.set()
        return head

    async def send(self, data: bytes) -> None:
        """Write and wait until it has left."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """End with a TCP reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def forever(self) -> None:
        """Keep the connection and say nothing."""
        await asyncio.Event().wait()


Manner = Callable[[Exchange], Awaitable[None]]


class RawServer:
    """``requests`` are the bodies of complete requests; the two events can be awaited."""

    def __init__(self, manner: Manner, tls: ssl.SSLContext | None = None) -> None:
        self._manner = manner
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[bytes] = []
        self.connections = 0
        self.accepted = asyncio.Event()
        self.seen = asyncio.Event()
        self.port = 0

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.accepted.set()
        try:
            await self._manner(Exchange(self, reader, writer))
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the client has gone, or the test is over
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)


@contextlib.asynccontextmanager
async def serving(manner: Manner, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """A raw server for the length of a test."""
    raw = RawServer(manner, tls)
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        tasks = list(raw._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def answer_rightly(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(OK)


async def close_on_accept(exchange: Exchange) -> None:
    exchange.writer.close()


async def reset_on_accept(exchange: Exchange) -> None:
    exchange.reset()


async def read_then_close(exchange: Exchange) -> None:
    await exchange.read_request()


async def read_then_reset(exchange: Exchange) -> None:
    await exchange.read_request()
    exchange.reset()


async def silence(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.forever()


async def mute(exchange: Exchange) -> None:
    """Neither reads nor writes."""
    await exchange.forever()


async def stop_in_the_headers(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(b"HTTP/1.1 201 Created\r\nContent-Ty")
    await exchange.forever()


async def close_in_the_headers(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(b"HTTP/1.1 201 Created\r\nContent-Ty")


async def stop_in_the_body(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(OK[:-20])
    await exchange.forever()


async def close_in_the_body(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(OK[:-20])


async def speak_something_else(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(b"220 mail.example.com ESMTP ready\r\n")


async def bad_gzip(exchange: Exchange) -> None:
    await exchange.read_request()
    head = b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
    await exchange.send(head + b"\x1f\x8bnotgzip")


async def drip(exchange: Exchange) -> None:
    """One byte every 20 ms, so that no single read ever times out."""
    await exchange.read_request()
    for byte in OK:
        await exchange.send(bytes([byte]))
        await asyncio.sleep(0.02)


async def point_at_itself(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
    )


async def answer_and_keep(exchange: Exchange) -> None:
    """Keeps the connection for as many requests as come."""
    while True:
        await answer_rightly(exchange)
