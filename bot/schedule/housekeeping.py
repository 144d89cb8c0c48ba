"""Forgets what nobody needs any more: worked-off deliveries and expired drafts."""

from datetime import timedelta

import structlog

from bot.calls.ports import Clock, Drafts, Inbox

log = structlog.get_logger(__name__)

# Slack redelivers for some minutes; keys are kept far longer, against replays by hand.
KEPT = timedelta(days=7)
HOURLY = 3600.0  # seconds


class Housekeeping:
    """One turn an hour; calls, attempts and the audit are never touched."""

    def __init__(self, *, inbox: Inbox, drafts: Drafts, clock: Clock) -> None:
        self._inbox = inbox
        self._drafts = drafts
        self._clock = clock

    async def turn(self) -> float:
        """Delete what is older than a week."""
        before = self._clock.now() - KEPT
        deliveries = await self._inbox.forget(before)
        drafts = await self._drafts.forget(before)
        if deliveries or drafts:
            log.info("forgotten", deliveries=deliveries, drafts=drafts)
        return HOURLY
