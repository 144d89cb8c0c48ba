"""Voicy's webhooks: only who has the secret is believed, and nothing else ever comes out."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls.provider import News, NotGenuine
from bot.calls.states import State
from bot.demo.voicy import VoicyStandIn
from bot.providers.voicy import Voicy
from tests.providers.voicy_bench import (
    CALL_ID,
    NOON,
    HandClock,
    opened,
    ring,
    settings,
    standing_in,
    watched,
)

SECRET = "a secret with spaces, ü and ="
HEADER = "x-voicy-signature"
BODY: dict[str, Any] = {
    "event": "call_ended",
    "call": {
        "call_id": CALL_ID,
        "call_type": "phone_call",
        "call_status": "user_hangup",
        "agent": {"id": "550e8400-e29b-41d4-a716-446655440001", "name": "Sales", "version": 3},
        "direction": "outgoing",
        "to_number": "+12025550142",
        "duration_ms": 45000,
        "transcript": [{"role": "user", "content": "hello"}],
    },
}


@pytest.fixture(scope="module")
def voicy() -> Voicy:
    return settings(webhook_secret=SECRET).open()


def digest_of(body: bytes, secret: str = SECRET) -> bytes:
    return hmac.digest(secret.encode(), body, "sha256")


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {HEADER: f"sha256={digest_of(body, secret).hex()}"}


def hear(voicy: Voicy, body: Any) -> tuple[News, ...]:
    """A body with the right signature; anything but bytes is written as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return voicy.hear(signed(raw), raw)


def test_a_call_that_ended_is_told_with_all_that_is_known(voicy: Voicy) -> None:
    (news,) = hear(voicy, BODY)
    assert (news.provider_call_id, news.state) == (CALL_ID, State.COMPLETED)
    assert (news.raw_status, news.seconds) == ("user_hangup", 45.0)
    assert news.transcript == "Customer: hello"


RAW = json.dumps(BODY, indent=1, ensure_ascii=False).encode() + b"\n"
DIGEST = digest_of(RAW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (HEADER, f"sha256={DIGEST.hex()}"),
        ("X-Voicy-Signature", f"sha256={DIGEST.hex().upper()}"),
        ("X-VOICY-SIGNATURE", f"SHA256={DIGEST.hex()}"),
        (HEADER, f" sha256={base64.b64encode(DIGEST).decode()} "),
    ],
)
def test_a_signature_counts_however_it_is_written(voicy: Voicy, name: str, value: str) -> None:
    headers = {"Host": "bot.example.com", name: value, "x-voicy-event": "call_ended"}
    (news,) = voicy.hear(headers, RAW)
    assert news.provider_call_id == CALL_ID


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "sha256="},
        {HEADER: "sha256"},
        {HEADER: DIGEST.hex()},
        {HEADER: f"sha1={DIGEST.hex()}"},
        {HEADER: f"sha256={DIGEST.hex()[:-1]}"},
        {HEADER: f"sha256={DIGEST.hex()}0"},
        {HEADER: f"sha256={base64.b64encode(DIGEST).decode().rstrip('=')}"},
        {HEADER: f"sha256={base64.b64encode(DIGEST).decode().swapcase()}"},
        {HEADER: f"sha256={'é' * 64}"},
        {HEADER: "sha256=" + "\udcff" * 64},
        {HEADER: f"sha256={digest_of(RAW, 'another').hex()}"},
        {HEADER: f"sha256={digest_of(RAW, '').hex()}"},
        {HEADER: f"sha256={digest_of(json.dumps(BODY).encode()).hex()}"},
        {"signature": f"sha256={DIGEST.hex()}"},
    ],
)
def test_without_the_right_signature_nothing_is_believed(
    voicy: Voicy, headers: dict[str, str]
) -> None:
    with pytest.raises(NotGenuine, match="signature"):
        voicy.hear(headers, RAW)


def test_a_secret_of_odd_bytes_is_used_as_those_bytes() -> None:
    odd = b"whsec-\xff\xfe"
    provider = settings(webhook_secret=odd.decode("utf-8", "surrogateescape")).open()
    signature = hmac.digest(odd, RAW, "sha256").hex()
    assert provider.hear({HEADER: f"sha256={signature}"}, RAW)


def test_every_bit_of_the_body_is_signed(voicy: Voicy) -> None:
    headers = signed(RAW)
    for place in range(0, len(RAW), 7):
        changed = bytearray(RAW)
        changed[place] ^= 1
        with pytest.raises(NotGenuine, match="signature"):
            voicy.hear(headers, bytes(changed))


