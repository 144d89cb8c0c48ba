"""Forgets what nobody needs any more: worked-off deliveries and expired drafts."""

from datetime import timedelta

import structlog

from bot.calls.news_box import NewsBox
from bot.calls.ports import Clock, Drafts, Inbox

log = structlog.get_logger(__name__)

# Slack redelivers for some minutes; keys are kept far longer, against replays by hand.
KEPT = timedelta(days=7)
NEWS_KEPT = timedelta(days=1)  # a webhook about a call that is not ours is never matched
HOURLY = 3600.0  # seconds


class Housekeeping:
    """One turn an hour; calls, attempts and the audit are never touched."""

    def __init__(self, *, inbox: Inbox, drafts: Drafts, news: NewsBox, clock: Clock) -> None:
        self._inbox = inbox
        self._drafts = drafts
        self._news = news
        self._clock = clock

    async def turn(self) -> float:
        """Delete what is older than a week, and webhooks nobody could match within a day."""
        now = self._clock.now()
        deliveries = await self._inbox.forget(now - KEPT)
        drafts = await self._drafts.forget(now - KEPT)
        news = await self._news.forget(now - NEWS_KEPT)
        if deliveries or drafts or news:
            log.info("forgotten", deliveries=deliveries, drafts=drafts, news=news)
        return HOURLY
