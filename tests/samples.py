"""Calls, attempts and words for tests of what people read: ordinary, empty, long and hostile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.calls.call import Attempt, AttemptId, Call, CallId
from bot.calls.states import State
from tests.fakes import HOME, MORNING, request

HOSTILE = '<!channel> & <@U0LEE> <https://evil.example|click> "x" *b* `c` 📞 \'</'
LONG_NAME = ("Anne-Marie <!here> & Söhne 📞 " * 10)[:200]
LONG_NOTES = ('Ask about the <kitchen> & "quote".\n' * 100)[:3_000]
LONG_SUMMARY = ("They want <b>a call back</b> & a quote. " * 600)[:20_000]
LONG_TRANSCRIPT = ("agent: hello <!channel> & welcome\nperson: yes\n" * 3_000)[:100_000]
TEN_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Halifax", "America/St_Johns",
    "America/Puerto_Rico", "America/Phoenix",
)  # fmt: skip
LABELS = {"vozagent": "VozAgent", "vozzo": "Vozzo", "voicy": "Voicy & <Sons>"}


def call(state: State = State.SCHEDULED, **changes: Any) -> Call:
    """A call in that state; changes of its request by ``request=``."""
    plain = Call(
        id=CallId("0190-call"),
        code="C-4F7K",
        home=HOME,
        request=request(),
        state=state,
        rev=3,
        due=MORNING + timedelta(hours=24),
        window=None,
        created_at=MORNING,
        changed_at=MORNING,
        changed_by="U0RITA",
    )
    return replace(plain, **changes)


def attempt(**changes: Any) -> Attempt:
    """The first dial of that call, with everything a provider may tell."""
    plain = Attempt(
        id=AttemptId("0190-attempt"),
        call_id=CallId("0190-call"),
        n=1,
        provider="vozagent",
        claimed_by="w1",
        claimed_at=MORNING,
        provider_call_id="call-1",
        raw_status="completed",
        answer="placed",
        started_at=MORNING,
        ended_at=MORNING + timedelta(seconds=134),
        seconds=134.0,
        summary="Wants a demo on Tuesday.",
        transcript="agent: hello\nperson: hello",
        recording_url="https://media.example/rec.mp3?a=1&b=2",
        cost_micros=150_000,
    )
    return replace(plain, **changes)
