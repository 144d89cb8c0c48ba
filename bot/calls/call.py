"""A call, its attempts, and the draft that comes before them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from bot.calls.states import State
from bot.calls.timing import Instant, Window

CallId = NewType("CallId", str)
AttemptId = NewType("AttemptId", str)
DraftId = NewType("DraftId", str)


@dataclass(frozen=True, slots=True)
class Home:
    """Where in Slack a call lives: the channel its message goes to, and who asked for it."""

    team: str
    channel: str
    asker: str  # Slack user id
    thread: str | None = None  # asked inside a thread: the message goes there


@dataclass(frozen=True, slots=True)
class Request:
    """What shall happen, as understood and as shown for confirmation.

    ``when`` is ``None`` for "as soon as it is confirmed". ``callee_zones`` are the zones the number
    may be in, empty when unknown. ``said`` are the asker's own words for the time.
    """

    number: str  # E.164
    agent_name: str
    agent_id: str
    provider: str
    asker_zone: str
    when: Instant | Window | None = None
    name: str | None = None
    notes: str | None = None
    callee_zones: tuple[str, ...] = ()
    zone_source: str | None = None
    said: str = ""
    warnings: tuple[str, ...] = ()
    retries: int = 0  # how often it is tried again when nobody answers or the line is busy
    retry_every: int | None = None  # minutes between two tries; None: the usual pauses
    retry_voicemail: bool = False  # it is tried again after a voicemail, too
    from_defaults: tuple[str, ...] = ()  # which of the asker's defaults were used, in words


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that waits for its confirmation; pressed once, or it expires.

    ``partial`` is what the form was filled in with when no request was complete yet.
    """

    id: DraftId
    home: Home
    state: str  # open, pressed, dropped
    expires_at: datetime
    request: Request | None
    response_url: str | None = None
    call_id: CallId | None = None
    partial: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to one person. All instants aware UTC; ``rev`` grows with every change."""

    id: CallId
    code: str  # C-4F7K, for people
    home: Home
    request: Request
    state: State
    rev: int
    due: datetime
    window: Window | None
    created_at: datetime
    changed_at: datetime
    attempts_used: int = 0
    reason: str = ""  # why it is held, failed, cancelled …: one sentence for people
    reason_code: str = ""  # the same for machines
    changed_by: str = ""  # Slack user id, or "switchboard"
    campaign: str | None = None  # the id of the one it belongs to; None: a single call


@dataclass(frozen=True, slots=True)
class Attempt:
    """One dial of a call: what we sent, what we know of it, and what came of it."""

    id: AttemptId
    call_id: CallId
    n: int
    provider: str
    claimed_by: str
    claimed_at: datetime
    provider_call_id: str | None = None
    raw_status: str = ""
    answer: str = ""  # placed, not_placed, maybe; empty while the answer is open
    detail: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None
    summary: str | None = None
    transcript: str | None = None
    recording_url: str | None = None
    cost_micros: int | None = None
    currency: str = "USD"
    variables: Mapping[str, str] = field(default_factory=dict)  # what the agent learned
    until: datetime | None = None  # handed over: when it may ring no more
    checks: int = 0  # times we asked the provider about it
    next_poll: datetime | None = None  # when it is asked about next


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a call's history: who moved it from what to what, when and why."""

    rev: int
    at: datetime
    by: str
    what: str  # the verb: scheduled, claimed, moved, rescheduled …
    before: str
    after: str
    why: str = ""
