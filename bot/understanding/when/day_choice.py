"""Which day is meant when several words name one: they must agree, or we ask."""

from dataclasses import replace
from datetime import timedelta

from bot.understanding.when.answers import unclear
from bot.understanding.when.items import Day, Span


def one_day(days: list[Day]) -> Day | None:
    """The day all words agree on, None when none names one; raises ``Unread`` when they differ."""
    named = [day for day in days if day.weekday is None]
    weekdays = {day.weekday for day in days if day.weekday is not None}
    if len(weekdays) > 1:
        raise unclear("two_dates")
    if not named:
        return days[0] if days else None
    chosen = named[0]
    for other in named[1:]:
        chosen = _common(chosen, other)
    return _on_weekday(chosen, weekdays.pop()) if weekdays else chosen


def _common(one: Day, other: Day) -> Day:
    dates = tuple(day for day in one.dates if day in other.dates)
    if not dates:
        raise unclear("two_dates")
    settled = len(dates) == 1 and len(one.dates) + len(other.dates) > 2
    return replace(one, dates=dates, doubt="" if settled else one.doubt or other.doubt)


def _on_weekday(day: Day, weekday: int) -> Day:
    dates = tuple(date for date in day.dates if date.weekday() == weekday)
    if not dates:
        raise unclear("weekday_mismatch")
    settled = len(dates) < len(day.dates)  # the weekday decides between 3 April and 4 March
    return replace(day, dates=dates, doubt="" if settled and len(dates) == 1 else day.doubt)


def day_in_span(day: Day, span: Span) -> Day:
    """ "Tuesday 10am next week": the day within the week said beside it."""
    if span.last is None:
        raise unclear("two_dates")
    if day.weekday is not None:
        monday = span.first - timedelta(days=span.first.weekday())
        date = monday + timedelta(days=day.weekday)
        if date < span.first:
            raise unclear("two_dates")
        return Day((date,), doubt=span.doubt)
    inside = tuple(date for date in day.dates if span.first <= date <= span.last)
    if not inside:
        raise unclear("two_dates")
    return replace(day, dates=inside, doubt=span.doubt or (day.doubt if len(inside) > 1 else ""))


def one_span(spans: list[Span]) -> Span:
    """The span all words agree on: "weekdays from 4 to 20 February" is said in two."""
    bounded = [span for span in spans if span.last is not None]
    if len(bounded) > 1:
        raise unclear("two_dates")
    if not bounded:
        return spans[0]
    weekends = False if len(bounded) < len(spans) else bounded[0].weekends
    return replace(bounded[0], weekends=weekends)
