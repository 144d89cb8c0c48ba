"""What the grammar finds in a phrase: days, clock times, parts of the day, joining words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

NOON, DAY_MINUTES = 12 * 60, 24 * 60


class Role(StrEnum):
    """What an item does in the phrase."""

    DAY = "day"
    SPAN = "span"
    CLOCK = "clock"
    RANGE = "range"
    PART = "part"
    LATER = "later"  # a length from now: "in 20 minutes"
    WITHIN = "within"
    LASTING = "lasting"  # "for 2 hours"
    NOW = "now"
    SAME_TIME = "same time"
    BEFORE = "before"
    AFTER = "after"
    ONWARDS = "onwards"
    TO = "to"
    AND = "and"
    OR = "or"
    PAST = "past"
    RECURRING = "recurring"
    VAGUE = "vague"
    NOT = "not"
    MONTH = "month"  # a month without a day
    NUMBER = "number"  # a number nobody claimed
    FILLER = "filler"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Day:
    """One day. Several dates, or a doubt, when it has more than one reading; none: impossible."""

    dates: tuple[date, ...]
    doubt: str = ""
    weekday: int | None = None  # set when only a weekday was said
    orders: tuple[str, ...] = ()  # of numeric dates: "dm" or "md" for each of the dates


@dataclass(frozen=True, slots=True)
class Span:
    """Several days with daily hours; ``last`` is None for open-ended."""

    first: date
    last: date | None
    weekends: bool | None = None  # None: not said
    doubt: str = ""


class Form(StrEnum):
    """How a clock time was written."""

    MARKED = "marked"  # with am or pm, or noon
    H24 = "24-hour"  # cannot be a 12-hour time
    OPEN = "open"  # 1 to 12 o'clock without am or pm
    MIDNIGHT = "midnight"


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time as minute of the day; -1 when impossible."""

    minute: int
    form: Form
    doubt: str = ""
    since_now: bool = False  # minute is that of "same time"

    def readings(self, half: str = "") -> tuple[int, ...]:
        """Minutes of the day it may mean; ``half`` is "am", "pm" or empty."""
        if self.minute < 0:
            return ()
        if self.form is not Form.OPEN:
            return (self.minute,)
        morning = self.minute % NOON
        if half:
            return (morning + (NOON if half == "pm" else 0),)
        if self.minute >= 9 * 60:
            return (self.minute,)
        return (morning, morning + NOON)


@dataclass(frozen=True, slots=True)
class ClockRange:
    """From one clock time to another."""

    start: Clock
    end: Clock


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day; ``today`` for "this morning" and "tonight"."""

    name: str
    today: bool = False
    plural: bool = False  # "mornings": of several days
    half: bool = False  # am or pm beside a date


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time. Months and days keep the clock time, seconds are exact."""

    seconds: float = 0
    days: int = 0
    months: int = 0
    vague: bool = False

    @property
    def coarse(self) -> bool:
        """Whole days, weeks or months: "in 3 days" names a day, not a moment."""
        return not self.seconds and bool(self.days or self.months)

    def __add__(self, other: "Length") -> "Length":
        return Length(
            self.seconds + other.seconds,
            self.days + other.days,
            self.months + other.months,
            self.vague or other.vague,
        )

    def after(self, day: date, sign: int = 1) -> date | None:
        """The date this length after (or before) ``day``; None beyond the calendar."""
        try:
            return months_later(day, sign * self.months) + sign * timedelta(days=self.days)
        except (OverflowError, ValueError):
            return None


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the last one a shorter month has."""
    index = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(index // 12, index % 12 + 1, min(last, day.day))
        except ValueError:
            if index // 12 > 9999 or index < 12:
                raise
    return day


@dataclass(frozen=True, slots=True)
class Stamp:
    """A full moment with its offset, as machines write it."""

    moment: datetime


Value = Day | Span | Clock | ClockRange | Part | Length | Stamp | str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One find: what it is, which tokens it took, whether it needs a neighbour to be believed."""

    role: Role
    start: int
    end: int
    value: Value = None
    weak: bool = False
    shy: bool = False  # weaker still: believed only after "at", "by", "from" and the like
