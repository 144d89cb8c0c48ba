"""Tells whoever is set that a call ended: signed, late on request, and again on request."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class Parcel:
    """One signed body. ``statuses`` are the answers, ``None`` for none, one for each time sent."""

    call_id: str
    url: str
    headers: dict[str, str]
    body: bytes
    statuses: list[int | None] = field(default_factory=list)


class Courier:
    """Brings parcels in tasks of its own, all of which end with ``stop``."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def bring(self, pack: Callable[[], Parcel], delay: float) -> None:
        """After ``delay`` seconds, send what is packed then."""
        task = asyncio.get_running_loop().create_task(self._later(pack, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def send(self, parcel: Parcel) -> int | None:
        """Send it, again or for the first time."""
        parcel.statuses.append(await _posted(parcel))
        return parcel.statuses[-1]

    async def idle(self) -> None:
        """Return when nothing is under way any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """End whatever is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _later(self, pack: Callable[[], Parcel], delay: float) -> None:
        await asyncio.sleep(delay)
        self.parcels.append(pack())
        await self.send(self.parcels[-1])


def packed(call: dict[str, Any], url: str, secret: str | None, encoding: str) -> Parcel:
    """The ``call_ended`` of a call; ``encoding`` of its signature is ``hex`` or ``base64``."""
    body = json.dumps({"event": "call_ended", "call": call}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "x-voicy-event": "call_ended"}
    if secret is not None:
        headers["x-voicy-signature"] = f"sha256={signature(body, secret, encoding)}"
    return Parcel(call["call_id"], url, headers, body)


def signature(body: bytes, secret: str, encoding: str = "hex") -> str:
    """The HMAC of the bytes as they are sent."""
    digest = hmac.digest(secret.encode(), body, "sha256")
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


async def _posted(parcel: Parcel) -> int | None:
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(parcel.url, data=parcel.body, headers=parcel.headers) as answer,
        ):
            await answer.read()
            return answer.status
    except (aiohttp.ClientError, TimeoutError):
        return None
