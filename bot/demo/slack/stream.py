"""The live stream of the page: server-sent events of what one person may see."""

import asyncio
import json

from aiohttp import web

from bot.demo.slack.workspace import Workspace

KEEP_OPEN_SECONDS = 15.0


async def stream(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """One event per ``data:`` line, a comment every 15 s; ends when the page goes."""
    user = request.query.get("user", "")
    if not workspace.world.has_user(user):
        raise web.HTTPNotFound(text="no such user")
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    follower = workspace.changes.follow(user)
    try:
        await response.prepare(request)
        await response.write(b"retry: 1000\n: hello\n\n")
        while (line := await _next_line(follower.events)) is not None:
            await response.write(line)
    except ConnectionError:
        pass  # the page has gone
    finally:
        workspace.changes.unfollow(follower)
    return response


async def _next_line(events: "asyncio.Queue[dict[str, object] | None]") -> bytes | None:
    try:
        async with asyncio.timeout(KEEP_OPEN_SECONDS):
            event = await events.get()
    except TimeoutError:
        return b": still here\n\n"
    return None if event is None else f"data: {json.dumps(event)}\n\n".encode()
