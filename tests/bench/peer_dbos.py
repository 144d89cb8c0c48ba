"""DBOS: durable workflows on SQLite or PostgreSQL, each with one step that POSTs once.

``python -m tests.bench.peer_dbos ORDER``, also by another Python that has the library and httpx:
nothing of the product is imported. ``url`` is a SQLAlchemy address.
"""

import asyncio
import importlib
import json
import sys
import time
from typing import Any

from tests.bench.peer_posting import Posting

QUEUE = "dials"
LOOK_EVERY = 0.01  # seconds; a second, as it comes, would give no more than at_once a second


async def main(
    url: str, far: str, many: int, at_once: int, warm_up: int = 50, book: int = 0
) -> dict[str, Any]:
    """Enqueue and work off; with ``book``, enqueue so many one by one instead, timed."""
    library = importlib.import_module("dbos").DBOS
    posting = Posting(far)
    library(config={"name": "bench", "system_database_url": url, "log_level": "ERROR"})

    async def post(number: str) -> str:
        return await posting.post(number)

    step = library.step()(post)

    async def dial(number: str) -> str:
        return str(await step(number))

    workflow = library.workflow()(dial)
    library.launch()
    found: dict[str, Any] = {}
    if book:
        await _enqueued(library, workflow, QUEUE, warm_up)  # nobody works them off
        began = time.perf_counter()
        await _enqueued(library, workflow, QUEUE, book)
        found["seconds"] = time.perf_counter() - began
    else:
        await _worked_off(library, workflow, "warm-up", warm_up, at_once)
        found["processor"] = await _worked_off(library, workflow, QUEUE, many, at_once)
    library.destroy()
    await posting.close()
    return found


async def _enqueued(library: Any, workflow: Any, queue: str, many: int) -> list[Any]:
    """One by one, each committed; how to wait for each."""
    return [
        await library.enqueue_workflow_async(queue, workflow, f"+1415555{n % 10_000:04d}")
        for n in range(many)
    ]


async def _worked_off(library: Any, workflow: Any, queue: str, many: int, at_once: int) -> float:
    """Seconds of the processor, without those of enqueuing."""
    handles = await _enqueued(library, workflow, queue, many)
    began = time.process_time()
    await library.register_queue_async(
        queue, worker_concurrency=at_once, polling_interval_sec=LOOK_EVERY
    )
    for handle in handles:
        await handle.get_result()
    return time.process_time() - began


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(**json.loads(sys.argv[1])))))
