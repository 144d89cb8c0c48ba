"""Reads a whole command: number, assistant, name, note, time, tries; each clause by one stage."""

from dataclasses import replace

from bot.calls.timing import Instant, Window
from bot.understanding.base_hours import is_allowed, next_allowed
from bot.understanding.clauses import Clauses
from bot.understanding.clean import MAX_TEXT, plain, without_markup
from bot.understanding.names import Words
from bot.understanding.notes import cut_notes
from bot.understanding.problems import Code, Problem
from bot.understanding.reading import Called, Context, KnownAgent, Reading, Who
from bot.understanding.retries import is_about_retries
from bot.understanding.when import Ambiguous, Heard, Nothing, hear, offered
from bot.understanding.whose_time import Whose

__all__ = [
    "Called", "Code", "Context", "KnownAgent", "Problem", "Reading", "Who", "read_command",
]  # fmt: skip

_TIME_CODES = {"past": Code.PAST_TIME, "invalid": Code.INVALID_TIME}


def read_command(text: str, context: Context) -> Reading:
    """What ``text`` asks for. Never raises on what a person typed."""
    if len(text) > MAX_TEXT:
        return Reading(problem=Problem(Code.TOO_LONG, found=str(len(text)), detail=str(MAX_TEXT)))
    body, notes = cut_notes(text)
    draft = Clauses(plain(without_markup(body)), context)
    draft.claim_mentions()
    draft.claim_retries()
    draft.claim_phones()
    draft.claim_called()
    draft.claim_agent()
    words = draft.sort_words()
    return replace(_judged(draft, words), notes=notes)


def _judged(draft: Clauses, words: Words) -> Reading:
    """The reading with its first problem, in the order phone, assistant, time."""
    phones = draft.phones.phones
    reading = Reading(
        phones=tuple(phone.e164 for phone in phones),
        agent=draft.named.agent,
        name=words.name,
        said_when=" ".join(" ".join(words.times).replace(" ,", ",").split()).strip(" ,"),
        warnings=_warnings(draft),
        callee_zones=phones[0].zones if phones else (),
        retries=draft.retries,
    )
    timed = _with_time(reading, draft, words)
    problem = draft.phones.problem or draft.named.problem or timed.problem
    used = tuple(draft.used)
    return replace(timed, problem=problem, defaults_used=used, who=draft.who(words))


def _warnings(draft: Clauses) -> tuple[str, ...]:
    found = {
        "number_not_verified": any(not phone.valid for phone in draft.phones.phones),
        "extension_dropped": any(phone.extension for phone in draft.phones.phones),
        "retries_cut": draft.retries is not None and draft.retries.cut,
    }
    return tuple(warning for warning, true in found.items() if true)


# time --------------------------------------------------------------------------------------------


def _with_time(reading: Reading, draft: Clauses, words: Words) -> Reading:
    """The reading with its time, or with the problem of its time."""
    if draft.context.chosen_when is not None:
        chosen = replace(reading, when=draft.context.chosen_when, zone_source="named")
        return _within_hours(chosen, draft)
    problem = _unread(words) or _in_other_language(draft)
    if problem is not None:
        return _asked(reading, _with_offers(problem, draft.other, draft, reading))
    return _heard(reading, draft, words) if words.times else _without_time(reading, draft)


def _unread(words: Words) -> Problem | None:
    """Words that belong to no stage are asked about, never passed over."""
    if words.unread:
        detail = "retries" if is_about_retries(words.unread[0]) else "unread_words"
        return Problem(Code.AMBIGUOUS_TIME, found=words.unread[0], detail=detail)
    if words.name_led_by_day and not words.times:
        return Problem(Code.AMBIGUOUS_TIME, found=words.name or "", detail="name_or_day")
    return None


def _in_other_language(draft: Clauses) -> Problem | None:
    """ "Montag 10:00", "nicht morgen": what passed for a name is a day elsewhere."""
    if not draft.other and not draft.named_day.islower():
        return None
    found = draft.other or draft.named_day
    return Problem(Code.AMBIGUOUS_TIME, found=found, detail="name_or_day")


