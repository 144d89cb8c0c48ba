"""Tells on-call staff what stands still: a list at most every ten minutes, and its end."""

from collections.abc import Callable, Mapping

from bot.calls.lanes import Limits
from bot.calls.patience import Look, Standstills, Told, to_tell
from bot.reports.standing import OVER, Around, alert
from bot.slack.alerts import LONGEST_REST, WHILE_NOT_TAKEN
from bot.slack.oncall import OnCall
from bot.slack.times import token

ABOUT = "standing still"


class StandingAlerts:
    """``latest`` gives what was found last, ``None`` before the first look.

    It is marked told only after Slack took it, so one whose answer was lost comes twice.
    """

    def __init__(
        self,
        *,
        store: Standstills,
        latest: Callable[[], Look | None],
        oncall: OnCall,
        labels: Mapping[str, str],
        limits: Mapping[str, Limits],
    ) -> None:
        self._store = store
        self._latest = latest
        self._oncall = oncall
        self._labels = labels
        self._limits = limits

    async def turn(self) -> float:
        """Tell what there is to tell, unless another process tells it just now."""
        look = self._latest()
        if look is None or to_tell(look, await self._store.told()) is None:
            return LONGEST_REST
        async with self._store.telling() as told:
            following = to_tell(look, told) if told is not None else None
            if told is None or following is None:
                return LONGEST_REST
            news = ", ".join(sorted(following.names))
            if not await self._oncall.tell(ABOUT, self._text(look, told), news=news):
                return WHILE_NOT_TAKEN
            await self._store.tell(following)
        return LONGEST_REST

    def _text(self, look: Look, told: Told) -> str:
        if not look.total:
            return OVER
        around = Around(look, self._labels, self._limits, lambda moment: token(moment, "{time}"))
        return alert(around, told)