def test_without_a_secret_nobody_is_believed() -> None:
    provider = settings().open()
    for headers in ({}, signed(RAW), signed(RAW, ""), signed(RAW, "None")):
        with pytest.raises(NotGenuine, match="signature"):
            provider.hear(headers, RAW)


@pytest.mark.parametrize("event", ["call_started", "", "call_analyzed"])
def test_other_events_are_no_news(voicy: Voicy, event: str) -> None:
    assert hear(voicy, BODY | {"event": event}) == ()
    assert hear(voicy, {"event": event, "call": "whatever"}) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"event": "call_ended"}',
        [],
        "call_ended",
        {},
        {"event": None},
        {"event": "call_ended", "call": None},
        {"event": "call_ended", "call": []},
        {"event": "call_ended", "call": {"call_status": "ended"}},
        {"event": "call_ended", "call": {"call_id": ""}},
        {"event": "call_ended", "call": {"call_id": None}},
    ],
)
def test_what_nobody_can_read_is_refused(voicy: Voicy, body: Any) -> None:
    with pytest.raises(NotGenuine, match="unreadable"):
        hear(voicy, body)


def test_a_call_without_a_status_only_says_go_and_read(voicy: Voicy) -> None:
    (news,) = hear(voicy, {"event": "call_ended", "call": {"call_id": CALL_ID}})
    assert news == News(None, "", CALL_ID)


def test_half_a_letter_hides_nothing_else(voicy: Voicy) -> None:
    (news,) = hear(voicy, BODY | {"call": BODY["call"] | {"summary": "\ud800"}})
    assert (news.state, news.transcript) == (State.COMPLETED, "Customer: hello")


def test_a_refusal_tells_neither_secret_nor_body(voicy: Voicy) -> None:
    for headers in ({}, signed(b"{}")):
        with pytest.raises(NotGenuine) as caught:
            voicy.hear(headers, b"{}")
        told = f"{caught.value!r} {caught.value.for_user} {caught.value.__cause__}"
        assert SECRET not in told
        assert caught.value.for_user.endswith("was refused.")


TEXT = st.text(st.characters(exclude_categories=()))  # half surrogate pairs too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
NAMES = [
    *("call_id", "call_status", "agent", "to_number", "direction", "start_timestamp"),
    *("duration_ms", "transcript", "summary", "recording_url"),
    *("vars_provided", "vars_extracted", "vars_collected"),
]
CALLS = JSON | st.dictionaries(st.sampled_from(NAMES), JSON)
BODIES = JSON | st.fixed_dictionaries({"event": st.just("call_ended") | JSON, "call": CALLS})


@given(headers=st.dictionaries(st.just(HEADER) | st.text(), st.text()), body=st.binary())
def test_whatever_a_stranger_sends_is_refused(
    voicy: Voicy, headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(NotGenuine):
        voicy.hear(headers, body)


@given(body=st.binary() | BODIES.map(lambda body: json.dumps(body).encode()))
def test_whatever_is_signed_is_news_with_an_id_or_refused(voicy: Voicy, body: bytes) -> None:
    with suppress(NotGenuine):
        for news in voicy.hear(signed(body), body):
            assert news.provider_call_id
            assert news.raw_status is not None
            assert all(isinstance(value, str) for value in news.variables.values())
            for moment in (news.started_at, news.ended_at):
                assert moment is None or moment.utcoffset() == timedelta(0)


@pytest.fixture
async def stand_in() -> AsyncIterator[VoicyStandIn]:
    async with standing_in(HandClock()) as stand_in:
        yield stand_in


@pytest.mark.parametrize("encoding", ["hex", "base64"])
async def test_what_the_stand_in_tells_is_what_can_be_read(
    stand_in: VoicyStandIn, encoding: str
) -> None:
    stand_in.account.webhook_url = f"{stand_in.origin}/nobody"
    stand_in.account.webhook_secret, stand_in.account.webhook_encoding = SECRET, encoding
    call = ring(stand_in)
    stand_in.end_all()
    await stand_in.all_told()
    (parcel,) = stand_in.parcels
    provider = opened(stand_in, webhook_secret=SECRET)
    (news,) = provider.hear(parcel.headers, parcel.body)
    assert news == await provider.read(watched(call.id))
    assert (news.state, news.started_at) == (State.COMPLETED, NOON)
    await provider.aclose()
