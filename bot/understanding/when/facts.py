"""Sorts the items of a phrase: what day, what time, what limits; asks where they contradict."""

from dataclasses import dataclass, field, replace

from bot.understanding.when.answers import no_time, unclear
from bot.understanding.when.items import (
    Clock,
    ClockRange,
    Day,
    Item,
    Length,
    Part,
    Role,
    Span,
    Stamp,
)
from bot.understanding.when.scan import SOFT, TIMELY

_LIMITABLE = frozenset({Role.CLOCK, Role.PART, Role.DAY, Role.SPAN, Role.NOW})
_JOINED = frozenset({Role.TO, Role.AND, Role.OR, Role.BEFORE, Role.AFTER, Role.ONWARDS})


@dataclass(slots=True)
class Facts:
    """Everything a phrase says about its time."""

    days: list[Day] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    ranges: list[ClockRange] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    later: list[Length] = field(default_factory=list)
    within: list[Length] = field(default_factory=list)
    lasting: list[Length] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    now: bool = False
    same_time: bool = False
    limit: str = ""  # "before", "by", "until" or "after"
    limited: Role = Role.FILLER  # what the limit stands before


def facts_of(items: list[Item]) -> Facts:
    """The facts, or ``Unread`` when the words are no time or contradict each other."""
    _refuse(items)
    solid = _joined([item for item in _with_between(items) if item.role is not Role.FILLER])
    facts = Facts()
    for k, item in enumerate(solid):
        _note(facts, item)
        _note_limit(facts, solid, k)
        _refuse_alternatives(solid, k)
    return facts


# refusals ----------------------------------------------------------------------------------------


def _refuse(items: list[Item]) -> None:
    """Ends the reading for what is over, repeated, vague, negated or impossible."""
    roles = {item.role for item in items}
    timely = roles & TIMELY
    if not timely:
        vague = any(_is_vague(item) for item in items)
        if vague and Role.UNREAD not in roles:
            raise unclear("vague")
        raise no_time("not_a_time")
    if timely == {Role.VAGUE} and Role.UNREAD in roles:
        raise no_time("not_a_time")
    if any(_is_impossible(item) for item in items):
        raise no_time("invalid")
    for role, answer in (
        (Role.PAST, no_time("past")),
        (Role.RECURRING, unclear("recurrence")),
        (Role.VAGUE, unclear("vague")),
        (Role.NOT, unclear("negation")),
        (Role.NUMBER, unclear("unread_number")),
        (Role.MONTH, unclear("vague")),
    ):
        if role in roles:
            raise answer


def _is_vague(item: Item) -> bool:
    return item.value == SOFT or (item.role is Role.MONTH and not item.weak)


def _is_impossible(item: Item) -> bool:
    match item.value:
        case Day(dates=()):
            return True
        case Clock(minute=-1):
            return True
        case ClockRange(start=start, end=end):
            return start.minute < 0 or end.minute < 0
        case _:
            return False


def _refuse_alternatives(solid: list[Item], k: int) -> None:
    """ "Monday or Tuesday", "10am/11am"."""
    if solid[k].role is Role.OR and 0 < k < len(solid) - 1:
        before, after = solid[k - 1].role, solid[k + 1].role
        if before in TIMELY and (after in TIMELY or after in _JOINED):
            raise unclear("alternatives")


# joining -----------------------------------------------------------------------------------------


def _with_between(items: list[Item]) -> list[Item]:
    """The "and" behind "between" joins as "to" does."""
    opened = False
    read: list[Item] = []
    for item in items:
        opened = opened or item.value == "between"
        joins = opened and item.role is Role.AND
        read.append(replace(item, role=Role.TO) if joins else item)
        opened = opened and not joins
    return read


def _joined(solid: list[Item]) -> list[Item]:
    """Days and clock times joined by "to" become spans and ranges."""
    read: list[Item] = []
    for item in solid:
        read.append(item)
        while _join_last(read):
            pass
    return read


def _join_last(read: list[Item]) -> bool:
    """Joins at the end of ``read`` if a pattern is complete there."""
    for size, join in ((5, _moments), (4, _range_around), (3, _pair)):
        if len(read) >= size:
            made = join(read[-size:])
            if made is not None:
                read[-size:] = made
                return True
    return False


def _is_to(item: Item) -> bool:
    return item.role is Role.TO or item.value == "until"


