"""Names what has stood still too long: each once in the log, all of it in the metrics."""

from collections.abc import Callable, Mapping

import structlog

from bot.calls.lanes import Limits
from bot.calls.patience import Look, Standing, Standstills, seen_twice
from bot.calls.ports import Clock

log = structlog.get_logger(__name__)

EVERY, SOON = 30.0, 10.0  # seconds; what is seen for the first time is looked at again soon


class Standstill:
    """One per process. ``explain`` says in words why something stands.

    ``latest`` is what the last look found that the one before had found, too; ``None`` before the
    first look.
    """

    def __init__(
        self,
        *,
        store: Standstills,
        limits: Mapping[str, Limits],
        clock: Clock,
        explain: Callable[[Standing, Look], str],
    ) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock
        self._explain = explain
        self._before: Look | None = None
        self._named: frozenset[str] = frozenset()
        self.latest: Look | None = None

    async def turn(self) -> float:
        """Look, and name what has not been named."""
        seen = await self._store.look(self._clock.now(), self._limits)
        look, self._before = seen_twice(seen, self._before), seen
        for thing in look.things:
            if thing.name not in self._named:
                self._name(thing, look)
        self._named = frozenset(thing.name for thing in look.things)
        self.latest = look
        return EVERY if len(look.things) == len(seen.things) else SOON

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each kind stood still at the last look."""
        return self.latest.counts if self.latest else {}

    def _name(self, thing: Standing, look: Look) -> None:
        log.warning(
            "standing_still",
            state=thing.kind,
            code=thing.code,
            provider=thing.provider,
            since=thing.since.isoformat(),
            reason=self._explain(thing, look),
        )
