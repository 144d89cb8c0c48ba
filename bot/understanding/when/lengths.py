"""Reads lengths of time: "2 hours", "1h30", "an hour and a half", "a couple of days"."""

from bot.understanding.when.items import Length
from bot.understanding.when.line import Line
from bot.understanding.when.tokens import Kind
from bot.understanding.when.words import UNITS

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "year": 12}
_MAX_AMOUNT = 9_999
_GLUED_ONLY = frozenset({"s", "m", "h", "d", "w", "y"})


def length_at(line: Line, i: int) -> tuple[Length, int] | None:
    """The length that begins at ``i`` and the index behind it, chained parts summed up."""
    found = _one_length(line, i)
    if found is None:
        return None
    total, j = found
    while (more := _chained(line, j)) is not None:
        total, j = total + more[0], more[1]
    return total, j


def _chained(line: Line, j: int) -> tuple[Length, int] | None:
    """Another part of the same length: "1 hour [and] 30 minutes", "1h30", "an hour and a half"."""
    if line.word(j) in {"and", ",", "&"}:
        half = _half_of_last(line, j)
        if half is not None:
            return half
        more = _one_length(line, j + 1)
        return more if more is not None and line.number(j + 1) >= 0 else None
    if line.at(j).glued and line.word(j - 1) in {"h", "hr"} and 0 <= line.number(j) < 60:
        after = j + 2 if line.word(j + 1) in {"m", "min", "mins"} else j + 1
        return Length(seconds=60 * line.number(j)), after
    return _one_length(line, j) if line.number(j) >= 0 else None


def _half_of_last(line: Line, j: int) -> tuple[Length, int] | None:
    """ "hour and a half": the half of the unit just said."""
    unit = UNITS.get(line.word(j - 1), "")
    k = line.past(j + 1, {"a", "an"})
    share = {"half": 0.5, "quarter": 0.25}.get(line.word(k))
    if (
        share is None
        or not unit
        or UNITS.get(line.word(k + 1))
        or line.word(k + 1) in {"past", "to"}
    ):
        return None
    return _in_unit(share, unit), k + 1


def _one_length(line: Line, i: int) -> tuple[Length, int] | None:
    amount, j, vague = _amount(line, i)
    if amount is None:
        return None
    j = line.past(
        j, {"of", "a", "an", "full", "whole"} if vague or amount in {0.5, 0.25, 0.75, 2} else ()
    )
    if line.word(j) in {"more", "further", "business", "working"}:
        vague = vague or line.word(j) in {"business", "working"}
        j += 1
    if line.word(j) in {"weekdays", "weekday"} and line.number(i) > 0:  # "3 working days"
        return Length(days=int(amount), vague=True), j + 1
    unit = UNITS.get(line.word(j), "")
    if not unit or (
        line.word(j) in _GLUED_ONLY and line.number(i) < 0 and line.at(i).kind is Kind.WORD
    ):
        return None
    length = _in_unit(amount, unit)
    return Length(length.seconds, length.days, length.months, vague), j + 1


def _in_unit(amount: float, unit: str) -> Length:
    if unit in _SECONDS:
        return Length(seconds=amount * _SECONDS[unit])
    if unit in _DAYS:
        days = amount * _DAYS[unit]
        return Length(days=int(days)) if days == int(days) else Length(seconds=days * 86_400)
    months = amount * _MONTHS[unit]
    return Length(months=int(months), vague=months != int(months))


def _amount(line: Line, i: int) -> tuple[float | None, int, bool]:
    """How many, the index behind, and whether the words are too vague to count."""
    token = line.at(i)
    if token.kind is Kind.NUMBER and token.value <= _MAX_AMOUNT:
        return _with_half(line, i + 1, token.value)
    if token.kind is Kind.DOTTED:
        return float(token.text), i + 1, False
    if token.kind is Kind.DATE and token.text in {"1/2", "1/4", "3/4"}:
        return {"1/2": 0.5, "1/4": 0.25, "3/4": 0.75}[token.text], i + 1, False
    return _amount_in_words(line, i)


def _with_half(line: Line, j: int, whole: float) -> tuple[float, int, bool]:
    """ "2 and a half", "2 and an half", "2 1/2", "3 quarters"."""
    if line.word(j) == "and":
        k = line.past(j + 1, {"a", "an"})
        if line.word(k) == "half":
            return whole + 0.5, k + 1, False
        if line.word(k) == "quarter":
            return whole + 0.25, k + 1, False
    if line.at(j).kind is Kind.DATE and line.at(j).text == "1/2":
        return whole + 0.5, j + 1, False
    if line.word(j) == "quarters" and whole == 3:
        return 0.75, j + 1, False
    return whole, j, False


_ARTICLES = frozenset({"a", "an", "another"})


def _amount_in_words(line: Line, i: int) -> tuple[float | None, int, bool]:
    j = i + 1 if line.word(i) in _ARTICLES else i
    word = line.word(j)
    if word == "half":
        return 0.5, j + 1, False
    if word == "quarter" and line.word(j + 1) == "of":
        return 0.25, j + 1, False
    if word in {"couple", "pair"}:
        return 2, j + 1, False
    if word in {"few", "several", "some", "bunch", "number", "dozen"} and word != "some":
        return 3, j + 1, True
    if j > i and UNITS.get(word) and len(word) > 2:
        return 1, j, False
    return None, i, False
