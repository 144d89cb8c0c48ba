"""What stands still, and why: for on-call staff, the log and the status page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.calls.lanes import NO_LIMITS, Lane, Limits
from bot.calls.patience import DELIVERY, MESSAGE, OTHERS, OVERDUE, Look, Standing, Told, is_new
from bot.calls.states import State
from bot.reports.escaping import cut, escape
from bot.reports.lanes import refused

MOST_LISTED = 10
LONGEST_REASON = 300  # characters
HOUR, TWO_DAYS = timedelta(hours=1), timedelta(days=2)
HOW: Mapping[str, str] = {
    State.DIALLING: "dialling for {age}",
    State.PLACED: "placed {age} ago",
    State.RINGING: "ringing for {age}",
    State.IN_PROGRESS: "on the line for {age}",
    State.UNSURE: "in doubt for {age}",
    State.SCHEDULED: "due {age} ago",
    State.HELD: "held, due {age} ago",
    MESSAGE: "its message is {age} behind",
    DELIVERY: "from Slack, {age} ago",
}
OVER = "🟢 Nothing stands still any more."


@dataclass(frozen=True, slots=True)
class Around:
    """One look, and how to speak of it. ``at`` writes an instant for whoever reads."""

    look: Look
    labels: Mapping[str, str]  # provider → the name people know it by
    limits: Mapping[str, Limits]
    at: Callable[[datetime], str]

    def label(self, provider: str) -> str:
        """Escaped."""
        return escape(self.labels.get(provider, provider))


def explained(
    labels: Mapping[str, str], limits: Mapping[str, Limits]
) -> Callable[[Standing, Look], str]:
    """``why`` for the log: instants in UTC."""
    return lambda thing, look: why(thing, Around(look, labels, limits, _utc))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M} UTC"


def why(thing: Standing, around: Around) -> str:
    """Why it stands still, in escaped words without a full stop."""
    return cut(_why(thing, around), LONGEST_REASON)


def _why(thing: Standing, around: Around) -> str:
    if thing.kind in OTHERS:
        return _of_message(thing) if thing.kind == MESSAGE else _of_delivery(thing)
    if thing.provider not in around.labels:
        return f"{escape(thing.provider)} is not set up any more; an admin can put its key back"
    if thing.kind in OVERDUE:
        return _of_lane(thing.provider, around) or _of_waiting(thing)
    return _of_doubt(thing, around) if thing.kind == State.UNSURE else _of_silence(thing, around)


def _of_lane(provider: str, around: Around) -> str:
    """What of its road keeps a call waiting; empty when nothing does."""
    lane, label = around.look.lanes.get(provider, Lane(provider)), around.label(provider)
    limits = around.limits.get(provider, NO_LIMITS)
    if lane.shut_since is not None:
        return f"{label}'s lane is shut: it refuses our {refused(lane)}"
    if lane.parked_until is not None and lane.parked_until > around.look.at:
        return f"{label} asked for a pause until {around.at(lane.parked_until)}"
    if provider in around.look.full:
        if limits.live_calls == 1:
            return f"the one line of {label} is busy"
        return f"all {limits.live_calls} lines of {label} are busy"
    if provider in around.look.spent:
        return f"the {limits.per_minute} requests a minute that {label} takes are used up"
    return ""


def _of_waiting(thing: Standing) -> str:
    if thing.kind == State.HELD and thing.reason:
        return escape(thing.reason.rstrip(" ."))
    return "nothing that I know of keeps it; is a worker running?"


def _of_silence(thing: Standing, around: Around) -> str:
    label = around.label(thing.provider)
    if thing.kind == State.DIALLING:
        return f"neither {label} nor the process that dials it has answered"
    if thing.detail:
        return f"no news from {label} for {_age(thing, around)}: {escape(thing.detail)}"
    last = f"; its last word was “{escape(thing.word)}”" if thing.word else ""
    return f"no news from {label} for {_age(thing, around)}{last}"


def _of_doubt(thing: Standing, around: Around) -> str:
    if not thing.asked:
        return "only a person can say whether it rang"
    found = f": {escape(thing.detail.rstrip(' .'))}" if thing.detail else ""
    return f"I keep asking {around.label(thing.provider)} whether it rang{found}"


def _of_message(thing: Standing) -> str:
    if thing.reason:
        return f"Slack refuses it: {escape(thing.reason.replace('_', ' '))}"
    if thing.failures:
        return f"Slack did not take it, {_times(thing.failures)}"
    return "it waits for its turn at Slack"


def _of_delivery(thing: Standing) -> str:
    last = f", last {escape(thing.detail)}" if thing.detail else ""
    if not thing.asked:
        return f"given up after it failed {_times(thing.failures)}{last}"
    return f"it failed {_times(thing.failures)}{last}" if thing.failures else "nobody took it up"


def row(thing: Standing, around: Around) -> str:
    """``C-4F7K · due 12 min ago · all 10 lines of Voicy are busy``, escaped."""
    how = HOW[thing.kind].format(age=_age(thing, around))
    code = f"a {escape(thing.code)}" if thing.kind == DELIVERY else escape(thing.code)
    return f"{code} · {how} · {why(thing, around)}"


def alert(around: Around, told: Told) -> str:
    """What on-call staff read, escaped: what is new first, and how many there are in all."""
    look = around.look
    news = sorted(look.things, key=lambda thing: not is_new(thing, told))
    rows = [f"• {row(thing, around)}" for thing in news[:MOST_LISTED]]
    left = look.total - len(rows)
    more = [f"… and {left} more"] if left > 0 else []
    should = "stands still longer than it" if look.total == 1 else "stand still longer than they"
    return "\n".join([f"🟠 {_what_stands(look)} {should} should:", *rows, *more])


def _what_stands(look: Look) -> str:
    """``3 calls, 1 message and 2 deliveries from Slack``."""
    messages, deliveries = look.counts.get(MESSAGE, 0), look.counts.get(DELIVERY, 0)
    found = (
        (look.total - messages - deliveries, "call", "calls"),
        (messages, "message", "messages"),
        (deliveries, "delivery from Slack", "deliveries from Slack"),
    )
    parts = [f"{count} {one if count == 1 else many}" for count, one, many in found if count]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _age(thing: Standing, around: Around) -> str:
    return spoken_age(around.look.at - thing.since)


def spoken_age(age: timedelta) -> str:
    """``14 min``, ``3 h``, ``2 days``; never less than a minute."""
    if age < 2 * HOUR:
        return f"{max(int(age / timedelta(minutes=1)), 1)} min"
    return f"{int(age / HOUR)} h" if age < TWO_DAYS else f"{age.days} days"
