"""What the rooms ask of the outside: a clock, stores, a directory of people and agents."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.calls.agents import Listing
from bot.calls.call import Attempt, Call, CallId, Change, Draft, DraftId, Home, Request
from bot.calls.inbox import Delivery
from bot.calls.lanes import Limits
from bot.calls.pauses import Pause
from bot.calls.person import Defaults
from bot.calls.posts import Post, Role
from bot.calls.provider import Agent
from bot.calls.states import OPEN, TERMINAL, State
from bot.calls.timing import Window
from bot.calls.verdict import Verdict


class Clock(Protocol):
    """The time by which calls fall due; tests and the demo move it."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""


class Inbox(Protocol):
    """Accepted Slack deliveries; each is worked off exactly once unless a process dies."""

    async def keep(self, team: str, key: str, kind: str, body: Mapping[str, Any]) -> str | None:
        """Commit a delivery and hold it for this process; ``None`` when it was already here."""

    async def done(self, delivery_id: str) -> None:
        """It is worked off."""

    async def failed(self, delivery_id: str, why: str) -> int:
        """It could not be worked off; how often that has happened by now."""

    async def hold(self, delivery_ids: Collection[str]) -> None:
        """They are still being worked off here: nobody may take them over."""

    async def take_over(self, limit: int) -> Sequence[Delivery]:
        """Deliveries whose process has died, now held by this one."""

    async def waiting(self) -> int:
        """How many are not worked off."""

    async def forget(self, before: datetime) -> int:
        """Delete what was worked off before that instant; how many."""


class Drafts(Protocol):
    """Confirmations that were shown and not yet pressed."""

    async def open(
        self,
        home: Home,
        request: Request | None,
        *,
        source: str,
        expires_at: datetime,
        response_url: str | None,
        partial: Mapping[str, str] | None = None,
    ) -> Draft:
        """A new draft; the same ``source`` (delivery) gives the same draft again."""

    async def get(self, draft_id: DraftId) -> Draft | None: ...

    async def change(
        self, draft_id: DraftId, request: Request, *, expires_at: datetime
    ) -> Draft | None:
        """Put another request in; ``None`` when it is no longer open."""

    async def remember_url(self, draft_id: DraftId, response_url: str) -> None:
        """The newest address at which its confirmation can be replaced."""

    async def drop(self, draft_id: DraftId) -> bool:
        """The asker cancelled it; ``False`` when it was no longer open."""

    async def press(self, draft_id: DraftId, call_id: CallId) -> bool:
        """It has been carried out on that call; ``False`` when it was no longer open."""

    async def forget(self, before: datetime) -> int:
        """Delete drafts that expired before that instant; how many."""


