"""Turns facts into the answer: an instant, a window, or a question with up to three readings."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window
from bot.understanding.when.answers import Asked, Candidates, no_time, unclear
from bot.understanding.when.clock_changes import moment, moment_or_later
from bot.understanding.when.day_choice import day_in_span, one_day, one_span
from bot.understanding.when.facts import Facts
from bot.understanding.when.hours_of_day import CLOSES, OPENS, DayHours, Hours, hours_of_day
from bot.understanding.when.items import Day, Length, Role, Span
from bot.understanding.when.spans import resolve_span
from bot.understanding.zones import zone_at_offset

_DAY = timedelta(days=1)


def resolve(facts: Facts, asked: Asked) -> Instant | Window:
    """The one reading of the facts; raises ``Unread`` when there is none or more than one."""
    if facts.stamps:
        return _stamped(facts, asked)
    if facts.now:
        return _now(facts, asked)
    if facts.later or facts.within:
        return _counted(facts, asked)
    day = one_day(facts.days)
    if facts.spans and facts.same_time:
        day = _week_later(facts.spans, asked)
    elif facts.spans:
        span = one_span(facts.spans)
        if span.last is None or day is None:
            return resolve_span(facts, span, day, asked)
        day = day_in_span(day, span)
    if any(part.plural for part in facts.parts):
        raise unclear("recurrence")
    return _on_a_day(facts, day, asked)


# moments and lengths -----------------------------------------------------------------------------


def _others(facts: Facts) -> bool:
    """Is anything said besides the present day?"""
    timed = facts.clocks or facts.ranges or facts.parts or facts.spans or facts.lasting
    return bool(timed or facts.same_time or facts.limit)


def _is_today(facts: Facts, asked: Asked) -> bool:
    return all(day.dates == (asked.today,) for day in facts.days)


def _stamped(facts: Facts, asked: Asked) -> Instant:
    said = facts.stamps[0].moment
    if len(facts.stamps) > 1 or _others(facts) or facts.days or facts.later or facts.within:
        raise unclear("two_times")
    offset = said.utcoffset()
    if offset is None:
        start = moment(said.date(), said.hour * 60 + said.minute, asked)
        found = Instant(start + timedelta(seconds=said.second), asked.zone)
    else:
        zone = zone_at_offset(round(offset.total_seconds() / 60)) or asked.zone
        found = Instant(said.astimezone(ZoneInfo(zone)), zone)
    if found.start < asked.now:
        raise no_time("past")
    return found


def _now(facts: Facts, asked: Asked) -> Instant:
    if _others(facts) or not _is_today(facts, asked) or facts.later or facts.within:
        raise unclear("two_times")
    return Instant(asked.now, asked.zone)


def _counted(facts: Facts, asked: Asked) -> Instant | Window:
    if _others(facts) or not _is_today(facts, asked) or len(facts.later + facts.within) > 1:
        raise unclear("two_times")
    length = (facts.later or facts.within)[0]
    if length.vague:
        raise unclear("vague")
    end = _after_length(length, asked)
    if facts.later:
        return Instant(end, asked.zone)
    if end - asked.now <= _DAY:
        return Window(asked.now, end, asked.zone)
    daily = (_clock_time(OPENS), _clock_time(CLOSES))
    return Window(asked.now, end, asked.zone, *daily)


def _clock_time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _after_length(length: Length, asked: Asked) -> datetime:
    """Days on the calendar first, then exact hours and minutes."""
    day = length.after(asked.today)
    if day is None or length.seconds > 86_400 * 3_660:
        raise no_time("invalid")
    start = datetime.combine(day, asked.now.time(), ZoneInfo(asked.zone)).astimezone(UTC)
    if day == asked.today:
        start = asked.now.astimezone(UTC)
    return (start + timedelta(seconds=length.seconds)).astimezone(ZoneInfo(asked.zone))


# one day -----------------------------------------------------------------------------------------


def _on_a_day(facts: Facts, day: Day | None, asked: Asked) -> Instant | Window:
    if facts.same_time:
        return _same_time(facts, day, asked)
    hours = hours_of_day(facts)
    if any(part.today for part in facts.parts):
        day = _today_only(day, asked)
    if day is None:
        return _next_occurrence(facts, hours, asked)
    if facts.limited in {Role.DAY, Role.SPAN} and not facts.clocks:
        _refuse_day_limits(facts, day, asked)
    if hours.midnight:
        return _midnight_of(day, asked)
    return _chosen(day, hours, asked)


def _today_only(day: Day | None, asked: Asked) -> Day:
    if day is not None and asked.today not in day.dates:
        raise unclear("two_dates")
    return Day((asked.today,))


def _refuse_day_limits(facts: Facts, day: Day, asked: Asked) -> None:
    """ "by Friday" is that day; "before", "until" and "after" a whole day are not defined."""
    if facts.limit != "by":
        raise unclear("day_limit", _readings(day, hours_of_day(facts), asked)[0])


def _week_later(spans: list[Span], asked: Asked) -> Day:
    """ "this time next week"."""
    span = spans[0]
    working = span.weekends is False and span.last is not None
    if len(spans) > 1 or not working or span.first <= asked.today:
        raise unclear("vague")
    return Day((asked.today + 7 * _DAY,))


def _same_time(facts: Facts, day: Day | None, asked: Asked) -> Instant:
    if day is None or facts.clocks or facts.ranges or facts.parts or facts.limit:
        raise unclear("vague")
    minute = asked.now.hour * 60 + asked.now.minute
    found = _chosen(day, DayHours((Hours(minute),)), asked)
    if not isinstance(found, Instant):
        raise unclear("vague")
    return found


def _midnight_of(day: Day, asked: Asked) -> Instant:
    if day.dates == (asked.today,):
        return Instant(moment(asked.today + _DAY, 0, asked), asked.zone)
    both = (day.dates[0], day.dates[0] + _DAY)
    raise unclear("midnight", tuple(Instant(moment(each, 0, asked), asked.zone) for each in both))


def _next_occurrence(facts: Facts, hours: DayHours, asked: Asked) -> Instant | Window:
    """A time without a day: today if it is still to come, else tomorrow."""
    if hours.midnight:
        return Instant(moment(asked.today + _DAY, 0, asked), asked.zone)
    found: list[Instant | Window] = []
    for reading in hours.readings:
        over = (reading.start if reading.end is None else reading.end) <= asked.minute
        if over and any(part.name == "end of day" for part in facts.parts):
            raise no_time("past", (_made(asked.today + _DAY, reading, asked),))
        found.append(_made(asked.today + _DAY if over else asked.today, reading, asked))
    return _only(found, hours.doubt)


def _chosen(day: Day, hours: DayHours, asked: Asked) -> Instant | Window:
    found, over = _readings(day, hours, asked)
    if not found:
        doubt = day.doubt or hours.doubt
        if doubt and doubt != "am_pm":
            raise unclear(doubt)
        raise no_time("past", over)
    return _only(list(found), day.doubt or hours.doubt)


def _readings(day: Day, hours: DayHours, asked: Asked) -> tuple[Candidates, Candidates]:
    """All readings still to come, and for those that are over the same time on a later day."""
    found: list[Instant | Window] = []
    over: list[Instant | Window] = []
    for date_ in day.dates:
        for reading in hours.readings:
            made = _made(date_, reading, asked)
            if _is_over(made, asked):
                over.append(_made(_later_day(made, asked), reading, asked))
            else:
                found.append(made)
    return tuple(sorted(found, key=lambda each: each.start)), tuple(over)


def _later_day(made: Instant | Window, asked: Asked) -> date:
    """Today if the clock time is still to come today, else tomorrow."""
    clock = (made.start if isinstance(made, Instant) else made.end or made.start).time()
    return asked.today if clock > asked.now.time() else asked.today + _DAY


def _is_over(made: Instant | Window, asked: Asked) -> bool:
    if isinstance(made, Instant):
        return made.start + timedelta(minutes=1) <= asked.now
    return made.end is not None and made.end <= asked.now


def _made(day: date, reading: Hours, asked: Asked) -> Instant | Window:
    """The reading on that day; a window never starts before now."""
    if reading.end is None:
        return Instant(moment(day, reading.start, asked), asked.zone)
    end = moment(day, reading.end, asked)
    if reading.from_now:
        start = moment_or_later(day, reading.start, asked)
        if day == asked.today or start >= end:
            start = asked.now
        return Window(min(start, end), end, asked.zone)
    start = moment(day, reading.start, asked)
    return Window(max(start, asked.now) if end > asked.now else start, end, asked.zone)


def _only(found: list[Instant | Window], doubt: str) -> Instant | Window:
    if doubt or len(found) > 1:
        raise unclear(doubt or "am_pm", tuple(sorted(found, key=lambda each: each.start)))
    return found[0]
