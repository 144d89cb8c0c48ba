"""Rounds in which contenders take turns, and the Markdown tables of what came out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from typing import TypeVar

Found = TypeVar("Found")
Run = Callable[[], Awaitable[Found]]


async def in_turns(contenders: Mapping[str, Run[Found]], rounds: int) -> dict[str, list[Found]]:
    """What each found in each round; every round begins with another one."""
    found: dict[str, list[Found]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        first = turn % max(len(names), 1)
        for name in names[first:] + names[:first]:
            found[name].append(await contenders[name]())
    return found


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Round by round, so that both met the same load."""
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median, and between which values it lies."""
    low, middle, high = min(values), median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Its lines."""
    head = [f"### {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return [*head, *(f"| {' | '.join(row)} |" for row in rows), ""]