class Calls(Protocol):
    """The schedule: every state change is one transaction with its history and its message."""

    async def schedule(
        self,
        draft_id: DraftId,
        request: Request,
        *,
        by: str,
        now: datetime,
        due: datetime,
        window: Window | None,
    ) -> tuple[Call, bool] | None:
        """Turn an open draft into a call, once: the call, and whether this press made it.

        ``None`` when the draft has expired, was cancelled or changed under the press.
        """

    async def get(self, call_id: CallId) -> Call | None: ...

    async def by_code(self, team: str, code: str) -> Call | None: ...

    async def latest_of(self, team: str, asker: str, limit: int) -> Sequence[Call]: ...

    async def attempts(self, call_id: CallId) -> Sequence[Attempt]: ...

    async def history(self, call_id: CallId, after_rev: int = 0) -> Sequence[Change]: ...

    async def move(
        self,
        call: Call,
        to: State,
        *,
        by: str,
        now: datetime,
        what: str,
        why: str = "",
        reason_code: str = "",
        due: datetime | None = None,
        attempt: Mapping[str, Any] | None = None,
        next_poll: datetime | None = None,
    ) -> Call | None:
        """Compare-and-set on (state, rev) with audit row and dirty messages, in one transaction.

        ``attempt`` are new facts of the open attempt; it is closed when the new state ends it.
        ``None`` when the call has moved on meanwhile. Raises ``ValueError`` for a forbidden move.
        """

    async def reschedule(
        self,
        call: Call,
        request: Request,
        *,
        by: str,
        now: datetime,
        due: datetime,
        window: Window | None,
        what: str,
    ) -> Call | None:
        """Another time for a call not yet dialled; ``None`` when it has moved on."""

    async def note(
        self, attempt: Attempt, facts: Mapping[str, Any], *, next_poll: datetime | None
    ) -> None:
        """Facts about an attempt that change no state, and when to ask about it next.

        Nothing, when its next look was set by somebody else since it was read.
        """

    async def claim_due(
        self,
        now: datetime,
        *,
        provider: str,
        limits: Limits,
        worker: str,
        limit: int,
        lease: timedelta,
        judge: Callable[[Call], Verdict],
    ) -> Sequence[tuple[Call, Attempt]]:
        """Take a provider's due calls for this process and open their attempts, in one transaction.

        ``judge`` is asked about each inside that transaction: what it does not allow is moved,
        held or expired instead, and not returned. The provider's lane is locked in it too: a
        parked lane gives none, one that is shut or paused holds all single calls but the one that
        may try, and no more are taken than its limits leave room for. Single calls go before those
        of campaigns, which wait where they are and share what is left.
        """

    async def pauses(self) -> Sequence[Pause]:
        """What is paused."""

    async def due_providers(self, now: datetime) -> Sequence[str]:
        """Providers with scheduled calls that are due and not paused; single ones are held then."""

    async def next_due(self, besides: Collection[str] = ()) -> datetime | None:
        """When the next scheduled or held-until call falls due, besides those providers' calls."""

    async def releasable(self, now: datetime, limit: int) -> Sequence[Call]:
        """Held calls whose next allowed minute has come."""

    async def recover(self, worker: str) -> None:
        """No other process can be alive (SQLite): what others held is free at once."""

    async def abandoned(self, limit: int) -> Sequence[tuple[Call, Attempt]]:
        """Calls in mid-dial whose process let its lease run out."""

    async def to_poll(
        self,
        now: datetime,
        limit: int,
        provider: str | None = None,
        states: Collection[State] = OPEN | TERMINAL,
    ) -> Sequence[tuple[Call, Attempt]]:
        """Calls in those states about which the provider should be asked again, by their last try.

        All providers', or one's.
        """

    async def note_all(
        self, notes: Sequence[tuple[Attempt, Mapping[str, Any], datetime | None]]
    ) -> None:
        """``note`` for many attempts in one transaction."""

    async def known_elsewhere(self, provider: str, provider_call_ids: Sequence[str]) -> set[str]:
        """Which of a provider's call ids belong to attempts already."""

    async def rivals(
        self, call: Call, attempt: Attempt, *, within: timedelta, with_id: bool = False
    ) -> int:
        """Other attempts at that number and provider of which no id there is known (yet).

        Only those claimed that little before or after, unless it is certain that they were not
        placed; each may have a record of its own there, also when a person has closed its call.
        ``with_id`` counts those of which an id is known, too.
        """

    async def count_by_state(self) -> Mapping[State, int]: ...


class Posts(Protocol):
    """The dirty marks of messages; newest state wins, nothing is queued."""

    async def take(
        self, now: datetime, *, worker: str, limit: int, lease: timedelta
    ) -> Sequence[Post]:
        """Messages that are behind, held for this process."""

    async def begin(self, post: Post) -> None:
        """A new message is about to be sent: from here its fate is doubtful."""

    async def posted(
        self, post: Post, *, ts: str | None, rev: int, channel: str | None = None
    ) -> None:
        """It shows this revision now."""

    async def later(
        self,
        post: Post,
        *,
        until: datetime,
        failed: bool,
        blocked: str | None = None,
        sure: bool = False,
    ) -> None:
        """Not now. ``blocked`` names what a person must mend; ``sure``: nothing was posted."""

    async def lost(self, post: Post) -> None:
        """The message, or the thread it was in, was deleted in Slack: post it in the channel."""

    async def of(self, call_id: CallId, role: Role) -> Post | None: ...

    async def unblock(self, channel: str) -> int:
        """The bot may post there now; how many messages that frees."""

    async def next_try(self) -> datetime | None:
        """When the next message may be sent."""


class Preferences(Protocol):
    """What people have set for all their calls."""

    async def defaults_of(self, team: str, person: str) -> Defaults:
        """What a person has set; ``NONE_SET`` when nothing."""

    async def set_defaults(self, team: str, person: str, defaults: Defaults, now: datetime) -> None:
        """Keep it."""


class AgentCatalogue(Protocol):
    """Every agent of every configured provider, cached and refreshed on a miss."""

    async def all(self) -> Sequence[Agent]:
        """What is known; old lists are asked for anew in passing."""

    async def listings(self) -> Sequence[Listing]:
        """What is remembered of each provider; nobody is asked."""

    async def refresh(self) -> Sequence[Listing]:
        """Ask every provider; one that cannot be asked keeps its old list and says why."""
