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
    """``word`` selects it; ``usage`` and ``does`` are its line in the help, ``more`` others."""

    word: str
    usage: str
    does: str
    run: Callable[[Tools, Line], Awaitable[None]]
    more: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Every way to write it, with what that does; ``{command}`` stands for the root command."""
        return ((self.usage, self.does), *self.more)
