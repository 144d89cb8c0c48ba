"""Settles the time of day a phrase names: one or more readings in minutes since midnight."""

from dataclasses import dataclass

from bot.understanding.when.answers import unclear
from bot.understanding.when.facts import Facts
from bot.understanding.when.items import Clock, Form, Part, Role
from bot.understanding.when.ranges import has_open_start, settled
from bot.understanding.when.words import PART_ROOM, PARTS

OPENS, CLOSES = 9 * 60, 18 * 60  # a date without a time: 09:00 to 18:00
LATE_CLOSE = 21 * 60  # "after 7pm" ends with the evening
_HALVES = {"morning": "am", "first thing": "am", "business hours": ""}


@dataclass(frozen=True, slots=True)
class Hours:
    """One reading: a moment (``end`` None) or a window, in minutes of the day.

    ``from_now`` when a window today begins now, whatever the hour ("by 4pm").
    """

    start: int
    end: int | None = None
    from_now: bool = False


@dataclass(frozen=True, slots=True)
class DayHours:
    """All readings of the time of day, a doubt beyond am and pm, and what kind of time it is."""

    readings: tuple[Hours, ...]
    doubt: str = ""
    midnight: bool = False


WHOLE_DAY = DayHours((Hours(OPENS, CLOSES),))


def hours_of_day(facts: Facts) -> DayHours:
    """What the phrase says about the time of day; the whole business day when nothing."""
    if len(facts.clocks) > 1 or len(facts.ranges) > 1 or (facts.clocks and facts.ranges):
        raise unclear("two_times")
    part = _one_part(facts.parts)
    if facts.ranges:
        if facts.limit and facts.limited in {Role.CLOCK, Role.PART}:
            raise unclear("two_limits")
        return _range_hours(facts, part)
    if facts.clocks:
        return _clock_hours(facts, facts.clocks[0], part)
    if facts.lasting:
        raise unclear("length_without_start")
    if part is not None:
        return _part_hours(facts, part)
    return WHOLE_DAY


def _one_part(parts: list[Part]) -> Part | None:
    if not parts:
        return None
    names = {part.name for part in parts}
    if names == {"morning", "first thing"}:
        return next(part for part in parts if part.name == "first thing")
    if len(names) > 1:
        raise unclear("two_times")
    return next((part for part in parts if part.today), parts[0])


def _half(part: Part | None) -> str:
    return _HALVES.get(part.name, "pm") if part is not None else ""


def _range_hours(facts: Facts, part: Part | None) -> DayHours:
    times = facts.ranges[0]
    readings = settled(times, _half(part)) or settled(times)
    if part is not None:
        fitting = [pair for pair in readings if _has_room(part, pair[0])]
        if not fitting:
            raise unclear("contradiction")
        readings = tuple(fitting)
    if not readings:
        raise unclear("end_before_start")
    open_start = len(readings) > 1 or (part is None and has_open_start(times))
    doubt = times.start.doubt or times.end.doubt or ("am_pm" if open_start else "")
    return DayHours(tuple(Hours(start, end) for start, end in readings), doubt)


def _has_room(part: Part, minute: int) -> bool:
    first, last = PART_ROOM[part.name]
    return first <= minute <= last


def _clock_hours(facts: Facts, clock: Clock, part: Part | None) -> DayHours:
    if clock.form is Form.MIDNIGHT:
        return _midnight(facts)
    minutes = clock.readings(_half(part))
    if part is not None:
        fitting = tuple(minute for minute in minutes if _has_room(part, minute))
        if not fitting:
            raise unclear("contradiction")
        minutes = fitting
    doubt = clock.doubt or ("am_pm" if len(minutes) > 1 else "")
    readings = tuple(_limited(facts, minute) for minute in minutes)
    return DayHours(readings, doubt)


def _midnight(facts: Facts) -> DayHours:
    if facts.limit or facts.lasting:
        raise unclear("midnight")
    return DayHours((Hours(0),), midnight=True)


def _limited(facts: Facts, minute: int) -> Hours:
    """The clock time itself, or the window its limit or length makes of it."""
    if facts.lasting:
        length = facts.lasting[0]
        if len(facts.lasting) > 1 or length.coarse or length.vague:
            raise unclear("length_without_start")
        return Hours(minute, minute + int(length.seconds // 60))
    if not facts.limit:
        return Hours(minute)
    if facts.limit == "after":
        return _after(minute)
    return Hours(OPENS, minute, from_now=True)


def _after(minute: int) -> Hours:
    end = CLOSES if minute < CLOSES else LATE_CLOSE
    if minute >= end:
        raise unclear("too_late")
    return Hours(minute, end)


def _part_hours(facts: Facts, part: Part) -> DayHours:
    start, end = PARTS[part.name]
    if not facts.limit or facts.limited is not Role.PART:
        return DayHours((Hours(start, end),))
    closing = part.name == "end of day"
    if facts.limit == "after":
        if part.name not in {"lunch", "morning"}:
            raise unclear("vague")
        return DayHours((_after(end),))
    if closing or facts.limit == "before" or part.name == "lunch":
        deadline = end if closing else start
        if deadline <= OPENS:
            raise unclear("vague")
        return DayHours((Hours(OPENS, deadline, from_now=True),))
    return DayHours(
        (Hours(OPENS, end, from_now=True), Hours(OPENS, start, from_now=True)), doubt="deadline"
    )
