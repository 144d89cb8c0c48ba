"""The live catalogue as a command can name it, and what is asked back when it names it badly."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.understanding.clean import plain
from bot.understanding.known_agent import KnownAgent
from bot.understanding.problems import Code, Problem

MOST_BUTTONS = 10
_NEAR_ENOUGH = 0.5  # edit ratio below which no name is suggested
_LONGEST_WORDS = 60  # characters compared with a name

Found = tuple[tuple[KnownAgent, ...], int]  # assistants, and the index behind their name


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: assistants it may mean, or the words that are no assistant.

    ``named``: by a name, not by a provider alone; ``provider``: the one named, with a name or
    alone; ``via``: the unknown words stand where a provider would.
    """

    agents: tuple[KnownAgent, ...]
    start: int
    end: int
    unknown: str = ""
    named: bool = False
    provider: str = ""
    via: bool = False


class Catalogue:
    """The live catalogue, ready to be looked for in a text: longest names first."""

    def __init__(self, agents: Iterable[KnownAgent]) -> None:
        self.agents = tuple(agents)
        names = {agent.name for agent in self.agents}
        self._names = _longest_first(names)
        self._providers = _longest_first({agent.provider for agent in self.agents})

    def name_at(self, text: str, start: int) -> Found | None:
        """The assistants whose name stands at ``start``, and the index behind it."""
        for name, pattern in self._names:
            match = pattern.match(text, start)
            if match is not None:
                return self.named(name), match.end()
        return None

    def provider_at(self, text: str, start: int) -> Found | None:
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

    def find_names(self, text: str) -> list[Mention]:
        """Names and providers anywhere in the text."""
        found: list[Mention] = []
        for match in re.finditer(r"(?<!\w)\w", text):
            start = match.start()
            if found and start < found[-1].end:
                continue
            name = self.name_at(text, start)
            provided = self.provider_at(text, start) if name is None else None
            if name is not None:
                found.append(Mention(name[0], start, name[1], named=True))
            elif provided is not None:
                provider = provided[0][0].provider
                found.append(Mention(provided[0], start, provided[1], provider=provider))
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


# what is asked back ------------------------------------------------------------------------------


def ambiguous_agents(agents: tuple[KnownAgent, ...]) -> Problem:
    """The problem of words that fit several assistants."""
    names = tuple(dict.fromkeys(agent.name for agent in agents))
    found = names[0] if len(names) == 1 else ""
    return Problem(Code.AMBIGUOUS_AGENT, found=found, agents=agents[:MOST_BUTTONS])


def unknown_agent(words: str, catalogue: Catalogue) -> Problem:
    """The problem of a name nobody has, with the nearest one."""
    nearest = catalogue.nearest(words)
    return Problem(
        Code.UNKNOWN_AGENT,
        found=words[:_LONGEST_WORDS],
        suggestion=nearest,
        agents=catalogue.named(nearest)[:MOST_BUTTONS] if nearest is not None else (),
    )


def agent_elsewhere(agents: tuple[KnownAgent, ...], provider: str, *, known: bool) -> Problem:
    """The problem of an assistant that is not at the provider named; ``known``: it has others."""
    names = dict.fromkeys(agent.name for agent in agents)
    return Problem(
        Code.UNKNOWN_AGENT,
        found=", ".join(names)[:_LONGEST_WORDS],
        suggestion=agents[0].name,
        agents=agents[:MOST_BUTTONS],
        detail="not_there" if known else "no_provider",
        provider=provider[:_LONGEST_WORDS],
    )


def missing_agent(catalogue: Catalogue) -> Problem:
    """The problem of a command that names no assistant while several exist."""
    return Problem(Code.MISSING_AGENT, agents=catalogue.agents[:MOST_BUTTONS])
