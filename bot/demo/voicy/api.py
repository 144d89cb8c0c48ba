"""The stand-in's pages under /functions/v1, with the paths, codes and shapes of the real API."""

from typing import Any

from aiohttp import web

from bot.demo.telephony import POST, Refusal
from bot.demo.telephony.misbehaving import json_of
from bot.demo.voicy.account import ACCOUNT, Account
from bot.demo.voicy.calls import Call, millis
from bot.demo.voicy.checks import check_dial, check_list, wrong

BASE_PATH = "/functions/v1"
DIAL_PATH = f"{BASE_PATH}/call-dial"
LIST_PATH = f"{BASE_PATH}/call-list"
routes = web.RouteTableDef()


@routes.post(DIAL_PATH)
async def dial(request: web.Request) -> web.Response:
    """Check and ring."""
    account, post = request.app[ACCOUNT], request[POST]
    check_dial(post.body)
    if post.body["from_number"] != account.from_number:
        raise Refusal(403, "forbidden", "from_number is not assigned to your account")
    agent = account.agent_for(post.body.get("override_agent_id"))
    if agent is None:
        raise Refusal(404, "not_found", "There is no such agent")
    if not agent.active:
        raise wrong(f"{agent.name} is not active")
    if account.live_cap is not None and account.live >= account.live_cap:
        raise Refusal(429, "rate_limited", f"{account.live} calls are live, which is the limit")
    call = account.place(post.body["to_number"], agent, post.body.get("vars_provided"))
    post.call_ids.append(call.id)
    return web.json_response(call.created_json(), status=201)


@routes.get(f"{BASE_PATH}/call-get/{{call_id}}")
async def get_call(request: web.Request) -> web.Response:
    """One call with everything known of it."""
    account = request.app[ACCOUNT]
    for call in account.visible():
        if call.id == request.match_info["call_id"]:
            return web.json_response(call.detail_json(account.origin))
    raise Refusal(404, "not_found", "There is no such call")


@routes.post(LIST_PATH)
async def list_calls(request: web.Request) -> web.Response:
    """Light rows after the cursor; the total is that of all pages."""
    body = json_of(await request.read())
    check_list(body)
    fitting = _fitting(request.app[ACCOUNT], body.get("filter_criteria", {}))
    if body.get("sort_order", "descending") == "descending":
        fitting.reverse()
    begin = _after(fitting, body["pagination_key"]) if "pagination_key" in body else 0
    page = fitting[begin : begin + body.get("limit", 50)]
    rows = [call.row_json() for call in page]
    return web.json_response({"calls": rows, "total_count": len(fitting)})


@routes.get(f"{BASE_PATH}/agent-list")
async def list_agents(request: web.Request) -> web.Response:
    """All agents, the unusable ones too."""
    return web.json_response([agent.as_json() for agent in request.app[ACCOUNT].agents.values()])


@routes.get(f"{BASE_PATH}/agent-get/{{agent_id}}")
async def get_agent(request: web.Request) -> web.Response:
    """One agent."""
    agent = request.app[ACCOUNT].agents.get(request.match_info["agent_id"])
    if agent is None:
        raise Refusal(404, "not_found", "There is no such agent")
    return web.json_response(agent.detail_json())


def _fitting(account: Account, filters: dict[str, Any]) -> list[Call]:
    """Oldest first; there are no test calls and no incoming ones."""
    shown = {call.id for call in account.visible()}
    return [
        call
        for call in account.calls.values()
        if call.id in shown and _fits(call, filters, hides_unbegun=account.hides_unbegun)
    ]


def _fits(call: Call, filters: dict[str, Any], *, hides_unbegun: bool) -> bool:
    facts = {"agent_id": call.agent.id, "call_status": call.status, "direction": "outgoing"}
    if not all(fact in filters.get(name, [fact]) for name, fact in facts.items()):
        return False
    times, began = filters.get("start_timestamp", {}), millis(call.started_at)
    if began is None:
        return not (times and hides_unbegun)
    return bool(times.get("lower_threshold", 0) <= began <= times.get("upper_threshold", began))


def _after(calls: list[Call], key: str) -> int:
    ids = [call.id for call in calls]
    if key not in ids:
        raise wrong("pagination_key is not the call_id of a call in this list")
    return ids.index(key) + 1
