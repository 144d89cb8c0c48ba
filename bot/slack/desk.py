"""Works off what the door wrote down: finds the handler, answers errors, marks it done."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.calls.errors import BotError, StoreAway
from bot.calls.inbox import GIVE_UP_AFTER, Delivery
from bot.calls.ports import Inbox
from bot.calls.tasks import finish
from bot.slack.blocks import notice
from bot.slack.client import SlackClient, SlackRefused, SlackSilent
from bot.slack.places import Places

log = structlog.get_logger(__name__)

Handler = Callable[[Delivery], Awaitable[None]]
SAY_AFTER = 3  # failures; a passing fault is mended in silence, a lasting one is told
AT_ONCE = 20
LOOK_AGAIN = 2.0  # seconds between looks for deliveries whose process died


class Desk:
    """One per process. Its tasks are kept, so that none is lost to garbage collection or a stop."""

    def __init__(
        self, *, inbox: Inbox, client: SlackClient, handlers: Mapping[str, Handler]
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._handlers = handlers
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by delivery
        self._places = Places()
        self._ready: asyncio.Event | None = None
        self._closing = False

    def start(self, delivery: Delivery) -> None:
        """Work a delivery off, beside everything else: it may have to wait a moment for a place."""
        task = asyncio.create_task(self._in_turn(delivery))
        self._tasks[delivery.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(delivery.id, None))

    def begin_after(self, ready: asyncio.Event) -> None:
        """What arrives before that is kept and acknowledged; its turn comes then."""
        self._ready = ready

    async def _in_turn(self, delivery: Delivery) -> None:
        if self._ready is not None:
            await self._ready.wait()
        async with self._places.place():
            await self.work(delivery)

    async def turn(self) -> float:
        """Take over what another process, or the last run of this one, left undone."""
        if self._tasks:
            await self._inbox.hold(list(self._tasks))
        if self._closing:
            return LOOK_AGAIN
        for delivery in await self._inbox.take_over(AT_ONCE):
            self._take_over(delivery)
        return LOOK_AGAIN

    def _take_over(self, delivery: Delivery) -> None:
        if self._closing or delivery.id in self._tasks:
            return
        log.info("delivery_taken_over", kind=delivery.kind, delivery=delivery.id)
        self.start(delivery)

    def close(self) -> None:
        """Take nothing over any more."""
        self._closing = True

    async def drain(self, seconds: float) -> None:
        """Let what has begun finish; what does not is taken up at the next start, or elsewhere."""
        await finish(self._tasks.values(), seconds)

    async def work(self, delivery: Delivery) -> None:
        """Run the handler of a delivery and mark it done."""
        try:
            await self._handlers[delivery.kind](delivery)
        except StoreAway as error:
            await self._failed(delivery, error)
            return
        except BotError as error:
            log.info("command_refused", kind=delivery.kind, detail=str(error))
            await self._tell(delivery, error.for_user)
        except Exception as error:  # noqa: BLE001 - the one place where the unknown becomes a text
            await self._failed(delivery, error)
            return
        await self._mark_done(delivery)

    async def _mark_done(self, delivery: Delivery) -> None:
        try:
            await self._inbox.done(delivery.id)
        except StoreAway:
            # It will be worked off once more; every handler can bear that.
            log.warning("delivery_not_marked_done", delivery=delivery.id)

    async def _failed(self, delivery: Delivery, error: Exception) -> None:
        report = f"R-{secrets.token_hex(2).upper()}"
        log.error(
            "delivery_failed",
            kind=delivery.kind,
            delivery=delivery.id,
            report=report,
            exc_info=error,
        )
        try:
            failures = await self._inbox.failed(delivery.id, f"{report} {type(error).__name__}")
        except StoreAway:
            return  # its lease runs out, and it is taken up again
        if failures == SAY_AFTER:
            await self._tell(
                delivery,
                "Something broke on my side, and I will try again by myself. What you asked for is "
                f"kept. An admin finds more under `{report}`.",
            )
        elif failures == GIVE_UP_AFTER:
            await self._tell(
                delivery,
                "Something on my side stays broken, and I have stopped trying what you asked for. "
                f"Look how it stands, and ask again. An admin finds more under `{report}`.",
            )

    async def _tell(self, delivery: Delivery, text: str) -> None:
        """The asker hears of it wherever they asked."""
        person, channel, thread = whereabouts(delivery.body)
        if not person:
            return
        try:
            if channel:
                url = delivery.body.get("response_url")
                await self._client.tell(channel, person, notice(text), url, thread)
            else:
                await self._client.direct(person, notice(text))
        except (SlackRefused, SlackSilent) as error:
            log.warning("person_not_told", error=str(error))


def whereabouts(body: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """Who did it, in which channel and thread, whatever kind of delivery it was; empty: unknown."""
    event = body.get("event")
    if event:
        return str(event.get("user", "")), str(event.get("channel", "")), event.get("thread_ts")
    person = body.get("user_id") or body.get("user", {}).get("id", "")
    channel = body.get("channel_id") or body.get("channel", {}).get("id", "")
    return str(person), str(channel), None
