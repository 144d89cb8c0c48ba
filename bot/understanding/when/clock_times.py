"""Reads one clock time: "3pm", "half past two", "15h00", "1730", "nine fifty nine a m", "noon"."""

from dataclasses import replace

from bot.understanding.when.items import DAY_MINUTES, NOON, Clock, Form
from bot.understanding.when.line import Line
from bot.understanding.when.tokens import Kind
from bot.understanding.when.words import UNITS

ClockFound = tuple[Clock, int, str]  # the time, the index behind, and "", "weak" or "shy"

AT_WORDS = frozenset(
    {"at", "@", "by", "before", "after", "until", "from", "between", "around", "about", "~"}
)
_PAST_THE_HOUR = frozenset({"past", "after"})
_TO_THE_HOUR = frozenset({"to", "until", "of", "before"})
_SPOKEN_MINUTES = frozenset({5, 10, 15, 20, 25})


def clock_at(line: Line, i: int) -> ClockFound | None:
    """The clock time that begins at ``i``."""
    return _idiom(line, i) or simple_clock_at(line, i)


def simple_clock_at(line: Line, i: int) -> ClockFound | None:
    """A clock time that is no "half past" or "ten to"."""
    kind = line.at(i).kind
    if kind is Kind.WORD:
        return _named(line, i)
    if kind is Kind.CLOCK:
        return _written(line, i, *map(int, line.at(i).text.split(":")[:2]), weak="")
    if kind is Kind.DOTTED:
        return _dotted(line, i)
    if kind is Kind.NUMBER:
        return _noon_after(line, i) or _numbered(line, i)
    return None


def _named(line: Line, i: int) -> ClockFound | None:
    if line.word(i) == "noon":
        return Clock(NOON, Form.MARKED), i + 1, ""
    if line.word(i) == "midnight":
        return Clock(0, Form.MIDNIGHT), i + 1, ""
    return None


def _noon_after(line: Line, i: int) -> ClockFound | None:
    """ "12 noon", "12 o'clock midnight"."""
    j = i + 2 if line.word(i + 1) == "o'clock" else i + 1
    return _named(line, j) if line.number(i) == 12 else None


def _half_of_day(line: Line, j: int) -> tuple[str, int]:
    """ "am", "pm" or nothing at ``j``, after an optional "o'clock", and the index behind."""
    if line.word(j) == "o'clock":
        j += 1
    if line.word(j) in {"am", "pm"}:
        return line.word(j), j + 1
    if line.word(j) == "in" and line.word(j + 1) == "the" and line.word(j + 2) in {"am", "pm"}:
        return line.word(j + 2), j + 3
    return "", j


def _written(line: Line, i: int, hour: int, minute: int, *, weak: str, used: int = 1) -> ClockFound:
    """The clock of digits at ``i``; impossible ones come back as such, not as nothing."""
    half, j = _half_of_day(line, i + used)
    weak = "" if half or line.word(j - 1) == "o'clock" else weak
    if hour > 23 or minute > 59 or (half == "am" and hour > 12):
        return Clock(-1, Form.H24), j, weak
    if half and hour == 0:
        return Clock(minute if half == "am" else -1, Form.MARKED), j, weak
    if half and hour <= 12:
        return Clock(hour % 12 * 60 + minute + (NOON if half == "pm" else 0), Form.MARKED), j, weak
    if half or hour > 12 or hour == 0 or _is_zero_led(line, i):
        return Clock(hour * 60 + minute, Form.H24), j, weak
    return Clock(hour * 60 + minute, Form.OPEN), j, weak


def _is_zero_led(line: Line, i: int) -> bool:
    token = line.at(i)
    return token.text.startswith("0") and not (token.kind is Kind.NUMBER and len(token.text) == 1)


def _dotted(line: Line, i: int) -> ClockFound | None:
    whole, part = line.at(i).text.split(".")
    if len(part) != 2:
        return None
    if UNITS.get(line.word(i + 1)) and line.word(i + 1) not in {"h", "hrs"}:
        return None
    clock, j, weak = _written(line, i, int(whole), int(part), weak="weak")
    if clock.minute < 0:
        return None
    if weak and 1 <= int(part) <= 12 and 1 <= int(whole) <= 31:
        clock = replace(clock, doubt="date_or_clock")
    return clock, j, weak


def _numbered(line: Line, i: int) -> ClockFound | None:
    value, text = line.number(i), line.at(i).text
    if line.word(i + 1) in {"h", "hrs", "hours", "hr"}:
        return _with_h(line, i)
    if UNITS.get(line.word(i + 1)) or line.at(i + 1).kind is Kind.AMOUNT:
        return None
    if len(text) >= 3 and (not line.at(i).spelled or value >= 100):
        return _four_digits(line, i)
    spoken = _spoken_minutes(line, i)
    if spoken is not None:
        return spoken
    half, _ = _half_of_day(line, i + 1)
    if value > 23 and not half:
        return None
    return _written(line, i, value, 0, weak="weak")


