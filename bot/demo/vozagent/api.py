"""The stand-in's pages under /v1, with the paths, codes and shapes of the real API."""

from typing import Any

from aiohttp import web

from bot.demo.telephony import POST, Refusal, iso
from bot.demo.telephony.misbehaving import json_of
from bot.demo.vozagent.account import ACCOUNT
from bot.demo.vozagent.calls import OWN_NUMBER
from bot.demo.vozagent.checks import (
    CALL_FILTERS,
    check_choice,
    check_dial,
    check_webhook,
    page_of,
)

DIAL_PATH = "/v1/calls/outbound"
routes = web.RouteTableDef()


@routes.post(DIAL_PATH)
async def create_call(request: web.Request) -> web.Response:
    """Check and ring."""
    account, post = request.app[ACCOUNT], request[POST]
    if request.content_type != "application/json":
        raise Refusal(400, "invalid_request", "The request body must be JSON.")
    check_dial(post.body)
    assistant = account.assistant_for(post.body)
    if assistant is None:
        raise Refusal(404, "not_found", "There is no such assistant.")
    if not assistant.active or assistant.kind == "inbound":
        raise Refusal(400, "invalid_request", f"{assistant.name} cannot place calls.")
    call = account.place(post.body["phone_number"], assistant)
    post.call_ids.append(call.id)
    return web.json_response(call.created_json(), status=201)


@routes.get("/v1/calls")
async def list_calls(request: web.Request) -> web.Response:
    """Rows without phone numbers, newest first unless told otherwise."""
    check_choice(request.query, CALL_FILTERS)
    rows = [call.row_json() for call in request.app[ACCOUNT].visible()]
    names = {
        "status": "call_status",
        "contact_id": "contact_id",
        "assistant_id": "assistant_id",
        "call_type": "call_type",
    }
    return web.json_response(_page(request, rows, names))


@routes.get("/v1/calls/{id}")
async def get_call(request: web.Request) -> web.Response:
    """One call with everything known of it."""
    for call in request.app[ACCOUNT].visible():
        if call.id == request.match_info["id"]:
            return web.json_response(call.detail_json(str(request.url.origin())))
    raise Refusal(404, "not_found", "There is no such call.")


@routes.get("/v1/assistants")
async def list_assistants(request: web.Request) -> web.Response:
    """All assistants, the unusable ones too."""
    check_choice(
        request.query,
        {"is_active": {"true", "false"}, "assistant_type": {"inbound", "outbound", "custom"}},
    )
    rows = [assistant.as_json() for assistant in request.app[ACCOUNT].assistants.values()]
    names = {"is_active": "is_active", "assistant_type": "assistant_type"}
    return web.json_response(_page(request, rows, names))


@routes.get("/v1/assistants/{id}")
async def get_assistant(request: web.Request) -> web.Response:
    """One assistant."""
    assistant = request.app[ACCOUNT].assistants.get(request.match_info["id"])
    if assistant is None:
        raise Refusal(404, "not_found", "There is no such assistant.")
    return web.json_response(assistant.as_json())


@routes.get("/v1/phone-numbers")
async def list_numbers(request: web.Request) -> web.Response:
    """The one number calls come from."""
    check_choice(request.query, {"status": {"active", "inactive", "pending"}})
    row = {
        "id": "pn-0001",
        "phone_number": OWN_NUMBER,
        "label": "Sales",
        "provider": "twilio",
        "status": "active",
        "assistant_id": None,
        "sms_enabled": False,
    }
    wanted = (
        (name, request.query[name]) for name in ("status", "provider") if name in request.query
    )
    return web.json_response([row] if all(row[name] == value for name, value in wanted) else [])


@routes.get("/v1/webhooks")
async def list_webhooks(request: web.Request) -> web.Response:
    """Subscriptions with their secrets masked."""
    hooks = request.app[ACCOUNT].webhooks.values()
    return web.json_response([hook | {"secret": "whsec_*****"} for hook in hooks])


@routes.post("/v1/webhooks")
async def create_webhook(request: web.Request) -> web.Response:
    """Subscribe. Deliveries are not documented, so the stand-in makes none."""
    account = request.app[ACCOUNT]
    body = json_of(await request.read())
    check_webhook(body, change=False)
    facts = {"id": account.new_id("wh"), "is_active": True, "created_at": iso(account.clock())}
    account.webhooks[str(facts["id"])] = hook = body | facts
    return web.json_response(hook | {"secret": f"whsec_demo{facts['id']}"}, status=201)


@routes.patch("/v1/webhooks/{id}")
async def update_webhook(request: web.Request) -> web.Response:
    """Change or pause; the request says ``isActive``, the answer ``is_active``."""
    account = request.app[ACCOUNT]
    hook = account.webhooks.get(request.match_info["id"])
    if hook is None:
        raise Refusal(404, "not_found", "There is no such webhook.")
    body = json_of(await request.read())
    check_webhook(body, change=True)
    if "isActive" in body:
        body["is_active"] = body.pop("isActive")
    hook.update(body, updated_at=iso(account.clock()))
    return web.json_response(hook)


def _page(
    request: web.Request, rows: list[dict[str, Any]], filters: dict[str, str]
) -> list[dict[str, Any]]:
    limit, offset = page_of(request.query)
    for name, field in filters.items():
        if name in request.query:
            rows = [row for row in rows if _as_query(row[field]) == request.query[name]]
    return rows[offset : offset + limit]


def _as_query(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
