"""Brings deliveries to the app: the three seconds, the second and third try of an event."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from bot.demo.slack.socket_mode import Ack
from bot.demo.slack.workspace import Delivery, Workspace

ACK_SECONDS = 3.0
RETRY_DELAYS = (0.0, 60.0, 300.0)


class Transport(Protocol):
    """Socket Mode or signed HTTP. ``retry`` is the number and reason of a redelivery."""

    async def send(
        self, delivery: Delivery, within: float, retry: tuple[int, str] | None
    ) -> Ack: ...


class Courier:
    """Keeps every delivery, and knows which events still wait for another try.

    ``retry_delays`` are real seconds after each failed attempt; ``None`` in place of the
    tuple leaves all retries to ``retry_now``.
    """

    def __init__(self, workspace: Workspace, real: Callable[[], float] = time.perf_counter) -> None:
        self._ws = workspace
        self._real = real
        self.transport: Transport | None = None
        self.ack_seconds = ACK_SECONDS
        self.retry_delays: tuple[float, ...] | None = RETRY_DELAYS
        self.deliveries: list[Delivery] = []
        self.unacknowledged: list[Delivery] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def deliver(self, delivery: Delivery, retry: tuple[int, str] | None = None) -> Delivery:
        """Send it and wait for the ack (or three seconds); the result is in the delivery."""
        if delivery not in self.deliveries:
            self.deliveries.append(delivery)
        delivery.attempts += 1
        started = self._real()
        ack = await self._send(delivery, retry)
        delivery.ack_ms = (self._real() - started) * 1000
        delivery.status, delivery.acked, delivery.response = ack.status, ack.status == "ok", None
        if delivery.acked:
            delivery.response = ack.body
        if delivery.envelope == "events_api":
            self._plan_retry(delivery)
        self._ws.changes.announce()
        return delivery

    async def _send(self, delivery: Delivery, retry: tuple[int, str] | None) -> Ack:
        if self.transport is None:
            return Ack("no_app")
        return await self.transport.send(delivery, self.ack_seconds, retry)

    def _plan_retry(self, delivery: Delivery) -> None:
        if delivery in self.unacknowledged:
            self.unacknowledged.remove(delivery)
        if delivery.acked or delivery.attempts > len(RETRY_DELAYS):
            return
        self.unacknowledged.append(delivery)
        if self.retry_delays is not None and delivery.attempts <= len(self.retry_delays):
            delay = self.retry_delays[delivery.attempts - 1]
            self.later(self._retry_later(delivery, delay))

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it in the background, until ``stop``."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry_later(self, delivery: Delivery, delay: float) -> None:
        await asyncio.sleep(delay)
        if delivery in self.unacknowledged:
            await self.retry(delivery)

    async def retry(self, delivery: Delivery) -> Delivery:
        """The same body once more, marked as a retry if it is an event."""
        if delivery.envelope != "events_api":
            return await self.deliver(delivery)
        reason = "http_timeout" if delivery.status == "timeout" else "http_error"
        return await self.deliver(delivery, (delivery.attempts, reason))

    async def retry_now(self) -> list[Delivery]:
        """Redeliver every event that was not acknowledged, without waiting for its time."""
        return [await self.retry(delivery) for delivery in list(self.unacknowledged)]

    async def stop(self) -> None:
        """Forget retries that have not happened yet."""
        self.unacknowledged.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def find(self, delivery_id: str) -> Delivery | None:
        for delivery in self.deliveries:
            if delivery.id == delivery_id:
                return delivery
        return None
