"""The door for providers, at the wire: what is let in and kept, and what is turned away."""

import asyncio
import gzip
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import delete, func, select

from bot.callbacks.pages import web_app
from bot.callbacks.webhooks import LARGEST_BODY, Webhooks
from bot.calls.errors import StoreAway
from bot.calls.provider import CallProvider, News
from bot.providers.voicy import VoicySettings
from bot.providers.vozagent import VozAgentSettings
from bot.providers.vozzo import VozzoSettings
from bot.storage.database import Database
from bot.storage.news import NewsBoxStore, news_from_json
from bot.storage.tables import provider_news
from bot.storage.webhooks import WebhookStore
from tests.databases import fresh_url, opened
from tests.fakes import MORNING, FakeClock

KEY, SECRET = "right-key-of-many-letters", "whsec-invented"
VOZAGENT, VOICY = f"/webhooks/vozagent/{KEY}", "/webhooks/voicy"
ENDED = {
    "event": "call_ended",
    "call": {
        "call_id": "5b7c1c1e-8f8e-4d8a-9a53-0c8f4a9a3f11",
        "call_status": "ended",
        "agent_id": "0d2f7b1c-54f4-4a4b-8a0e-3c8b3b0c7d55",
        "from_number": "+12025550199",
        "to_number": "+14155550123",
        "direction": "outgoing",
    },
}


class Box(NewsBoxStore):
    """The real store, which can be away; ``kept`` reads what is in it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.away = False
        self.database = database

    async def keep(self, provider: str, delivery_key: str, news: News, now: datetime) -> bool:
        """Once for each delivery."""
        if self.away:
            raise StoreAway("away")
        return await super().keep(provider, delivery_key, news, now)

    async def kept(self) -> list[News]:
        """All of it, oldest first."""
        statement = select(provider_news.c.news).order_by(provider_news.c.id)
        async with self.database.read() as connection:
            return [news_from_json(row.news) for row in await connection.execute(statement)]

    async def forget_last(self) -> None:
        """As if the process had died before it kept the last one."""
        newest = select(func.max(provider_news.c.id)).scalar_subquery()
        async with self.database.write() as connection:
            await connection.execute(delete(provider_news).where(provider_news.c.id == newest))


@dataclass
class Door:
    """A running server, what it has kept, and how often it said that there is something new."""

    origin: str
    box: Box
    session: aiohttp.ClientSession
    nudges: list[int]

    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        data = io.BytesIO(body)
        async with self.session.post(self.origin + path, data=data, headers=headers) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def serving(
    providers: Mapping[str, CallProvider], folder: Path, key: str | None = KEY
) -> AsyncIterator[Door]:
    """The pages of the bot on a free port, over a real database."""
    nudges = list[int]()

    async def health() -> dict[str, object]:
        return {"ok": True}

    async with fresh_url("sqlite", folder, None) as url, opened(url) as database:
        box, addresses = Box(database), WebhookStore(database)
        if key is not None:
            await addresses.keep(
                "vozagent", url=f"https://bot.example/{key}", now=MORNING, address_key=key
            )
        hooks = Webhooks(
            providers=providers,
            news=box,
            addresses=addresses,
            clock=FakeClock(),
            heard=lambda: nudges.append(1),
        )
        runner = web.AppRunner(web_app(health, webhooks=hooks.routes()), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            async with aiohttp.ClientSession() as session:
                yield Door(f"http://127.0.0.1:{runner.addresses[0][1]}", box, session, nudges)
        finally:
            await runner.cleanup()


@pytest.fixture
async def providers() -> AsyncIterator[dict[str, CallProvider]]:
    """VozAgent, which does not sign; Voicy, which does; Vozzo, which sends nothing."""
    key = SecretStr("k")
    voicy = VoicySettings(api_key=key, from_number="+12025550199", webhook_secret=SecretStr(SECRET))
    made: dict[str, CallProvider] = {
        "vozagent": VozAgentSettings(api_key=key).open(),
        "voicy": voicy.open(),
        "vozzo": VozzoSettings(api_key=key).open(),
    }
    yield made
    for each in made.values():
        await each.aclose()


@pytest.fixture
async def door(providers: dict[str, CallProvider], tmp_path: Path) -> AsyncIterator[Door]:
    """The door, with VozAgent's address registered."""
    async with serving(providers, tmp_path) as door:
        yield door


def about(call_id: str, event: str = "call.completed") -> bytes:
    """One delivery of VozAgent."""
    return json.dumps({"event": event, "call_id": call_id}).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Voicy's headers."""
    digest = hmac.digest(secret.encode(), body, "sha256").hex()
    return {"X-Voicy-Event": "call_ended", "X-Voicy-Signature": f"sha256={digest}"}


async def test_news_are_kept_before_the_answer_and_once_only(door: Door) -> None:
    assert await door.post(VOZAGENT, about("call-1")) == (200, {"ok": True})
    assert await door.post(VOZAGENT, about("call-1")) == (200, {"ok": True, "again": True})
    assert await door.post(VOZAGENT, about("call-1", "call.started")) == (200, {"ok": True})
    assert [news.provider_call_id for news in await door.box.kept()] == ["call-1", "call-1"]
    assert len(door.nudges) == 2


async def test_a_delivery_about_two_calls_is_kept_as_two(door: Door) -> None:
    body = json.dumps({"call_id": "call-1", "call": {"id": "call-2"}}).encode()
    assert await door.post(VOZAGENT, body) == (200, {"ok": True})
    assert [news.provider_call_id for news in await door.box.kept()] == ["call-1", "call-2"]


