"""What httpx does alone: so many POSTs, so many in flight, nothing stored, nothing remembered.

``python -m tests.bench.bare_client ORDER`` with ``url``, ``calls``, ``warm_up``, ``clients`` (how
many httpx clients share the work), ``at_once`` (in flight together), ``kept`` (whether connections
are used again) and ``begins``.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx


@dataclass(frozen=True)
class Order:
    """See above."""

    url: str
    calls: int
    at_once: int
    clients: int = 1
    kept: bool = True
    warm_up: int = 50
    begins: float = 0.0  # seconds since 1970, when several begin together


@dataclass
class Bare:
    """The clients, and how long each POST took in seconds."""

    order: Order
    times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        most = self.order.at_once // self.order.clients
        limits = httpx.Limits(
            max_connections=most, max_keepalive_connections=most if self.order.kept else 0
        )
        self.all = [
            httpx.AsyncClient(limits=limits, trust_env=False, timeout=60)
            for _ in range(self.order.clients)
        ]
        self.turns = itertools.cycle(self.all)

    async def post_all(self, calls: int) -> None:
        """That many, so many in flight."""
        left = iter(range(calls))
        await asyncio.gather(*(self._post_some(left) for _ in range(self.order.at_once)))

    async def _post_some(self, left: Iterator[int]) -> None:
        for n in left:
            began = time.perf_counter()
            answer = await next(self.turns).post(self.order.url, json=body(n))
            answer.raise_for_status()
            self.times.append(time.perf_counter() - began)

    async def close(self) -> None:
        """All connections."""
        for client in self.all:
            await client.aclose()


def body(n: int) -> dict[str, object]:
    """As long as what the product sends."""
    return {
        "phone_number": f"+1415555{n % 10_000:04d}",
        "assistant_id": "asst-voz",
        "source": "switchboard",
    }


async def main(order: Order) -> dict[str, Any]:
    """The seconds of each POST, and those of the processor for all."""
    bare = Bare(order)
    await bare.post_all(order.warm_up)
    bare.times.clear()
    ahead = order.begins - datetime.now(UTC).timestamp()
    await asyncio.sleep(max(ahead, 0))
    began = time.process_time()
    await bare.post_all(order.calls)
    used = time.process_time() - began
    await bare.close()
    return {"times": bare.times, "processor": used}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Order(**json.loads(sys.argv[1]))))))
