"""What the plainest scheduler weighs: a sleeping task for each call.

``python -m tests.bench.task_each ORDER`` with ``calls``.
"""

import asyncio
import gc
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.filling import noon_zone, request_at
from tests.bench.processes import memory_of


async def main(calls: int) -> dict[str, Any]:
    """MiB before and with all of them asleep."""
    now = datetime.now(UTC)
    zone, due = noon_zone(now), now + timedelta(days=1)

    async def call(n: int) -> None:
        request = request_at(n, due + timedelta(seconds=n), zone)
        await asyncio.sleep((due - now).total_seconds() + n)
        print(request)

    found = [memory_of()]
    tasks = [asyncio.create_task(call(n)) for n in range(calls)]
    await asyncio.sleep(0.1)  # until all of them sleep
    gc.collect()
    found.append(memory_of())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {"mib": found}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(**json.loads(sys.argv[1])))))
