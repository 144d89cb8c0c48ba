"""What the tests of Voicy share: its stand-in by hand, settings, an order, and a clock to move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.calls.provider import Order, Watched
from bot.demo.voicy import DANA, DEMO_FROM, Call, VoicyStandIn
from bot.providers.voicy import Voicy, VoicySettings

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NUMBER = "+12025550142"
ORDER = Order("C-4F7K-1", NUMBER, DANA.id, DANA.name, begins=NOON, name="Ann Lee", notes="Kitchen")
CALL_ID = "550e8400-e29b-41d4-a716-446655440000"


class HandClock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def settings(**given: Any) -> VoicySettings:
    """With a key and a number to call from, and what else is given."""
    usual = {"api_key": "voicy_sk_live_key", "from_number": DEMO_FROM}
    return VoicySettings.model_validate(usual | given)


def opened(stand_in: VoicyStandIn, **given: Any) -> Voicy:
    """A provider at its stand-in."""
    there = {"api_key": stand_in.api_key, "base_url": stand_in.base_url}
    return settings(**(there | given)).open()


def watched(call_id: str | None, since: datetime = NOON) -> Watched:
    """A call that is asked about."""
    return Watched(call_id or "", ORDER, since)


@asynccontextmanager
async def standing_in(clock: HandClock) -> AsyncIterator[VoicyStandIn]:
    """Without limits, moved on by hand."""
    stand_in = VoicyStandIn(clock)
    stand_in.account.pace = None
    stand_in.account.per_minute = stand_in.account.live_cap = None
    await stand_in.start()
    try:
        yield stand_in
    finally:
        await stand_in.stop()


async def place(provider: Voicy, **changes: Any) -> str:
    """Dial the order with some changes; its id."""
    receipt = await provider.place([replace(ORDER, **changes)], may_send=lambda: True)
    assert receipt.provider_call_id is not None
    return receipt.provider_call_id


def ring(stand_in: VoicyStandIn, number: str = NUMBER, *, begin: bool = True, **told: str) -> Call:
    """A call that somebody let ring, with the variables it was told."""
    call = stand_in.account.place(number, DANA, told)
    if begin:
        stand_in.advance(call.id)
    return call
