"""Reads a whole command: number, assistant, name, note, time; each clause by one stage."""

from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window
from bot.understanding.agents import Catalogue, Named, find_agent, missing_agent
from bot.understanding.base_hours import is_allowed, next_allowed
from bot.understanding.clean import MAX_TEXT, plain, without_markup
from bot.understanding.names import Words, cut_mentions, mask, sorted_words
from bot.understanding.notes import cut_notes
from bot.understanding.other_languages import days_in
from bot.understanding.phone_search import FoundPhones, Place, find_phones
from bot.understanding.problems import Code, Problem
from bot.understanding.reading import Context, KnownAgent, Reading
from bot.understanding.standing_alone import agent_standing_alone
from bot.understanding.when import Ambiguous, Heard, Nothing, hear, offered
from bot.understanding.whose_time import Whose, whose_time
from bot.understanding.word_ends import WordEnds

__all__ = ["Code", "Context", "KnownAgent", "Problem", "Reading", "read_command"]

_SEPARATORS = str.maketrans("|,;", "   ")
_TIME_CODES = {"past": Code.PAST_TIME, "invalid": Code.INVALID_TIME}


def read_command(text: str, context: Context) -> Reading:
    """What ``text`` asks for. Never raises on what a person typed."""
    if len(text) > MAX_TEXT:
        return Reading(problem=Problem(Code.TOO_LONG, found=str(len(text)), detail=str(MAX_TEXT)))
    body, notes = cut_notes(text)
    draft = _Draft(plain(without_markup(body)), context)
    draft.claim_mentions()
    draft.claim_phones()
    draft.claim_agent()
    words = draft.sort_words()
    return replace(_judged(draft, words), notes=notes)


@dataclass(slots=True)
class _Draft:
    """The command while stages claim their clauses; what is claimed becomes a separator."""

    text: str
    context: Context
    mention: str | None = None
    phones: FoundPhones = field(default_factory=FoundPhones)
    named: Named = field(default_factory=Named)
    whose: Whose | None = None
    other: str = ""  # the whole time, when it seems to be in another language
    named_day: str = ""  # what passed for a name, or a part of it, and is a day elsewhere
    used: list[str] = field(default_factory=list)  # which of the asker's defaults spoke

    def claim_mentions(self) -> None:
        self.text, self.mention = cut_mentions(self.text)

    def claim_phones(self) -> None:
        self.phones = find_phones(self.text, self.context.default_region)
        digits = "".join(sign for sign in self.text if sign.isdigit())
        if any(phone.e164[1:] not in digits for phone in self.phones.phones):
            self.used.append("region")
        self._mask(self.phones.places)
        if self.context.only_phone is not None:
            wanted = [one for one in self.phones.phones if one.e164 == self.context.only_phone]
            self.phones.phones = wanted or self.phones.phones

    def claim_agent(self) -> None:
        catalogue = Catalogue(self.context.agents)
        today = self._today()
        self.named = find_agent(self.text, catalogue, WordEnds(today))
        if not self.named.places:
            self.named = agent_standing_alone(self.text, catalogue, today)
        if self.named.agent is None and self.named.problem is None:
            self.named = self._unnamed(catalogue)
        self._mask(self.named.places)
        if self.context.chosen_agent is not None:
            self.named = Named(self.context.chosen_agent)

    def _unnamed(self, catalogue: Catalogue) -> Named:
        """Nobody was named: the asker's own, the only one, or a question."""
        if self.context.default_agent is not None:
            self.used.append("agent")
            return Named(self.context.default_agent)
        if len(catalogue.agents) == 1:
            return Named(catalogue.agents[0])
        return Named(problem=missing_agent(catalogue))

    def sort_words(self) -> Words:
        self.text, self.whose = whose_time(self.text)
        words = sorted_words(self.text, self._today())
        words.name = words.name or self.mention
        self._claim_other_language(words)
        return words

    def _claim_other_language(self, words: Words) -> None:
        """ "am 3. März um 15 Uhr": one time in another language, and "März um" is no name."""
        name = words.name or ""
        self.named_day = " ".join(days_in(name))
        if not words.unread and not self.named_day:
            return
        whole = " ".join(self.text.translate(_SEPARATORS).split())
        for said in dict.fromkeys((whole, whole.replace(name, " ", 1))):
            if offered(said, self.context.now, self.context.user_zone):
                self.other = said
                words.name = self.mention if said == whole else words.name
                return

    def _today(self) -> date:
        return self.context.now.astimezone(ZoneInfo(self.context.user_zone)).date()

    def _mask(self, places: tuple[Place, ...] | list[Place]) -> None:
        for place in places:
            length = place.end - place.start
            self.text = self.text[: place.start] + mask(length) + self.text[place.end :]


