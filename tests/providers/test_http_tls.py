"""Dials over TLS and through a proxy: what breaks before the request is surely unsent."""

import asyncio
import shutil
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.providers.http import ProviderClient
from tests.providers import raw_server
from tests.providers.dialling import dial, line, outcome
from tests.providers.raw_server import Exchange, Manner, serving


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh self-signed certificate for 127.0.0.1, its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl binary to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    key, chain = folder / "key.pem", folder / "chain.pem"
    subprocess.run(
        [*command, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True
    )
    both = folder / "both.pem"
    both.write_text(chain.read_text("ascii") + key.read_text("ascii"), "ascii")
    return both


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_a_trusted_server_takes_the_call(
    server_tls: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    async with serving(raw_server.answer_rightly, server_tls) as server:
        client = ProviderClient(line(server.origin, verify=trust))
        assert await outcome(client) == "taken"
        await client.aclose()
        assert len(server.requests) == 1


async def test_an_untrusted_certificate_is_surely_unsent(server_tls: ssl.SSLContext) -> None:
    async with serving(raw_server.answer_rightly, server_tls) as server:
        client = ProviderClient(line(server.origin))
        assert await outcome(client) == "unreachable"
        await client.aclose()
        assert server.requests == []


@pytest.mark.parametrize(
    "manner",
    [raw_server.close_on_accept, raw_server.reset_on_accept, raw_server.mute],
)
async def test_a_handshake_that_breaks_or_hangs_is_surely_unsent(manner: Manner) -> None:
    async with serving(manner) as server:
        client = ProviderClient(line(server.origin.replace("http:", "https:")))
        assert await outcome(client) == "unreachable"
        await client.aclose()


async def test_a_cancel_in_the_handshake_is_known_to_be_unsent() -> None:
    async with serving(raw_server.mute) as server:
        client = ProviderClient(line(server.origin.replace("http:", "https:")))
        with capture_logs() as logs:
            task = asyncio.create_task(dial(client))
            await server.accepted.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await client.aclose()
        assert [(entry["class"], entry["phase"]) for entry in logs] == [("cancelled", "not_begun")]


async def test_a_missing_client_certificate_shows_only_after_sending(
    server_tls: ssl.SSLContext, trust: ssl.SSLContext, certificate: Path
) -> None:
    server_tls.verify_mode = ssl.CERT_REQUIRED
    server_tls.load_verify_locations(certificate)
    async with serving(raw_server.answer_rightly, server_tls) as server:
        client = ProviderClient(line(server.origin, verify=trust))
        assert await outcome(client) == "maybe"
        await client.aclose()
        assert server.requests == []


async def refuse_connect(exchange: Exchange) -> None:
    await exchange.read_request()
    head = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    await exchange.send(head)


async def grant_and_close(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(b"HTTP/1.1 200 Connection Established\r\n\r\n")


@pytest.mark.parametrize(
    "manner",
    [
        refuse_connect,
        grant_and_close,
        raw_server.silence,
        raw_server.read_then_close,
        raw_server.read_then_reset,
        raw_server.speak_something_else,
    ],
)
async def test_a_proxy_that_opens_no_tunnel_means_surely_unsent(manner: Manner) -> None:
    async with serving(manner) as proxy:
        client = ProviderClient(line("https://127.0.0.1:9", proxy=proxy.origin))
        assert await outcome(client) == "unreachable"
        await client.aclose()
        assert proxy.requests == [b""]  # the CONNECT, which has no body


async def test_through_a_tunnel_silence_is_maybe_and_leave_is_asked_once(
    server_tls: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    for manner, expected in ((raw_server.answer_rightly, "taken"), (raw_server.silence, "maybe")):
        async with serving(manner, server_tls) as server, serving(tunnel(server.port)) as proxy:
            client = ProviderClient(line(server.origin, proxy=proxy.origin, verify=trust))
            assert await outcome(client) == expected
            await client.aclose()
            assert len(server.requests) == 1


def tunnel(port: int) -> Manner:
    """A proxy that does its work."""

    async def manner(exchange: Exchange) -> None:
        await exchange.read_request()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await exchange.send(b"HTTP/1.1 200 Connection Established\r\n\r\n")
        await asyncio.gather(_pipe(exchange.reader, writer), _pipe(reader, exchange.writer))

    return manner


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()
