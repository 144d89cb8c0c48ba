"""How often to try again: "retry 2", "retry twice every 45 min", "no retry"."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.calls.person import MOST_RETRIES
from bot.calls.retries import LONGEST_PAUSE, SHORTEST_PAUSE
from bot.understanding.phone_search import Place

_WORDS = {"once": 1, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_MINUTE = timedelta(minutes=1)
_MINUTES_OF = {"m": 1, "h": 60}  # by the first letter of the unit

_VERB = r"(?:re-?try|re-?tries|redial|try\sagain)"
_NOUN = r"(?:re-?try|re-?tries|redials?|re-?trying|redialling|redialing)"
_SPELLED = r"once|twice|thrice|one|two|three|four|five"
_TIMES = r"(?:\s?x|\s(?:more\s)?times?)"
# "retry 2pm" and "retry 2 hours later" are times, and "retry 2 212 555 0123" holds a number.
_NOT_A_COUNT = (
    r"(?!\d|[:./]\d|\s?-\s?\d|\s?(?:[ap]\.?m\b|o'?\s?clock|hours?\b|hrs?\b|h\b|min|m\b|days?\b"
    r"|weeks?\b))(?!\s?(?:\d[\s().-]{0,2}){7})"
)
_COUNT = rf"(?:(?P<many>\d{{1,2}}|{_SPELLED}){_TIMES}|(?P<few>\d|{_SPELLED})(?!\w){_NOT_A_COUNT})"
_LENGTH = (
    r"(?:(?P<amount>\d{1,4}|an?|half(?:\san?)?|one|two|three)\s?)?"
    r"(?P<unit>minutes?|mins?|m|hours?|hrs?|h)(?!\w)"
)
_EVERY = rf"(?:,?\s(?:every|each|after(?:\severy)?)\s{_LENGTH})"
_NOBODY = (
    r"(?:no\s(?:answer|reply|response|pick-?up)|(?:the\sline\sis\s|they(?:'re|\sare)\s|it'?s\s)?busy|"
    r"unanswered|(?:nobody|no\sone)\s(?:answers|picks\sup)|"
    r"(?:they|he|she|it)\s(?:do(?:es)?n'?t|do(?:es)?\snot)\s(?:answer|pick\sup))"
)
_IF = (
    rf"(?:\s(?:if|when|on|upon|in\scase\sof)\s(?:there(?:'s|\sis)\s)?{_NOBODY}(?:\sor\s{_NOBODY})?)"
)
_LEAD = r"(?<!\w)(?:(?:with|and|then|but|please)\s)?"
_ONLY_HOW_FAR = _EVERY.replace("<amount>", "<amount_only>").replace("<unit>", "<unit_only>")
_ABOUT = re.compile(rf"{_NOUN}(?!\w)", re.IGNORECASE)
_NEVER = re.compile(
    rf"{_LEAD}(?:no|without(?:\sany)?|never|don't|dont|do\snot|zero|0)\s(?:more\s)?{_NOUN}(?!\w){_IF}?"
    rf"|{_LEAD}{_VERB}(?:\s?[:=]\s?|\s)(?:0|zero|never)(?!\w)(?!\s?[\d:./-]){_TIMES}?",
    re.IGNORECASE,
)
_ASKED = re.compile(
    rf"{_LEAD}(?:"
    rf"{_VERB}(?:\s?[:=]\s?|\s)(?:up\sto\s|max(?:imum)?\s|at\smost\s)?{_COUNT}{_EVERY}?"
    rf"|{_VERB}{_ONLY_HOW_FAR}"
    rf"){_IF}?(?!\w)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?<!\bat\s)(?<!\bby\s)(?<!@\s){_LEAD}(?:(?P<many>\d{{1,2}}|{_SPELLED})\s(?:more\s)?"
    rf"(?:re-?tries|redials)|(?P<few>1|one)\s(?:more\s)?(?:re-?try|redial))(?!\w)"
    rf"(?!\s?[:=]?\s?(?:\d|{_SPELLED}\b)){_EVERY}?{_IF}?(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, and how many minutes apart; ``None`` where nothing was said of it.

    ``cut`` says that more was asked for than is ever done.
    """

    times: int | None
    every: int | None = None
    cut: bool = False


def find_retries(text: str) -> tuple[Retries | None, list[Place]]:
    """What a cleaned text says of tries, and where. A second such clause stays unread."""
    never = _NEVER.search(text)
    if never is not None:
        return Retries(0), [Place(never.start(), never.end())]
    found = _COUNTED.search(text) or _ASKED.search(text)
    if found is None:
        return None, []
    return _bounded(_times(found), _minutes(found)), [Place(found.start(), found.end())]


def is_about_retries(words: str) -> bool:
    """Whether words that nobody could read seem to say how often to try again."""
    return _ABOUT.match(words) is not None


def _bounded(times: int | None, every: int | None) -> Retries:
    """No more often, and no closer together or further apart, than calls are ever tried again."""
    most = min(times, MOST_RETRIES) if times is not None else None
    apart = every
    if every is not None:
        apart = min(max(every, SHORTEST_PAUSE // _MINUTE), LONGEST_PAUSE // _MINUTE)
    return Retries(most, apart, cut=(most, apart) != (times, every))


def _times(found: re.Match[str]) -> int | None:
    groups = found.groupdict()
    said = groups.get("many") or groups.get("few")
    if said is None:
        return None
    return _WORDS.get(said.casefold()) or int(said)


def _minutes(found: re.Match[str]) -> int | None:
    groups = found.groupdict()
    unit = groups.get("unit") or groups.get("unit_only")
    if unit is None:
        return None
    amount = (groups.get("amount") or groups.get("amount_only") or "one").casefold()
    per_unit = _MINUTES_OF[unit[0].casefold()]
    if amount.startswith("half"):
        return max(per_unit // 2, 1)
    if amount in {"a", "an"}:
        return per_unit
    return per_unit * (_WORDS.get(amount) or int(amount))
