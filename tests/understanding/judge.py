"""The judge of the corpora: when an answer is right, and when it is silently wrong."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Answer = Mapping[str, Any]

CONFIDENT = {"instant", "window"}
_MINUTE = timedelta(minutes=1)


def is_right_when(got: Answer, expect: Answer) -> bool:
    """Does the answer equal what is expected, or one of the other accepted answers?"""
    return any(_equals(got, each) for each in (expect, *expect.get("accept", ())))


def is_silently_wrong_when(got: Answer, expect: Answer) -> bool:
    """Would a call be scheduled at a wrong time, or at all, without asking?"""
    return got.get("kind") in CONFIDENT and not is_right_when(got, expect)


def _equals(got: Answer, expect: Answer) -> bool:
    if got.get("kind") != expect["kind"]:
        return False
    if expect["kind"] not in CONFIDENT:
        return True
    if not _same_moment(got.get("start"), expect.get("start")):
        return False
    if expect["kind"] == "window" and not _same_moment(got.get("end"), expect.get("end")):
        return False
    stated = {"daily_start", "daily_end", "allow_on_weekends"} & expect.keys()
    return all(got.get(key) == expect[key] for key in stated)


def _same_moment(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) < _MINUTE


def is_right_command(got: Answer, expect: Answer) -> bool:
    """Is the whole command understood, or refused, as expected?"""
    errors = _errors(expect)
    if (got.get("error") or None) not in errors:
        return False
    stated = {"phones", "agent", "name", "notes"} & expect.keys()
    if not all(_same_words(got.get(key), expect[key]) for key in stated):
        return False
    if got.get("error"):
        return "suggestion" not in expect or got.get("suggestion") == expect["suggestion"]
    return _right_time(got, expect)


def is_silently_wrong_command(got: Answer, expect: Answer) -> bool:
    """No error where one is expected, or a wrong number or time."""
    if got.get("error"):
        return False
    if None not in _errors(expect):
        return True
    return got.get("phones") != expect.get("phones", got.get("phones")) or not _right_time(
        got, expect
    )


def has_wrong_phone(got: Answer, expect: Answer) -> bool:
    """Is there a number in the answer that nobody typed?"""
    return bool(set(got.get("phones") or ()) - set(expect.get("phones") or ()))


def _errors(expect: Answer) -> list[str | None]:
    error = expect.get("error")
    return error if isinstance(error, list) else [error]


def _right_time(got: Answer, expect: Answer) -> bool:
    wanted, found = expect.get("when"), got.get("when")
    if wanted is None:
        return found is None or found.get("kind") == "instant_now"
    if found is None or not is_right_when(found, wanted):
        return False
    source = expect.get("timezone_source")
    return source is None or got.get("timezone_source") == source


def _same_words(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) == _folded(other)
    return bool(one == other)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" \t\n.,;:!?\"'“”‘’()[]*_").casefold()