def _with_h(line: Line, i: int) -> ClockFound | None:
    """ "1400hrs", "15h00", "at 15h"; "20h" alone is a length."""
    value, minutes = line.number(i), line.number(i + 2)
    if len(line.at(i).text) == 4:
        return Clock(_minute(value // 100, value % 100), Form.H24), i + 2, ""
    after_at = line.word(i - 1) in AT_WORDS or _ends_range(line, i)
    if line.word(i + 1) == "h" and line.at(i + 2).glued and len(line.at(i + 2).text) == 2:
        if after_at or 8 <= value <= 23:
            return Clock(_minute(value, minutes), Form.H24), i + 3, ""
        return None
    if line.word(i + 1) in {"h", "hrs"} and after_at and value <= 23:
        return Clock(value * 60, Form.H24), i + 2, ""
    return None


def _ends_range(line: Line, i: int) -> bool:
    """Is the number at ``i`` the end of "13h to 15h" or "16-18h", not of "in 2 to 3h"?"""
    first = i - 3 if line.word(i - 2) in {"h", "hrs"} else i - 2
    joined = line.word(i - 1) in {"-", "to", "until", "and"} and line.number(first) >= 0
    return joined and line.word(first - 1) not in {
        "in",
        "within",
        "for",
        "next",
        "after",
        "another",
    }


def _minute(hour: int, minute: int) -> int:
    return hour * 60 + minute if hour <= 23 and 0 <= minute <= 59 else -1


def _four_digits(line: Line, i: int) -> ClockFound | None:
    """ "1730", "0930", "340pm"; years need an "at" to be clock times."""
    value = line.number(i)
    half, _ = _half_of_day(line, i + 1)
    if _minute(value // 100, value % 100) < 0 and not half:
        return None
    weak = "shy" if 1900 <= value <= 2100 else "weak"
    return _written(line, i, value // 100, value % 100, weak=weak)


def _spoken_minutes(line: Line, i: int) -> ClockFound | None:
    """ "nine fifty nine", "ten-thirty", "ten oh five", "10 30 am"."""
    hour, first = line.number(i), line.at(i)
    if not 1 <= hour <= 23:
        return None
    minute, used = _minutes_behind(line, i) if first.spelled else (line.number(i + 1), 2)
    second = line.at(i + used - 1)
    if not 0 <= minute <= 59 or (UNITS.get(line.word(i + used)) and not second.glued):
        return None
    if not first.spelled:
        half, _ = _half_of_day(line, i + 2)
        if minute < 10 or len(second.text) != 2 or not (half or line.word(i - 1) in AT_WORDS):
            return None
    return _written(line, i, hour, minute, weak="weak", used=used)


def _minutes_behind(line: Line, i: int) -> tuple[int, int]:
    """Spoken minutes behind the spoken hour at ``i`` and how many tokens both take; -1: none."""
    k = i + 1
    if line.at(k).text in {"oh", "o"} and 1 <= line.number(k + 1) <= 9:
        return line.number(k + 1), 3
    if line.word(k) == "-":
        k += 1
    minute = line.number(k) if line.at(k).spelled else -1
    return (minute if minute >= 10 else -1), k - i + 1


def _idiom(line: Line, i: int) -> ClockFound | None:
    """ "half past two", "half two", "quarter to 4 pm", "15 minutes past noon", "twenty to nine"."""
    start = line.past(i, {"a", "an"})
    if line.word(start) == "half":
        return _half_past(line, start + 1)
    minutes, j, bare = _idiom_minutes(line, start)
    if minutes < 0:
        return None
    joiner = line.word(j)
    if joiner in _PAST_THE_HOUR:
        return _shifted(line, j + 1, minutes)
    if joiner in _TO_THE_HOUR or (joiner == "-" and line.word(start) == "quarter"):
        found = _shifted(line, j + 1, -minutes)
        if found is not None and bare and minutes <= 12:  # "ten to four" is also a range
            return replace(found[0], doubt="range_or_clock"), found[1], found[2]
        return found
    return None


def _half_past(line: Line, j: int) -> ClockFound | None:
    if line.word(j) == "-":
        j += 1
    if line.word(j) in _PAST_THE_HOUR:
        return _shifted(line, j + 1, 30)
    hour = line.number(j)
    if 1 <= hour <= 12 and not UNITS.get(line.word(j + 1)):
        return _shifted(line, j, 30)
    return None


def _idiom_minutes(line: Line, i: int) -> tuple[int, int, bool]:
    """Minutes beside the hour, the index behind, and whether no unit was said; -1: none."""
    if line.word(i) == "quarter":
        return 15, i + 1, False
    minutes = line.number(i)
    if not 1 <= minutes <= 59:
        return -1, i, False
    if line.word(i + 1) in {"minutes", "minute", "min", "mins", "m"}:
        return minutes, i + 2, False
    spoken = minutes in _SPOKEN_MINUTES and (line.at(i).spelled or minutes > 12)
    past = line.word(i + 1) == "past"
    return (minutes, i + 1, True) if spoken or past else (-1, i, False)


def _shifted(line: Line, j: int, minutes: int) -> ClockFound | None:
    """The whole hour at ``j``, moved by ``minutes``."""
    found = simple_clock_at(line, j)
    if found is None:
        return None
    clock, after, _ = found
    if clock.minute < 0 or (clock.form is Form.OPEN and clock.minute % 60):
        return None
    if clock.form is Form.OPEN:
        minute = (clock.minute + minutes - 60) % NOON + 60
        return replace(clock, minute=minute), after, ""
    form = Form.MARKED if clock.form is Form.MIDNIGHT else clock.form
    return Clock((clock.minute + minutes) % DAY_MINUTES, form), after, ""
