"""How a task of a job library POSTs: by the same sharded httpx clients as everybody here."""

from itertools import cycle

import httpx

SHARDS, CONNECTIONS = 5, 10


class Posting:
    """One per process."""

    def __init__(self, far: str) -> None:
        self._url = f"{far}/v1/calls/outbound"
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._all = [
            httpx.AsyncClient(limits=limits, trust_env=False, timeout=60) for _ in range(SHARDS)
        ]
        self._turns = cycle(self._all)

    async def post(self, number: str) -> str:
        """The id the provider gives."""
        body = {"phone_number": number, "assistant_id": "asst-voz", "source": "switchboard"}
        answer = await next(self._turns).post(self._url, json=body)
        answer.raise_for_status()
        return str(answer.json()["call_id"])

    async def close(self) -> None:
        """All connections."""
        for client in self._all:
            await client.aclose()
