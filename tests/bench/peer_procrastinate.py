"""procrastinate: jobs in PostgreSQL, fetched under a row lock, each POSTing once.

``python -m tests.bench.peer_procrastinate ORDER``, also by another Python that has the library and
httpx: nothing of the product is imported. ``url`` is a libpq address.
"""

import asyncio
import importlib
import json
import sys
import time
from typing import Any

from tests.bench.peer_posting import Posting


async def main(
    url: str, far: str, many: int, at_once: int, warm_up: int = 50, book: int = 0
) -> dict[str, Any]:
    """Enqueue and work off; with ``book``, enqueue so many one by one instead, timed."""
    library = importlib.import_module("procrastinate")
    posting = Posting(far)
    # Connections enough for every job to store its end without waiting for another.
    app = library.App(connector=library.PsycopgConnector(conninfo=url, min_size=4, max_size=20))

    async def dial(number: str) -> str:
        return await posting.post(number)

    task = app.task(name="dial")(dial)
    found: dict[str, Any] = {}
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        if book:
            found["seconds"] = await _booked(task, warm_up, book)
        else:
            for count in (warm_up, many):
                await task.batch_defer_async(*({"number": _number(n)} for n in range(count)))
                began = time.process_time()
                await app.run_worker_async(
                    concurrency=at_once, wait=False, install_signal_handlers=False
                )
                found["processor"] = time.process_time() - began
    await posting.close()
    return found


async def _booked(task: Any, warm_up: int, many: int) -> float:
    for n in range(warm_up):
        await task.defer_async(number=_number(n))
    began = time.perf_counter()
    for n in range(many):
        await task.defer_async(number=_number(n))
    return time.perf_counter() - began


def _number(n: int) -> str:
    return f"+1415555{n % 10_000:04d}"


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(**json.loads(sys.argv[1])))))
