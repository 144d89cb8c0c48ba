"""What was not understood, in the order what, why, how, and whether a phone could have rung."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.reports.escaping import cut

NOTHING = "Nothing was dialled."
EXAMPLE = "+1 415 555 2671 with Voz tomorrow 10am"
LONGEST_QUOTE = 60  # characters; more of somebody's words is a wall of text


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem as its text is made of it: the asker's words escaped and short, the rest as is."""

    found: str
    detail: str
    suggestion: str | None
    offers: int
    command: str
    provider: str  # the one named, where the assistant is not
    where: str  # the providers that have it


def problem_text(
    code: str,
    *,
    found: str = "",
    detail: str = "",
    suggestion: str | None = None,
    offers: int = 0,
    command: str = "/dial",
    provider: str = "",
    where: str = "",
) -> str:
    """One problem as people read it. Every text but ``detail`` is escaped already.

    ``offers`` is how many buttons stand below; an unknown ``code`` gets an honest general text.
    """
    write = TEXTS.get(code, _unknown)
    quote = cut(found.strip(), LONGEST_QUOTE)
    hint = cut(suggestion, LONGEST_QUOTE) if suggestion else None
    return f"{write(Trouble(quote, detail, hint, offers, command, provider, where))} {NOTHING}"


def _quoted(trouble: Trouble, otherwise: str) -> str:
    return f"“{trouble.found}”" if trouble.found else otherwise


def _no_phone(trouble: Trouble) -> str:
    if trouble.detail == "unknown_name":
        return (
            f"I know no {trouble.found}. Write the number once, and the name is known from then on."
        )
    if trouble.detail == "which_person":
        if trouble.offers == 1:
            return f"I know one person like “{trouble.found}” from earlier calls. Is it this one?"
        return f"I know several people like “{trouble.found}” from earlier calls. Whom do you mean?"
    return (
        "I see no phone number in that, and a call needs one, or the name of somebody called "
        f"before. Write it like `{trouble.command} {EXAMPLE}`, or type `{trouble.command}` alone "
        "for the form."
    )


PHONE_WHY = {
    "no_area_code": "It has no area code.",
    "too_short": "It has too few digits for its country.",
    "too_long": "It has too many digits for its country.",
    "wrong_length": "No number of its country has that many digits.",
    "country_code": "No country has that prefix.",
    "unclear_end": "I can't tell where the number ends and the next words begin.",
}


def _invalid_phone(trouble: Trouble) -> str:
    why = PHONE_WHY.get(trouble.detail, "No country has numbers like that.")
    return f"I can't call {_quoted(trouble, 'that')}. {why} Write it like `+1 415 555 2671`."


def _refused_phone(trouble: Trouble) -> str:
    kind = {"emergency": "an emergency number", "premium": "a premium-rate number"}.get(
        trouble.detail, "an emergency or premium-rate number"
    )
    return (
        f"I don't call {_quoted(trouble, 'that')}: it is {kind}, and those are closed to me. "
        "If you meant another number, check the digits."
    )


def _unknown_agent(trouble: Trouble) -> str:
    if trouble.detail in {"not_there", "no_provider"}:
        return _agent_elsewhere(trouble)
    hint = f" Did you mean *{trouble.suggestion}*?" if trouble.suggestion else ""
    return (
        f"I don't know an assistant {_quoted(trouble, 'of that name')}.{hint} "
        f"`{trouble.command} agents` lists those I can call with."
    )


def _agent_elsewhere(trouble: Trouble) -> str:
    there = f"*{trouble.found}* is at {trouble.where}."
    how = " Choose below, or write another provider." if trouble.offers else ""
    if trouble.detail == "not_there":
        return (
            f"{trouble.provider} has no assistant {_quoted(trouble, 'of that name')}. {there}{how}"
        )
    return (
        f"I can't call via “{trouble.provider}”: no provider of that name is set up, or none of "
        f"its assistants is known. {there}{how}"
    )


def _missing_agent(trouble: Trouble) -> str:
    how = "Choose one below" if trouble.offers else f"`{trouble.command} agents` lists them"
    return f"Which assistant shall call? There are several, and you named none. {how}."


def _ambiguous_agent(trouble: Trouble) -> str:
    how = "Choose one below" if trouble.offers else "Name one of them"
    return f"{_quoted(trouble, 'That name')} can be several assistants. {how}."


