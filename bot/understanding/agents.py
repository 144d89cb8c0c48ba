"""Which assistant shall call: a name or a provider of the catalogue, never a guess."""

import re
from dataclasses import dataclass
from itertools import islice

from bot.understanding.catalogue import (
    Catalogue,
    Found,
    Mention,
    agent_elsewhere,
    ambiguous_agents,
    unknown_agent,
)
from bot.understanding.known_agent import KnownAgent, like
from bot.understanding.problems import Problem
from bot.understanding.word_ends import WordEnds

MOST_MENTIONS = 12  # words like "with" looked behind in one command

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
_WHERE = re.compile(r"(?:via|using|use|provider)(?!\w)", re.IGNORECASE)
_OR_ANOTHER = re.compile(r"\s?(?:,|or|and|&|/)\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """Which assistant the mentions of a command mean; neither field when there are none."""

    agent: KnownAgent | None = None
    problem: Problem | None = None


def marked_mentions(text: str, catalogue: Catalogue, ends: WordEnds) -> list[Mention]:
    """What is said after "with", "using", "via" or "agent:" in a cleaned command.

    ``ends`` tells where unknown words after such a marker stop being a name.
    """
    mentions: list[Mention] = []
    for marker in islice(_MARKER.finditer(text), MOST_MENTIONS):
        if mentions and marker.start() < mentions[-1].end:
            continue
        mention = _mention(text, marker, catalogue, ends)
        if mention is not None:
            mentions.append(mention)
    return mentions


def _mention(
    text: str, marker: re.Match[str], catalogue: Catalogue, ends: WordEnds
) -> Mention | None:
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
    if not unknown:
        return None
    via = _WHERE.match(marker[0]) is not None and not agent_said
    return Mention((), marker.start(), end, unknown, via=via)


def _with_rest(
    text: str, mention: Mention, start: int, ends: WordEnds, *, capitals: bool
) -> Mention:
    """ "Voicy Demmo", "Priya Sharma": a known name that goes on is not that name."""
    end = ends.rest_of_name(text, mention.end, capitals=capitals)
    if end == mention.end or mention.unknown:
        return mention
    return Mention((), mention.start, end, text[start:end].strip())


def _with_provider(text: str, start: int, found: Found, catalogue: Catalogue) -> Mention:
    """ "Voz", "Voz on vozagent", "Priya or Voz"."""
    agents, end = found
    end = _behind(_AFTER_NAME, text, end)
    joiner = _OR_ANOTHER.match(text, end)
    other = catalogue.name_at(text, joiner.end()) if joiner is not None else None
    if other is not None and text[end : joiner.end() if joiner else end].strip() != ",":
        return Mention((*agents, *other[0]), start, other[1], named=True)
    behind = _PROVIDER_BEHIND.match(text, end)
    provided = catalogue.provider_at(text, behind.end()) if behind is not None else None
    if provided is None:
        return Mention(agents, start, end, named=True)
    end = _behind(_AFTER_NAME, text, provided[1])
    return Mention(agents, start, end, named=True, provider=provided[0][0].provider)


def _of_provider(
    text: str, start: int, provided: Found, catalogue: Catalogue, ends: WordEnds
) -> Mention:
    """ "vozzo", "vozzo agent Priya", "vozzo agent Nobody"."""
    agents, end = provided
    provider = agents[0].provider
    joiner = _AGENT_WORD.match(text, end)
    place = joiner.end() if joiner is not None else end
    found = catalogue.name_at(text, place)
    if found is not None:
        end = _behind(_AFTER_NAME, text, found[1])
        return Mention(found[0], start, end, named=True, provider=provider)
    if _AGENT_SAID.search(text, end, place):
        stop = ends.end_of_name(text, place)
        unknown = text[place:stop].strip(" .:\"'")
        if unknown:
            return Mention((), start, stop, unknown)
    return Mention(agents, start, _behind(_AFTER_NAME, text, end), provider=provider)


def _behind(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match is not None else place


def decided(mentions: list[Mention], catalogue: Catalogue) -> Named:
    """The one assistant that all mentions allow, or what is to be asked back."""
    named = _agreed([mention.agents for mention in mentions if mention.named])
    unknown = next((mention for mention in mentions if mention.unknown), None)
    if unknown is not None and unknown.via and named:
        return Named(problem=agent_elsewhere(named, unknown.unknown, known=False))
    if unknown is not None:
        return Named(problem=unknown_agent(unknown.unknown, catalogue))
    said = named or _agreed([mention.agents for mention in mentions])
    providers = list(dict.fromkeys(mention.provider for mention in mentions if mention.provider))
    if named and providers:
        said = tuple(agent for agent in named if agent.provider in providers)
        if not said:
            return Named(problem=agent_elsewhere(named, providers[0], known=True))
    return only(said) if said else Named()


def only(agents: tuple[KnownAgent, ...]) -> Named:
    """The one there is, or the question which."""
    return Named(agents[0]) if len(agents) == 1 else Named(problem=ambiguous_agents(agents))


def chosen(wanted: KnownAgent, catalogue: Catalogue) -> Named:
    """What was pressed, or stands in the call this is about; nobody else in its place."""
    fits = like(catalogue.agents, wanted)
    if fits:
        return only(fits)
    namesakes = catalogue.named(wanted.name)
    if namesakes and wanted.provider:
        return Named(problem=agent_elsewhere(namesakes, wanted.provider, known=True))
    return Named(problem=unknown_agent(wanted.name, catalogue))


def _agreed(mentions: list[tuple[KnownAgent, ...]]) -> tuple[KnownAgent, ...]:
    """The assistants all mentions allow; all of them when no assistant fits every mention."""
    if not mentions:
        return ()
    common = [agent for agent in mentions[0] if all(agent in each for each in mentions[1:])]
    every = dict.fromkeys(agent for mention in mentions for agent in mention)
    return tuple(dict.fromkeys(common)) or tuple(every)
