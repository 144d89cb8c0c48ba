"""What a sub-command is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.flows.ask import Typed
from bot.slack.tools import Tools


@dataclass(frozen=True, slots=True)
class Line:
    """A typed sub-command: ``rest`` is what follows its word."""

    typed: Typed
    rest: str
    trigger_id: str


@dataclass(frozen=True, slots=True)
class Command:
    """``word`` selects it; ``usage`` and ``does`` are its line in the help."""

    word: str
    usage: str
    does: str
    run: Callable[[Tools, Line], Awaitable[None]]
