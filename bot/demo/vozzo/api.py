"""The stand-in's one page, at the path of the real API; all others are not there."""

from aiohttp import web

from bot.demo.telephony import POST, Refusal
from bot.demo.vozzo.account import ACCOUNT
from bot.demo.vozzo.checks import checked

PREFIX = "/v1alpha/"
DIAL_PATH = f"{PREFIX}dispatcher"
routes = web.RouteTableDef()


@routes.post(DIAL_PATH)
async def dispatch(request: web.Request) -> web.Response:
    """Check, and ring everybody when the slot opens. The answer's shape is invented."""
    account, post = request.app[ACCOUNT], request[POST]
    if request.content_type != "application/json":
        raise Refusal(400, "invalid_request", "The request body must be JSON.")
    wanted = checked(post.body)
    agent = account.agents.get(wanted.agent_uuid.lower())
    if agent is None:
        raise Refusal(404, "not_found", "There is no such agent.")
    ids = account.accept(wanted, agent, post)
    told = {"call_id": ids[0]} if len(ids) == 1 else {}  # of many, no place is known for theirs
    return web.json_response({**told, "status": "queued"})


@routes.route("*", f"{PREFIX}{{rest:.*}}")
async def nothing_else(_: web.Request) -> web.Response:
    """Nothing can be read, listed or cancelled."""
    raise Refusal(404, "not_found", "There is no such page.")
