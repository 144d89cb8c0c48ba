"""What webhooks told us, kept until it can be matched to a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.calls.call import Attempt, Call
from bot.calls.provider import News


@dataclass(frozen=True, slots=True)
class Heard:
    """Kept news whose call is known by now."""

    id: str
    call: Call
    attempt: Attempt
    news: News


class NewsBox(Protocol):
    """Written before the webhook is answered. One delivery is kept once."""

    async def keep(self, provider: str, delivery_key: str, news: News, now: datetime) -> bool:
        """Whether it is new; a replay of the same delivery changes nothing."""

    async def matched(self, limit: int) -> Sequence[Heard]:
        """News not applied yet whose call id belongs to an attempt of ours, oldest first."""

    async def done(self, news_id: str, now: datetime) -> None:
        """It has been applied."""

    async def forget(self, before: datetime) -> int:
        """Delete what came before that instant, applied or never matched; how many."""
