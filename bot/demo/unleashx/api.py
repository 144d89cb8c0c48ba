"""The stand-in's three pages, with the paths, codes and shapes of the real API."""

import json
from typing import Any

from aiohttp import web

from bot.demo.telephony import POST, Refusal
from bot.demo.unleashx.account import ACCOUNT, Account
from bot.demo.unleashx.calls import OWN_NUMBER, Call
from bot.demo.unleashx.checks import check_dial, page_of, span_of, whole, with_plus

PREFIX = "/api/v1/global/"
DIAL_PATH = f"{PREFIX}agents/call"
routes = web.RouteTableDef()


@routes.post(DIAL_PATH)
async def make_call(request: web.Request) -> web.Response:
    """Check and ring."""
    account, post = request.app[ACCOUNT], request[POST]
    check_dial(post.body)
    agent = account.agents.get(post.body["agent_id"])
    if agent is None or not agent.can_call:
        raise Refusal(404, "not_found", "Agent not found or not active")
    number = with_plus(post.body["phone_number"])
    call = account.place(number, agent, post.body.get("metadata"))
    post.call_ids.append(call.id)
    made: dict[str, Any] = call.created_json()
    if account.wrapped:
        made = {"success": True, "message": "Call initiated successfully", "data": made}
    return web.json_response(made)


@routes.get(f"{PREFIX}agents/get")
async def get_agents(request: web.Request) -> web.Response:
    """All agents, the unusable ones too, as a list; or one by its id, alone."""
    account = request.app[ACCOUNT]
    agent_id, kind = whole(request.query, "agent_id"), whole(request.query, "agent_type")
    found = [
        agent.as_json()
        for agent in account.agents.values()
        if agent_id in {None, agent.id} and kind in {None, agent.kind}
    ]
    if agent_id is not None and not found:
        raise Refusal(404, "not_found", "Agent not found or not active")
    inside = {"success": True, "message": "ok", "data": found if agent_id is None else found[0]}
    outside = {"error": False, "code": 200, "message": "ok", "data": inside}
    return web.json_response(outside | {"timestamp": int(account.clock().timestamp() * 1000)})


@routes.get(f"{PREFIX}agents/executions/list")
async def list_executions(request: web.Request) -> web.Response:
    """Records that pass all filters, a page at a time."""
    account = request.app[ACCOUNT]
    page, limit = page_of(request.query)
    limit = min(limit, account.most_per_page)
    begin, end = span_of(request.query, account.clock())
    agent_id = whole(request.query, "agent_id")
    wanted = [
        _row(request, account, call)
        for call in account.visible()
        if begin <= call.created_at <= end
        and agent_id in {None, call.agent.id}
        and _passes(request, account, call)
    ]
    return web.json_response({"datalist": wanted[(page - 1) * limit : page * limit]})


def _passes(request: web.Request, account: Account, call: Call) -> bool:
    """The filters that are texts: some must be equal, some only contained."""
    query = request.query
    equal = {"status": call.status, "provider_number": OWN_NUMBER}
    contained = {"calling_number": call.number}
    if account.input_data_works:
        contained["input_data"] = json.dumps(call.metadata)
    return all(query.get(name, text) == text for name, text in equal.items()) and all(
        query.get(name, "") in text for name, text in contained.items()
    )


def _row(request: web.Request, account: Account, call: Call) -> dict[str, Any]:
    path = f"recordings/{call.id}.wav"
    row = call.row_json(f"{request.url.origin()}/{path}" if account.whole_links else path)
    return row | ({"INPUT_DATA": call.metadata} if account.input_data_shown else {})