def _moments(five: list[Item]) -> list[Item] | None:
    """ "tomorrow 2pm to tomorrow 4pm"; borders on two days are not one of our two shapes."""
    days = [item.value for item in five if isinstance(item.value, Day)]
    clocks = [item.value for item in five if isinstance(item.value, Clock)]
    if not _is_to(five[2]) or len(days) != 2 or len(clocks) != 2:
        return None
    if days[0].dates != days[1].dates:
        raise unclear("two_dates")
    day = Item(Role.DAY, five[0].start, five[0].end, days[0])
    return [day, Item(Role.RANGE, five[0].end, five[4].end, ClockRange(*clocks))]


def _range_around(four: list[Item]) -> list[Item] | None:
    """ "2pm tomorrow to 4pm", "after 2pm and before 4pm"."""
    first, middle, joiner, last = four
    if _is_to(joiner) and middle.role in {Role.DAY, Role.PART}:
        times = _range_of(first, last)
        return [times, middle] if times is not None else None
    if (first.role, joiner.role) == (Role.AFTER, Role.BEFORE):
        times = _range_of(middle, last)
        return [times] if times is not None else None
    return None


def _range_of(first: Item, last: Item) -> Item | None:
    if isinstance(first.value, Clock) and isinstance(last.value, Clock):
        return Item(Role.RANGE, first.start, last.end, ClockRange(first.value, last.value))
    return None


def _pair(three: list[Item]) -> list[Item] | None:
    """ "tomorrow to Friday", "noon until 2pm", "now until 5pm"."""
    first, joiner, last = three
    if (
        first.role is Role.NOW
        and first.value is None
        and _is_to(joiner)
        and last.role is Role.CLOCK
    ):
        return [Item(Role.BEFORE, first.start, joiner.end, "until"), last]
    if not _is_to(joiner):
        return None
    times = _range_of(first, last)
    if times is not None:
        return [times]
    if isinstance(first.value, Day) and isinstance(last.value, Day):
        return [_span_of(first.value, last.value, first.start, last.end)]
    return None


def _in_order_of(day: Day, model: Day) -> Day:
    """ "08/29 - 09/02": the order of the certain date settles that of the other."""
    if (
        len(day.orders) == 2
        and len(model.orders) == 1
        and model.dates[0].day != model.dates[0].month
    ):
        k = day.orders.index(model.orders[0])
        return Day((day.dates[k],), orders=model.orders)
    return day


def _span_of(first: Day, last: Day, start: int, end: int) -> Item:
    first, last = _in_order_of(first, last), _in_order_of(last, first)
    doubt = first.doubt or last.doubt
    begin = first.dates[0]
    finish = next((day for day in last.dates if day > begin), None)
    if finish is None:
        raise unclear("two_dates")
    return Item(Role.SPAN, start, end, Span(begin, finish, doubt=doubt))


# sorting -----------------------------------------------------------------------------------------


def _note(facts: Facts, item: Item) -> None:
    match item.value:
        case Day():
            facts.days.append(item.value)
        case Span():
            facts.spans.append(item.value)
        case Clock():
            facts.clocks.append(item.value)
        case ClockRange():
            facts.ranges.append(item.value)
        case Part():
            facts.parts.append(item.value)
        case Stamp():
            facts.stamps.append(item.value)
        case Length():
            {Role.LATER: facts.later, Role.WITHIN: facts.within}.get(
                item.role, facts.lasting
            ).append(item.value)
        case _:
            facts.now = facts.now or item.role is Role.NOW
            facts.same_time = facts.same_time or item.role is Role.SAME_TIME


def _note_limit(facts: Facts, solid: list[Item], k: int) -> None:
    """Notes "by", "after", "or later" when they stand at a time."""
    item = solid[k]
    after = solid[k + 1] if k + 1 < len(solid) else None
    before = solid[k - 1] if k else None
    postfix = item.role is Role.ONWARDS or item.value in {"latest", "earliest"}
    target = before if postfix else after
    if item.role not in {Role.BEFORE, Role.AFTER, Role.ONWARDS} or target is None:
        return
    if target.role not in _LIMITABLE:
        return
    limit = str(item.value) if item.role is Role.BEFORE and not postfix else "by"
    limit = limit if item.role is Role.BEFORE else "after"
    if facts.limit and (facts.limit, facts.limited) != (limit, target.role):
        raise unclear("two_limits")
    facts.limit, facts.limited = limit, target.role
