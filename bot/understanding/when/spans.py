"""Windows over several days: weeks, weekends, weekdays and date ranges, with their daily hours."""

from datetime import date, datetime, time, timedelta

from bot.calls.timing import Window
from bot.understanding.when.answers import Asked, no_time, unclear
from bot.understanding.when.clock_changes import moment_or_later
from bot.understanding.when.facts import Facts
from bot.understanding.when.hours_of_day import Hours, hours_of_day
from bot.understanding.when.items import Day, Role, Span

_DAY = timedelta(days=1)


def resolve_span(facts: Facts, span: Span, start_day: Day | None, asked: Asked) -> Window:
    """The window of the span; ``start_day`` is the first day of an open-ended one, if said."""
    if any(part.name == "first thing" for part in facts.parts):
        raise unclear("vague")  # of one day, but which?
    hours = hours_of_day(facts)
    if hours.midnight or any(reading.end is None for reading in hours.readings):
        raise unclear("recurrence")  # one moment on several days is not one call
    span = _bounded(facts, span, start_day)
    if facts.limit and facts.limited is Role.SPAN and facts.limit != "after":
        raise unclear("day_limit")
    windows = tuple(_window(span, reading, asked) for reading in hours.readings)
    doubt = span.doubt or hours.doubt
    if doubt or len(windows) > 1:
        raise unclear(doubt or "am_pm", windows)
    return windows[0]


def _bounded(facts: Facts, span: Span, start_day: Day | None) -> Span:
    """Weekdays "starting 4 Feb", "until 20 Feb"."""
    if start_day is not None and facts.limited is Role.DAY and facts.limit in {"until", "by"}:
        return Span(span.first, start_day.dates[0], span.weekends, start_day.doubt)
    if start_day is None:
        return span
    first = max(start_day.dates[0], span.first)
    return Span(first, span.last, span.weekends, start_day.doubt)


def _window(span: Span, hours: Hours, asked: Asked) -> Window:
    opens, closes = hours.start, hours.end or hours.start
    if closes >= 24 * 60:
        raise unclear("end_before_start")
    first = _first_day(span, closes, asked)
    if span.last is not None and first > span.last:
        raise no_time("past")
    start = max(moment_or_later(first, opens, asked), asked.now)
    return Window(
        start,
        _end(span, closes, asked),
        asked.zone,
        daily_start=_clock(opens),
        daily_end=_clock(closes),
        allow_on_weekends=span.weekends is not False,
    )


def _first_day(span: Span, closes: int, asked: Asked) -> date:
    """The first day of the span on which there is still time to call."""
    day = max(span.first, asked.today)
    if day == asked.today and closes <= asked.minute:
        day += _DAY
    while span.weekends is False and day.weekday() >= 5:
        day += _DAY
    return day


def _end(span: Span, closes: int, asked: Asked) -> datetime | None:
    return None if span.last is None else moment_or_later(span.last, closes, asked)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
