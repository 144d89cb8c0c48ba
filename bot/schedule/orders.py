"""From calls and their attempts to what a provider is told."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog

from bot.calls.base_hours import closing
from bot.calls.call import Attempt, Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced
from bot.calls.provider import CallProvider, Order, Watched
from bot.calls.timing import Instant, next_start
from bot.calls.verdict import Verdict
from bot.decisions.judge import judge_due

log = structlog.get_logger(__name__)


class Claimed(NamedTuple):
    """A call that this process may dial, once, as this attempt."""

    call: Call
    attempt: Attempt


class Written(NamedTuple):
    """A claimed call, its order, and whom it may share a request with."""

    claimed: Claimed
    order: Order
    party: Hashable


def order_of(call: Call, attempt: Attempt, begins: datetime | None = None) -> Order:
    """What the provider is told; the reference carries no personal data."""
    request = call.request
    start = begins or attempt.claimed_at
    return Order(
        reference=f"{call.code}.{attempt.n}",
        number=request.number,
        agent_id=request.agent_id,
        agent_name=request.agent_name,
        begins=start,
        name=request.name,
        notes=request.notes,
        window=call.window,
        latest=closing(start, request.callee_zones),
    )


def watched_of(call: Call, attempt: Attempt) -> Watched:
    """A placed call as its provider is asked about it. Raises ``ValueError`` without an id."""
    if attempt.provider_call_id is None:
        raise ValueError("a call without an id there can only be searched for")
    return Watched(attempt.provider_call_id, order_of(call, attempt), attempt.claimed_at)


def begins_at(call: Call, now: datetime) -> datetime:
    """When the phone shall ring: now, or the coming start of a time that still lies ahead."""
    when = call.request.when
    if isinstance(when, Instant):
        return max(when.start, now)
    return (next_start(call.window, now) if call.window else None) or now


def orders_of(
    provider: CallProvider, claimed: Iterable[Claimed], now: datetime
) -> tuple[list[Written], list[Claimed]]:
    """Each call as its provider is told of it, and those that can't be written as an order."""
    written: list[Written] = []
    unwritten: list[Claimed] = []
    for each in claimed:
        try:
            begins = begins_at(each.call, now) if provider.capabilities.ahead else now
            order = order_of(each.call, each.attempt, begins)
            written.append(Written(each, order, provider.party(order)))
        except Exception:
            log.exception("order_not_written", call_id=each.call.id)
            unwritten.append(each)
    return written, unwritten


def parties(
    provider: CallProvider, written: Iterable[Written]
) -> Iterator[Sequence[tuple[Claimed, Order]]]:
    """What is sent together: at most as many as the provider takes, no number twice."""
    together: dict[Hashable, list[tuple[Claimed, Order]]] = defaultdict(list)
    for claimed, order, party in written:
        if order.number in {other.number for _, other in together[party]}:
            yield [(claimed, order)]
            continue
        together[party].append((claimed, order))
        if len(together[party]) == provider.capabilities.places_at_once:
            yield together.pop(party)
    yield from filter(None, together.values())


def not_writable(call: Call) -> NotPlaced:
    """Something in the call breaks before anything is sent."""
    return NotPlaced(
        f"{call.code} could not be written as a request, so it was not sent. Ask for it anew. "
        "No phone rang.",
        cause=Cause.REFUSED,
    )


def stumbled(provider: CallProvider, error: Exception) -> MaybePlaced:
    """A fault of ours in mid-dial: how far it came is not known."""
    return MaybePlaced(
        f"Something broke on my side while I sent the call to {provider.label}. I won't dial "
        "again until I know. The phone may have rung.",
        detail=type(error).__name__,
    )


def switched_off(call: Call) -> NotPlaced:
    """The provider's key was taken out of the settings after the call was booked."""
    return NotPlaced(
        f"{call.request.provider} is not set up any more. An admin can put its key back. "
        "Nothing was dialled.",
        cause=Cause.CREDENTIALS,
    )


def judged(provider: CallProvider | None, now: datetime, call: Call) -> Verdict:
    """What the rules say of the moment the phone would ring."""
    ahead = provider is not None and provider.capabilities.ahead
    return judge_due(call, now, begins_at(call, now) if ahead else None)