def _past_time(trouble: Trouble) -> str:
    how = "Did you mean this?" if trouble.offers else "Choose a time to come."
    return f"{_quoted(trouble, 'That time')} has passed, and I call only in the future. {how}"


LENGTH_ONLY = "It says how long, but not when to begin."
TWO_TIMES = "It names more than one time."
TIME_WHY = {
    "alternatives": TWO_TIMES,
    "am_pm": "It can be morning or afternoon.",
    "contradiction": "Its parts do not fit together.",
    "date_or_clock": "It can be a date or a clock time.",
    "day_limit": "It says by when, but not from when.",
    "day_month": "It can be read as day and month or as month and day.",
    "deadline": "It says by when, but not from when.",
    "end_before_start": "It would end before it begins.",
    "gap": "That clock time does not exist: the clocks go forward then.",
    "length_without_start": LENGTH_ONLY,
    "midnight": "Midnight can be the beginning or the end of that day.",
    "name_or_day": "It can be a name or a day.",
    "negation": "It says when not to call; I need the time at which to call.",
    "next_weekday": "It can be this week or the week after.",
    "not_a_time": "I see no day or hour in it.",
    "ongoing": "It can mean the span that runs now or the next one.",
    "overlap": "That clock time comes twice: the clocks go back then.",
    "range_or_clock": "It can be a range of hours or a clock time.",
    "recurrence": "That is more than one call, and I place one call at a time.",
    "this_weekday": "It can be this week or the week after.",
    "today_weekday": "Today is that day: it can be today or a week from now.",
    "too_late": "Little or nothing of that span is left.",
    "two_dates": "It names more than one day.",
    "two_limits": "It names more than one limit.",
    "two_times": TWO_TIMES,
    "two_zones": "It names more than one clock.",
    "unread_number": "It has a number in it that I can't place.",
    "unread_words": "It looks like a time, but I can't read all of it.",
    "vague": "It names no day or hour I could hold on to.",
    "weekday_conflict": "The weekday and the date do not belong together.",
    "weekday_mismatch": "The weekday and the date do not belong together.",
    "year_or_clock": "It can be a year or a clock time.",
    "zone": "I can't tell whose clock it means.",
}


def _ambiguous_time(trouble: Trouble) -> str:
    if trouble.detail == "retries":
        return (
            f"How often shall I try again? I can't tell from {_quoted(trouble, 'that')}. Write "
            "`retry 2`, `retry 2 every 45 min` or `no retry`."
        )
    why = TIME_WHY.get(trouble.detail, "It can be read in more than one way.")
    how = "Write day and hour, like `tomorrow 10am`."
    if trouble.offers:
        how = "Which one?" if trouble.offers > 1 else "Did you mean this?"
    return f"When is {_quoted(trouble, 'that')}? {why} {how}"


def _invalid_time(trouble: Trouble) -> str:
    return (
        f"{_quoted(trouble, 'That')} is not a time I can read, or one that no clock or calendar "
        "shows. Write day and hour, like `tomorrow 10am` or `24 Nov 14:30`."
    )


def _outside_hours(trouble: Trouble) -> str:
    how = "This is the next free time:" if trouble.offers else "Choose another time."
    return (
        "It would not be between 8 AM and 9 PM on the clock of the person called, and calls are "
        f"allowed only then (rule `base-hours`). {how}"
    )


ZONE_WHY = {
    "several_numbers": "Those numbers are in several time zones: “their time” is not one time.",
    "many_zones": "That number can be in several time zones, so “their time” can be several times.",
    "whose_time": "That can be your time or theirs, and your clocks differ.",
}


def _timezone_unknown(trouble: Trouble) -> str:
    why = ZONE_WHY.get(
        trouble.detail,
        "I can't tell the time zone of that number, so I don't know what “their time” is.",
    )
    return (
        f"{why} Write “my time” or a place, like `tomorrow 3pm Chicago`, or choose *Other time…*."
    )


def _too_long(trouble: Trouble) -> str:
    if trouble.detail == "too_many_numbers":
        return (
            "That line has more numbers than I take at once. Split it into several commands of "
            "five numbers at most."
        )
    return (
        "That line is longer than 3,000 characters, so I did not read it. "
        f"Shorten the notes, or type `{trouble.command}` alone for the form."
    )


def _unknown(trouble: Trouble) -> str:
    return f"I could not read that line. Write it like `{trouble.command} {EXAMPLE}`."


TEXTS: Mapping[str, Callable[[Trouble], str]] = {
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
