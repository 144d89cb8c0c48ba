"""Pausing and resuming: what is meant, who may, and what stood there before."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.calls.errors import Misunderstood, NotAllowed
from bot.calls.pauses import EVERYTHING, Pause, Pauses, Scope, of_provider
from bot.calls.ports import Clock
from bot.understanding.clean import decoded

ALIKE = 0.7  # of a provider's name: then it is a slip of the keyboard, not the first of the reasons
ONE_WORD, TWO_WORDS = re.compile(r"\S+"), re.compile(r"\S+\s+\S+")  # "voz agent" is two
BEFORE_THE_REASON = " \t\n:,-\u2013\u2014"
EVERYTHING_WORDS = frozenset({"everything", "all"})
NOT_YOU = (
    "Only on-call staff, leads and admins may pause or resume calls, and I don't find you among "
    "them. Ask one of them; an admin names them in SWITCHBOARD_ONCALL. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Paused:
    """``already``: by somebody before, and nothing was changed."""

    pause: Pause
    already: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """``pause`` is what ended, ``None`` when there was none; ``left`` is what else is paused."""

    scope: Scope
    pause: Pause | None
    left: Sequence[Pause]


class Pausing:
    """``labels`` are the providers there are, by the names people know them by."""

    def __init__(self, *, pauses: Pauses, labels: Mapping[str, str], clock: Clock) -> None:
        self._pauses = pauses
        self._labels = labels
        self._clock = clock

    async def pause(self, team: str, by: str, words: str, staff: Collection[str]) -> Paused:
        """``words`` are the provider, if any, and the reason. Who comes second changes nothing.

        Raises ``NotAllowed`` and ``Misunderstood``.
        """
        scope, reason = self._wanted(by, words, staff)
        pause = Pause(scope, team, by, self._clock.now(), reason)
        before = await self._pauses.pause(pause)
        return Paused(before or pause, already=before is not None)

    async def resume(self, by: str, words: str, staff: Collection[str]) -> Resumed:
        """The same the other way round."""
        scope, reason = self._wanted(by, words, staff)
        ended = await self._pauses.resume(scope, by=by, now=self._clock.now(), why=reason)
        return Resumed(scope, ended, await self._pauses.all())

    def _wanted(self, by: str, words: str, staff: Collection[str]) -> tuple[Scope, str]:
        if by not in staff:
            raise NotAllowed(NOT_YOU)
        return wanted(words, self._labels)


def wanted(words: str, labels: Mapping[str, str]) -> tuple[Scope, str]:
    """The scope, and the reason just as it was written: everything, unless a provider is named.

    Raises ``Misunderstood`` for what is nearly a provider's name: it would stop all the others.
    """
    text = decoded(words.strip())
    names = {_folded(each): name for name, label in labels.items() for each in (name, label)}
    scopes = {said: of_provider(name) for said, name in names.items()}
    scopes |= dict.fromkeys(EVERYTHING_WORDS, EVERYTHING)
    for head in (TWO_WORDS.match(text), ONE_WORD.match(text)):
        if head and (scope := scopes.get(_folded(head[0]))):
            return scope, text[head.end() :].lstrip(BEFORE_THE_REASON)
    first = ONE_WORD.match(text)
    near = difflib.get_close_matches(_folded(first[0]), names, n=1, cutoff=ALIKE) if first else []
    if near:
        raise Misunderstood(
            f"I don't know a provider of that name. Did you mean {labels[names[near[0]]]}? Write "
            "its name, or `everything` before the reason. Nothing was changed."
        )
    return EVERYTHING, text


def _folded(words: str) -> str:
    return "".join(sign for sign in words.casefold() if sign.isalnum())
