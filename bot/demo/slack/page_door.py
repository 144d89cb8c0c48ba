"""The page's files, and the rule that only this page may use the control API."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOCAL = {"127.0.0.1", "localhost"}


@web.middleware
async def own_page_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Other sites open in the same browser must not be able to act here."""
    if (request.url.host or "") not in LOCAL:
        raise web.HTTPForbidden(text="only by a local name")
    origin = request.headers.get("Origin")
    if origin is not None and origin != str(request.url.origin()):
        raise web.HTTPForbidden(text="not from another page")
    return await handler(request)


def page_routes(page_dir: Path) -> list[web.RouteDef]:
    """``/`` and links to messages show the page; ``/static`` its files."""

    async def index(_: web.Request) -> web.StreamResponse:
        return _file(page_dir / "index.html")

    async def static(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name.startswith(".") or name.endswith(".py"):
            raise web.HTTPNotFound
        return _file(page_dir / name)

    return [
        web.get("/", index),
        web.get("/archives/{channel}/{message}", index),
        web.get("/static/{name}", static),
    ]


def _file(path: Path) -> web.StreamResponse:
    if not path.is_file():
        raise web.HTTPNotFound(text=f"{path.name} is not here")
    return web.FileResponse(path, headers={"Cache-Control": "no-store"})
