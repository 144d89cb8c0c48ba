"""The real bot, which dies by its own kill -9 right after its first inbox commit.

Run as ``python -m tests.faults.dying_bot``: the one crash point that cannot be met from outside
reliably, because the acknowledgement follows the commit within a millisecond.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from typing import Any

from bot.service import serve
from bot.settings import load
from bot.storage.inbox import InboxStore

keep = InboxStore.keep


async def keep_and_die(
    self: InboxStore, team: str, key: str, kind: str, body: Mapping[str, Any]
) -> str | None:
    """Commit, then die before anything else can happen."""
    await keep(self, team, key, kind, body)
    os.kill(os.getpid(), signal.SIGKILL)
    return None


if __name__ == "__main__":
    InboxStore.keep = keep_and_die  # type: ignore[method-assign]  # that is the point
    asyncio.run(serve(load(), "socket", "127.0.0.1", 0))
