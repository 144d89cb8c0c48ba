"""Routes under /_control, so that another process can steer a stand-in and count at it."""

from typing import Any

from aiohttp import web

from bot.demo.telephony.account import ACCOUNT
from bot.demo.telephony.calls import Outcome
from bot.demo.telephony.faults import Fault, Kind

routes = web.RouteTableDef()


@routes.get("/_control/posts")
async def posts(request: web.Request) -> web.Response:
    """Every complete dial received, and what rang."""
    return web.json_response(request.app[ACCOUNT].posts_json())


@routes.post("/_control/outcomes")
async def outcomes(request: web.Request) -> web.Response:
    """``{"default": outcome, "numbers": {number: outcome}}``; an outcome is a kind or an object."""
    account, body = request.app[ACCOUNT], await request.json()
    if "default" in body:
        account.default_outcome = outcome_of(body["default"])
    numbers = body.get("numbers", {}).items()
    account.outcomes.update({number: outcome_of(value) for number, value in numbers})
    return web.json_response({"ok": True})


@routes.post("/_control/faults")
async def faults(request: web.Request) -> web.Response:
    """A list of faults, each a kind or an object; they are added to those that wait."""
    queue = request.app[ACCOUNT].faults
    queue.add(fault_of(value) for value in await request.json())
    return web.json_response({"waiting": [fault.kind for fault in queue.waiting]})


@routes.post("/_control/settings")
async def settings(request: web.Request) -> web.Response:
    """Any of the names in ``Account.settings``."""
    account = request.app[ACCOUNT]
    for name, value in (await request.json()).items():
        if name not in account.settings:
            raise web.HTTPBadRequest(text=f"no such setting: {name}")
        setattr(account, name, value)
    return web.json_response({name: getattr(account, name) for name in account.settings})


@routes.post("/_control/advance")
async def advance(request: web.Request) -> web.Response:
    """``{"call_id": id}``: one step by hand."""
    status = request.app[ACCOUNT].advance((await request.json())["call_id"])
    return web.json_response({"status": status})


@routes.post("/_control/reset")
async def reset(request: web.Request) -> web.Response:
    """Forget everything that happened."""
    request.app[ACCOUNT].reset()
    return web.json_response({"ok": True})


def outcome_of(value: str | dict[str, Any]) -> Outcome:
    """From its kind alone, or from all its fields."""
    return Outcome(value) if isinstance(value, str) else Outcome(**value)


def fault_of(value: str | dict[str, Any]) -> Fault:
    """From its kind alone, or from all its fields."""
    if isinstance(value, str):
        return Fault(Kind(value))
    return Fault(**{**value, "kind": Kind(value["kind"])})