def _with_offers(problem: Problem, said: str, draft: Clauses, reading: Reading) -> Problem:
    """The problem with what the time says in another language, on the right clock."""
    zone, unknown = _zone(draft, reading)
    if unknown is not None or problem.candidates or problem.code is not Code.AMBIGUOUS_TIME:
        return problem
    offers = offered(said, draft.context.now, zone)
    return replace(problem, found=said, candidates=offers) if offers else problem


def _heard(reading: Reading, draft: Clauses, words: Words) -> Reading:
    zone, problem = _zone(draft, reading)
    heard = hear(", ".join(words.times), draft.context.now, zone)
    if heard.named:
        problem = None
        if draft.whose is not None:
            problem = Problem(Code.AMBIGUOUS_TIME, found=reading.said_when, detail="two_zones")
    if problem is not None:
        return _asked(reading, problem)
    if isinstance(heard.when, Ambiguous | Nothing):
        said = reading.said_when
        return _asked(reading, _with_offers(_time_problem(heard.when, said), said, draft, reading))
    timed = replace(reading, when=heard.when, zone_source=_source(draft, heard))
    return _within_hours(timed, draft)


def _asked(reading: Reading, problem: Problem) -> Reading:
    return replace(reading, problem=problem)


def _without_time(reading: Reading, draft: Clauses) -> Reading:
    """No time was said: the call begins once it is confirmed, so the hours of now count."""
    now = Instant(draft.context.now, draft.context.user_zone)
    checked = _within_hours(replace(reading, when=now), draft)
    return replace(checked, when=None)


def _zone(draft: Clauses, reading: Reading) -> tuple[str, Problem | None]:
    """The zone to read in, and the problem when it is the recipient's and nobody knows it."""
    user = draft.context.user_zone
    if draft.whose is None and draft.context.theirs_by_default:
        return _theirs_or(user, draft), None
    if draft.whose not in {Whose.RECIPIENT, Whose.EITHER}:
        return user, None
    zones = {phone.zones for phone in draft.phones.phones}
    theirs = next(iter(zones)) if len(zones) == 1 else ()
    if len(theirs) != 1:
        detail = "several_numbers" if len(zones) > 1 else ("many_zones" if theirs else "no_zone")
        return user, Problem(Code.TIMEZONE_UNKNOWN, found=reading.said_when, detail=detail)
    if draft.whose is Whose.EITHER and theirs[0] != user:
        return user, Problem(Code.TIMEZONE_UNKNOWN, found=reading.said_when, detail="whose_time")
    return theirs[0], None


def _theirs_or(user: str, draft: Clauses) -> str:
    """By default the clock of the person called; the asker's, said openly, if it is unknown."""
    zones = {phone.zones for phone in draft.phones.phones}
    theirs = next(iter(zones)) if len(zones) == 1 else ()
    if len(theirs) != 1:
        return user
    draft.used.append("clock")
    return theirs[0]


def _source(draft: Clauses, heard: Heard) -> str:
    if heard.named:
        return "named"
    theirs = draft.whose is Whose.RECIPIENT or "clock" in draft.used
    return "recipient" if theirs else "user"


def _time_problem(answer: Ambiguous | Nothing, said: str) -> Problem:
    code = Code.AMBIGUOUS_TIME
    if isinstance(answer, Nothing):
        code = _TIME_CODES.get(answer.reason, Code.AMBIGUOUS_TIME)
    return Problem(code, found=said, candidates=answer.candidates, detail=answer.reason)


def _within_hours(reading: Reading, draft: Clauses) -> Reading:
    """Refuses what lies outside the base hours of any person called."""
    when = reading.when
    if when is None:
        return reading
    for phone in draft.phones.phones:
        if not is_allowed(when, phone.zones):
            return _asked(reading, _outside(when, phone.zones, reading.said_when))
    return reading


def _outside(when: Instant | Window, zones: tuple[str, ...], said: str) -> Problem:
    allowed = next_allowed(when, zones)
    candidates = (allowed,) if allowed is not None else ()
    return Problem(Code.OUTSIDE_HOURS, found=said, candidates=candidates)
