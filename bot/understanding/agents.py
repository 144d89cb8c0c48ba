"""Which assistant shall call: a name or a provider of the catalogue, never a guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from bot.understanding.clean import plain
from bot.understanding.phone_search import Place
from bot.understanding.problems import Code, Problem
from bot.understanding.reading import KnownAgent
from bot.understanding.word_ends import WordEnds

MOST_BUTTONS = 10
MOST_MENTIONS = 12  # words like "with" looked behind in one command
_NEAR_ENOUGH = 0.5  # edit ratio below which no name is suggested
_LONGEST_WORDS = 60  # characters compared with a name

_MARKER = re.compile(
    r"(?<!\w)(?:(?P<sure>(?:with|using|via|use)(?!\w)|w/|(?:agent|assistant|bot|provider)\s?[:=])|"
    r"(?:agent|assistant|bot|provider|have|ask|let|get)(?!\w))\s?:?\s?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:the|our|my|ai|voice|agent|assistant|bot|provider|called|named)(?!\w)\s?[:=]?\s?|[\"'(]\s?){0,4}",
    re.IGNORECASE,
)
_AGENT_WORD = re.compile(
    r"(?:'s)?\s?[,:/-]?\s?(?:and\s)?(?:(?:with|using|via)\s)?(?:(?:the|agent|assistant|bot)(?!\w)\s?[:=]?\s?[\"'(]?){0,2}",
    re.IGNORECASE,
)
_AGENT_SAID = re.compile(r"\b(?:agent|assistant|bot)\b", re.IGNORECASE)
_AFTER_NAME = re.compile(r"[\"')]?(?:\s(?:agent|assistant|bot)(?!\w))?", re.IGNORECASE)
_PROVIDER_BEHIND = re.compile(r"\s?(?:\(|on|from|at|of|via|using|by|@)\s?", re.IGNORECASE)
_NO_AGENT = re.compile(
    r"(?:him|her|them|me|us|you|it|this|that|his|their|a|an|no|some|any|\d)(?!\w)", re.IGNORECASE
)
_OR_ANOTHER = re.compile(r"\s?(?:,|or|and|&|/)\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """What was said about the assistant, and the spans that said it."""

    agent: KnownAgent | None = None
    problem: Problem | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    """One mention: assistants it may mean, or the words that are no assistant."""

    agents: tuple[KnownAgent, ...]
    start: int
    end: int
    unknown: str = ""


class Catalogue:
    """The live catalogue, ready to be looked for in a text: longest names first."""

    def __init__(self, agents: Iterable[KnownAgent]) -> None:
        self.agents = tuple(agents)
        names = {agent.name for agent in self.agents}
        self._names = _longest_first(names)
        self._providers = _longest_first({agent.provider for agent in self.agents})

    def name_at(self, text: str, start: int) -> tuple[tuple[KnownAgent, ...], int] | None:
        """The assistants whose name stands at ``start``, and the index behind it."""
        for name, pattern in self._names:
            match = pattern.match(text, start)
            if match is not None:
                return self.named(name), match.end()
        return None

    def provider_at(self, text: str, start: int) -> tuple[tuple[KnownAgent, ...], int] | None:
        """The assistants of the provider named at ``start``, and the index behind it."""
        for provider, pattern in self._providers:
            match = pattern.match(text, start)
            if match is not None:
                found = tuple(agent for agent in self.agents if agent.provider == provider)
                return found, match.end()
        return None

    def named(self, name: str) -> tuple[KnownAgent, ...]:
        """All assistants of that name, whatever their provider."""
        folded = name.casefold()
        return tuple(agent for agent in self.agents if agent.name.casefold() == folded)

    def find_names(self, text: str) -> list[_Mention]:
        """Names and providers anywhere in the text."""
        found: list[_Mention] = []
        for match in re.finditer(r"(?<!\w)\w", text):
            if found and match.start() < found[-1].end:
                continue
            at = self.name_at(text, match.start()) or self.provider_at(text, match.start())
            if at is not None:
                found.append(_Mention(at[0], match.start(), at[1]))
        return found

    def nearest(self, words: str) -> str | None:
        """The name most like the words; None when none is like them."""
        words = words.casefold()[:_LONGEST_WORDS]
        if not words or not self.agents:
            return None
        ratio, name = max((_likeness(words, agent.name), agent.name) for agent in self.agents)
        return name if ratio >= _NEAR_ENOUGH else None


def _longest_first(names: set[str]) -> list[tuple[str, re.Pattern[str]]]:
    ordered = sorted((name for name in names if plain(name)), key=lambda name: (-len(name), name))
    return [
        (name, re.compile(re.escape(plain(name)) + r"(?!\w)(?!'\w{2})", re.IGNORECASE))
        for name in ordered
    ]


def _likeness(words: str, name: str) -> float:
    name = name.casefold()
    whole = SequenceMatcher(None, words, name).ratio()
    beginning = name.startswith(words) or words.startswith(name)
    return max(whole, 0.75 if beginning and len(words) > 2 else 0.0)


def find_agent(text: str, catalogue: Catalogue, ends: WordEnds) -> Named:
    """The assistant said after "with", "using", "via" or "agent:" in a cleaned command.

    ``ends`` tells where unknown words after such a marker stop being a name.
    """
    mentions: list[_Mention] = []
    for marker in islice(_MARKER.finditer(text), MOST_MENTIONS):
        if mentions and marker.start() < mentions[-1].end:
            continue
        mention = _mention(text, marker, catalogue, ends)
        if mention is not None:
            mentions.append(mention)
    return _decided(mentions, catalogue)


def _mention(
    text: str, marker: re.Match[str], catalogue: Catalogue, ends: WordEnds
) -> _Mention | None:
    lead = _LEAD.match(text, marker.end())
    start = lead.end() if lead is not None else marker.end()
    agent_said = bool(_AGENT_SAID.search(text, marker.start(), start))
    for place in (marker.end(), start):  # an assistant may be called "My Bot"
        found = catalogue.name_at(text, place)
        if found is not None:
            mention = _with_provider(text, marker.start(), found, catalogue)
            return _with_rest(text, mention, place, ends, capitals=True)
    if marker["sure"] is None:
        return None  # "have", "agent": mean an assistant only before its name
    provided = catalogue.provider_at(text, start)
    if provided is not None:
        mention = _of_provider(text, marker.start(), provided, catalogue, ends)
        return _with_rest(text, mention, start, ends, capitals=False)
    if _NO_AGENT.match(text, start) and not agent_said:
        return None
    end = ends.end_of_name(text, start)
    unknown = text[start:end].strip(" .:\"'")
    return _Mention((), marker.start(), end, unknown) if unknown else None


def _with_rest(
    text: str, mention: _Mention, start: int, ends: WordEnds, *, capitals: bool
) -> _Mention:
    """ "Voicy Demmo", "Priya Sharma": a known name that goes on is not that name."""
    end = ends.rest_of_name(text, mention.end, capitals=capitals)
    if end == mention.end or mention.unknown:
        return mention
    return _Mention((), mention.start, end, text[start:end].strip())


def _with_provider(
    text: str, start: int, found: tuple[tuple[KnownAgent, ...], int], catalogue: Catalogue
) -> _Mention:
    """ "Voz", "Voz on vozagent", "Priya or Voz"."""
    agents, end = found
    end = _behind(_AFTER_NAME, text, end)
    joiner = _OR_ANOTHER.match(text, end)
    other = catalogue.name_at(text, joiner.end()) if joiner is not None else None
    if other is not None and text[end : joiner.end() if joiner else end].strip() != ",":
        return _Mention((*agents, *other[0]), start, other[1])
    behind = _PROVIDER_BEHIND.match(text, end)
    provided = catalogue.provider_at(text, behind.end()) if behind is not None else None
    if provided is None:
        return _Mention(agents, start, end)
    both = tuple(agent for agent in agents if agent in provided[0])
    return _Mention(both or (*agents, *provided[0]), start, _behind(_AFTER_NAME, text, provided[1]))


def _of_provider(
    text: str,
    start: int,
    provided: tuple[tuple[KnownAgent, ...], int],
    catalogue: Catalogue,
    ends: WordEnds,
) -> _Mention:
    """ "vozzo", "vozzo agent Priya", "vozzo agent Nobody"."""
    agents, end = provided
    joiner = _AGENT_WORD.match(text, end)
    place = joiner.end() if joiner is not None else end
    found = catalogue.name_at(text, place)
    if found is not None:
        both = tuple(agent for agent in found[0] if agent in agents)
        return _Mention(both or (*found[0], *agents), start, _behind(_AFTER_NAME, text, found[1]))
    if _AGENT_SAID.search(text, end, place):
        stop = ends.end_of_name(text, place)
        unknown = text[place:stop].strip(" .:\"'")
        if unknown:
            return _Mention((), start, stop, unknown)
    return _Mention(agents, start, _behind(_AFTER_NAME, text, end))


def _behind(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match is not None else place


def _decided(mentions: list[_Mention], catalogue: Catalogue) -> Named:
    places = tuple(Place(mention.start, mention.end) for mention in mentions)
    unknown = next((mention.unknown for mention in mentions if mention.unknown), "")
    if unknown:
        return Named(problem=unknown_agent(unknown, catalogue), places=places)
    said = _agreed([mention.agents for mention in mentions])
    if len(said) == 1:
        return Named(said[0], places=places)
    if said:
        return Named(problem=ambiguous_agents(said), places=places)
    return Named(places=places)


def ambiguous_agents(agents: tuple[KnownAgent, ...]) -> Problem:
    """The problem of words that fit several assistants."""
    names = tuple(dict.fromkeys(agent.name for agent in agents))
    return Problem(Code.AMBIGUOUS_AGENT, suggestions=names[:MOST_BUTTONS])


def _agreed(mentions: list[tuple[KnownAgent, ...]]) -> tuple[KnownAgent, ...]:
    """The assistants all mentions allow; all of them when no assistant fits every mention."""
    if not mentions:
        return ()
    common = [agent for agent in mentions[0] if all(agent in each for each in mentions[1:])]
    every = dict.fromkeys(agent for mention in mentions for agent in mention)
    return tuple(dict.fromkeys(common)) or tuple(every)


def unknown_agent(words: str, catalogue: Catalogue) -> Problem:
    """The problem of a name nobody has, with the nearest one."""
    nearest = catalogue.nearest(words)
    return Problem(
        Code.UNKNOWN_AGENT,
        found=words[:_LONGEST_WORDS],
        suggestion=nearest,
        suggestions=(nearest,) if nearest is not None else (),
    )


def missing_agent(catalogue: Catalogue) -> Problem:
    """The problem of a command that names no assistant while several exist."""
    names = tuple(dict.fromkeys(agent.name for agent in catalogue.agents))
    return Problem(Code.MISSING_AGENT, suggestions=names[:MOST_BUTTONS])
