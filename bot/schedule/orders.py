"""From calls and their attempts to what a provider is told."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.calls.base_hours import closing
from bot.calls.call import Attempt, Call
from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import CallProvider, Order, Watched
from bot.calls.timing import Instant, next_start


class Claimed(NamedTuple):
    """A call that this process may dial, once, as this attempt."""

    call: Call
    attempt: Attempt


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


def parties(
    provider: CallProvider, claimed: Iterable[Claimed], now: datetime
) -> Iterator[Sequence[tuple[Claimed, Order]]]:
    """What is sent together: at most as many as the provider takes, no number twice."""
    open_parties: dict[object, list[tuple[Claimed, Order]]] = {}
    for each in claimed:
        begins = begins_at(each.call, now) if provider.capabilities.ahead else now
        order = order_of(each.call, each.attempt, begins)
        if provider.capabilities.places_at_once == 1:
            yield [(each, order)]
            continue
        party = open_parties.setdefault(provider.party(order), [])
        if order.number in {other.number for _, other in party}:
            yield [(each, order)]
            continue
        party.append((each, order))
        if len(party) == provider.capabilities.places_at_once:
            yield open_parties.pop(provider.party(order))
    yield from open_parties.values()


def switched_off(call: Call) -> NotPlaced:
    """The provider's key was taken out of the settings after the call was booked."""
    return NotPlaced(
        f"{call.request.provider} is not set up any more. An admin can put its key back. "
        "Nothing was dialled.",
        cause=Cause.CREDENTIALS,
    )