async def test_a_replay_completes_what_was_kept_in_part(door: Door) -> None:
    body = json.dumps({"call_id": "call-1", "call": {"id": "call-2"}}).encode()
    await door.post(VOZAGENT, body)
    await door.box.forget_last()
    assert await door.post(VOZAGENT, body) == (200, {"ok": True})
    assert len(await door.box.kept()) == 2


async def test_what_voicy_signed_is_kept_with_its_words(door: Door) -> None:
    body = json.dumps(ENDED).encode()
    assert await door.post(VOICY, body, signed(body)) == (200, {"ok": True})
    (news,) = await door.box.kept()
    assert news.raw_status == "ended"


async def test_an_event_that_tells_of_no_call_is_taken_and_nothing_is_kept(door: Door) -> None:
    body = b'{"event": "agent_updated"}'
    assert await door.post(VOICY, body, signed(body)) == (200, {"ok": True})
    assert not await door.box.kept()
    assert not door.nudges


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Voicy-Signature": ""},
        {"X-Voicy-Signature": "sha256="},
        {"X-Voicy-Signature": "sha256=" + "0" * 64},
        signed(json.dumps(ENDED).encode(), "another secret"),
        signed(b"another body"),
    ],
)
async def test_a_missing_or_forged_signature_changes_nothing(
    door: Door, headers: dict[str, str]
) -> None:
    body = json.dumps(ENDED).encode()
    refused = (401, {"ok": False, "error": "not_genuine"})
    assert await door.post(VOICY, body, headers) == refused
    assert not await door.box.kept()


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/vozagent",
        "/webhooks/vozagent/wrong",
        f"/webhooks/vozagent/{KEY}x",
        f"/webhooks/vozagent/{KEY.upper()}",
        f"/webhooks/vozagent/{hashlib.sha256(KEY.encode()).hexdigest()}",
        "/webhooks/vozagent/%F0%9F%93%9E",
        "/webhooks/vozagent/%ff",
    ],
)
async def test_only_the_secret_address_is_believed(door: Door, path: str) -> None:
    status, answer = await door.post(path, about("call-1"))
    assert (status, answer["error"]) == (401, "not_genuine")
    assert not await door.box.kept()


async def test_before_an_address_is_registered_no_key_is_right(
    providers: dict[str, CallProvider], tmp_path: Path
) -> None:
    async with serving(providers, tmp_path, key=None) as door:
        for path in ("/webhooks/vozagent", "/webhooks/vozagent/x", VOZAGENT):
            assert (await door.post(path, about("call-1")))[0] == 401
        assert not await door.box.kept()


@pytest.mark.parametrize(
    "path", ["/webhooks/nobody", "/webhooks/nobody/x", "/webhooks/vozzo", f"{VOICY}/{KEY}"]
)
async def test_what_is_no_address_of_ours_is_not_found(door: Door, path: str) -> None:
    body = json.dumps(ENDED).encode()
    assert await door.post(path, body, signed(body)) == (404, {"ok": False, "error": "not_found"})
    assert not await door.box.kept()


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000])
async def test_what_nobody_can_read_is_refused(door: Door, body: bytes) -> None:
    assert (await door.post(VOZAGENT, body))[0] == 401
    assert (await door.post(VOICY, body, signed(body)))[0] == 401
    assert not await door.box.kept()


async def test_while_the_database_is_away_the_provider_is_to_try_again(door: Door) -> None:
    door.box.away = True
    url, body = door.origin + VOZAGENT, about("call-1")
    async with door.session.post(url, data=body) as answer:
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert not door.nudges
    door.box.away = False
    assert await door.post(VOZAGENT, about("call-1")) == (200, {"ok": True})


async def test_a_body_of_eight_megabytes_is_taken_and_a_larger_one_is_not(door: Door) -> None:
    frame = json.dumps({"call_id": "call-1", "said": ""}).encode()
    full = frame[:-2] + b"x" * (LARGEST_BODY - len(frame)) + frame[-2:]
    assert len(full) == LARGEST_BODY
    assert (await door.post(VOZAGENT, full))[0] == 200
    assert await door.post(VOZAGENT, full + b" ") == (413, {"ok": False, "error": "too_large"})
    assert len(await door.box.kept()) == 1


async def test_a_body_that_grows_on_the_way_is_cut_off(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b" " * 1_000_000

    packed = gzip.compress(b" " * (LARGEST_BODY + 1))
    async with door.session.post(door.origin + VOZAGENT, data=endless()) as answer:
        assert answer.status == 413
    zipped = {"Content-Encoding": "gzip"}
    assert (await door.post(VOZAGENT, packed, zipped))[0] == 413
    assert not await door.box.kept()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_only_posts_are_taken(door: Door, method: str) -> None:
    for path in (VOZAGENT, VOICY):
        async with door.session.request(method, door.origin + path, data=b"{}") as answer:
            assert answer.status == 405
    assert not await door.box.kept()


async def test_many_replays_at_once_are_kept_once(door: Door) -> None:
    posts = [door.post(VOZAGENT, about("call-1")) for _ in range(20)]
    answers = await asyncio.gather(*posts)
    assert {status for status, _ in answers} == {200}
    assert sum("again" not in answer for _, answer in answers) == 1
    assert len(await door.box.kept()) == 1