def _judged(draft: _Draft, words: Words) -> Reading:
    """The reading with its first problem, in the order phone, assistant, time."""
    phones = draft.phones.phones
    reading = Reading(
        phones=tuple(phone.e164 for phone in phones),
        agent=draft.named.agent,
        name=words.name,
        said_when=" ".join(" ".join(words.times).replace(" ,", ",").split()).strip(" ,"),
        warnings=_warnings(draft.phones),
        callee_zones=phones[0].zones if phones else (),
    )
    timed = _with_time(reading, draft, words)
    problem = draft.phones.problem or draft.named.problem or timed.problem
    return replace(timed, problem=problem, defaults_used=tuple(draft.used))


def _warnings(found: FoundPhones) -> tuple[str, ...]:
    unsure = any(not phone.valid for phone in found.phones)
    extended = any(phone.extension for phone in found.phones)
    return ("number_not_verified",) * unsure + ("extension_dropped",) * extended


# time --------------------------------------------------------------------------------------------


def _with_time(reading: Reading, draft: _Draft, words: Words) -> Reading:
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
        return Problem(Code.AMBIGUOUS_TIME, found=words.unread[0], detail="unread_words")
    if words.name_led_by_day and not words.times:
        return Problem(Code.AMBIGUOUS_TIME, found=words.name or "", detail="name_or_day")
    return None


def _in_other_language(draft: _Draft) -> Problem | None:
    """ "Montag 10:00", "nicht morgen": what passed for a name is a day elsewhere."""
    if not draft.other and not draft.named_day.islower():
        return None
    found = draft.other or draft.named_day
    return Problem(Code.AMBIGUOUS_TIME, found=found, detail="name_or_day")


def _with_offers(problem: Problem, said: str, draft: _Draft, reading: Reading) -> Problem:
    """The problem with what the time says in another language, on the right clock."""
    zone, unknown = _zone(draft, reading)
    if unknown is not None or problem.candidates or problem.code is not Code.AMBIGUOUS_TIME:
        return problem
    offers = offered(said, draft.context.now, zone)
    return replace(problem, found=said, candidates=offers) if offers else problem


def _heard(reading: Reading, draft: _Draft, words: Words) -> Reading:
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


def _without_time(reading: Reading, draft: _Draft) -> Reading:
    """No time was said: the call begins once it is confirmed, so the hours of now count."""
    now = Instant(draft.context.now, draft.context.user_zone)
    checked = _within_hours(replace(reading, when=now), draft)
    return replace(checked, when=None)


def _zone(draft: _Draft, reading: Reading) -> tuple[str, Problem | None]:
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


def _theirs_or(user: str, draft: _Draft) -> str:
    """By default the clock of the person called; the asker's, said openly, if it is unknown."""
    zones = {phone.zones for phone in draft.phones.phones}
    theirs = next(iter(zones)) if len(zones) == 1 else ()
    if len(theirs) != 1:
        return user
    draft.used.append("clock")
    return theirs[0]


def _source(draft: _Draft, heard: Heard) -> str:
    if heard.named:
        return "named"
    theirs = draft.whose is Whose.RECIPIENT or "clock" in draft.used
    return "recipient" if theirs else "user"


def _time_problem(answer: Ambiguous | Nothing, said: str) -> Problem:
    code = Code.AMBIGUOUS_TIME
    if isinstance(answer, Nothing):
        code = _TIME_CODES.get(answer.reason, Code.AMBIGUOUS_TIME)
    return Problem(code, found=said, candidates=answer.candidates, detail=answer.reason)


def _within_hours(reading: Reading, draft: _Draft) -> Reading:
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
