"""Assistants on buttons and in lists: as short as tells each from its namesakes."""

from collections.abc import Mapping, Sequence

from bot.slack.blocks import clip
from bot.understanding.known_agent import KnownAgent

LONGEST_LABEL = 75  # characters of a button or an option
LONGEST_PROVIDER, LONGEST_MARK = 30, 20
END_OF_ID = 4  # characters of an id that tell two assistants apart, where they do


def short_names(agents: Sequence[KnownAgent], labels: Mapping[str, str]) -> list[str]:
    """``Voz``; ``Voz · Vozzo`` where another provider has one; with its mark where one has two."""
    return [_short_name(agent, agents, labels) for agent in agents]


def mark_of(agent: KnownAgent, agents: Sequence[KnownAgent]) -> str:
    """What tells it from those of its name at its provider: language or end of id, or nothing."""
    twins = [one for one in agents if one.name == agent.name and one.provider == agent.provider]
    others = [one for one in twins if one.id != agent.id]
    if not others:
        return ""
    if agent.language and agent.language not in {one.language for one in others}:
        return clip(agent.language, LONGEST_MARK)
    for length in range(END_OF_ID, LONGEST_MARK):
        if all(one.id[-length:] != agent.id[-length:] for one in others):
            return f"…{agent.id[-length:]}"
    return f"…{agent.id[-LONGEST_MARK:]}"


def labelled(name: str, rest: str) -> str:
    """A name with what stands behind it, in the room of a label; the name gives way."""
    return clip(name, LONGEST_LABEL - len(rest)) + rest


def provider_words(provider: str, labels: Mapping[str, str]) -> str:
    """A provider as people know it, in the room of a label."""
    return clip(labels.get(provider, provider), LONGEST_PROVIDER)


def _short_name(agent: KnownAgent, agents: Sequence[KnownAgent], labels: Mapping[str, str]) -> str:
    namesakes = [one for one in agents if one.name == agent.name and one != agent]
    if not namesakes:
        return clip(agent.name, LONGEST_LABEL)
    parts = [provider_words(agent.provider, labels), mark_of(agent, agents)]
    return labelled(agent.name, "".join(f" · {part}" for part in parts if part))
