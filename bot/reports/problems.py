"""What was not understood, in the order what, why, how, and whether a phone could have rung."""

from collections.abc import Callable

NOTHING = "Nothing was dialled."
EXAMPLE = "`/dial +1 415 555 2671 with Voz tomorrow 10am`"


def problem_text(
    code: str, *, found: str = "", detail: str = "", suggestion: str | None = None, offers: int = 0
) -> str:
    """One problem as people read it. ``found`` are the asker's words, already escaped.

    ``offers`` is how many buttons stand below; an unknown ``code`` gets an honest general text.
    """
    write = TEXTS.get(code, _unknown)
    return write(found, detail, suggestion, offers)


def _no_phone(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    return (
        "I see no phone number in that. A call needs one. "
        f"Write it like {EXAMPLE}, or type `/dial` alone for the form. {NOTHING}"
    )


PHONE_WHY = {
    "no_area_code": "It has no area code.",
    "too_short": "It has too few digits for its country.",
    "too_long": "It has too many digits for its country.",
    "no_country": "No country has that prefix.",
}


def _invalid_phone(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    why = PHONE_WHY.get(detail, "No country has numbers like that.")
    return f"I can't call “{short(found)}”. {why} Write it like `+1 415 555 2671`. {NOTHING}"


def _refused_phone(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    kind = {"emergency": "an emergency number", "premium": "a premium-rate number"}.get(
        detail, "an emergency or premium-rate number"
    )
    return (
        f"I don't call “{short(found)}”: it is {kind}, and those are closed to me. "
        f"If you meant another number, check the digits. {NOTHING}"
    )


def _unknown_agent(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    hint = f" Did you mean *{suggestion}*?" if suggestion else ""
    return (
        f"I don't know an assistant “{short(found)}”.{hint} "
        f"`/dial agents` lists those I can call with. {NOTHING}"
    )


def _missing_agent(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    how = "Choose one below" if offers else "`/dial agents` lists them"
    return f"Which assistant shall call? There are several, and you named none. {how}. {NOTHING}"


def _ambiguous_agent(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    how = "Choose one below" if offers else "Name one of them"
    return f"“{short(found)}” can be several assistants. {how}. {NOTHING}"


def _past_time(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    how = "Did you mean this?" if offers else "Write a time to come."
    return f"“{short(found)}” has passed, and I call only in the future. {how} {NOTHING}"


TIME_WHY = {
    "am_pm": "It can be morning or afternoon.",
    "day_month": "It can be read as day and month or as month and day.",
    "gap": "That clock time does not exist: the clocks go forward then.",
    "overlap": "That clock time comes twice: the clocks go back then.",
    "recurrence": "That is more than one call, and I place one call at a time.",
    "vague": "It names no day or hour I could hold on to.",
    "weekday_conflict": "The weekday and the date do not belong together.",
    "alternatives": "It names more than one time.",
    "next_weekday": "It can be this week or the week after.",
    "today_weekday": "Today is that day: it can be today or a week from now.",
}


def _ambiguous_time(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    why = TIME_WHY.get(detail, "It can be read in more than one way.")
    how = "Which one?" if offers else "Write day and hour, like `tomorrow 10am`."
    return f"When is “{short(found)}”? {why} {how} {NOTHING}"


def _invalid_time(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    return (
        f"“{short(found)}” is not a time I can read, or one that no clock or calendar shows. "
        f"Write day and hour, like `tomorrow 10am` or `24 Nov 14:30`. {NOTHING}"
    )


def _outside_hours(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    how = "This is the next free time:" if offers else "Choose another time."
    return (
        "It would not be between 8 AM and 9 PM on the clock of the person called, and calls are "
        f"allowed only then (rule `base-hours`). {how} {NOTHING}"
    )


def _timezone_unknown(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    return (
        "I can't tell the time zone of that number, so I don't know what “their time” is. "
        "Write “my time” or a place, like `tomorrow 3pm Chicago`, or choose *Other time…*. "
        f"{NOTHING}"
    )


def _too_long(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    return (
        "That line is longer than 3,000 characters; I read no further. "
        f"Shorten the notes, or type `/dial` alone for the form. {NOTHING}"
    )


def _unknown(found: str, detail: str, suggestion: str | None, offers: int) -> str:
    return f"I could not read that line. Write it like {EXAMPLE}. {NOTHING}"


TEXTS: dict[str, Callable[[str, str, str | None, int], str]] = {
    "no_phone": _no_phone,
    "invalid_phone": _invalid_phone,
    "refused_phone": _refused_phone,
    "unknown_agent": _unknown_agent,
    "missing_agent": _missing_agent,
    "ambiguous_agent": _ambiguous_agent,
    "past_time": _past_time,
    "ambiguous_time": _ambiguous_time,
    "invalid_time": _invalid_time,
    "outside_hours": _outside_hours,
    "timezone_unknown": _timezone_unknown,
    "too_long": _too_long,
}


def short(words: str, limit: int = 60) -> str:
    """Somebody's words, cut where they become a wall of text."""
    return words if len(words) <= limit else words[: limit - 1] + "…"
