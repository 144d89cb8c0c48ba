"""The stand-in's pages under /v1, with the paths, codes and shapes of the real API."""

import io
import json
import math
import struct
import wave
from typing import Any

from aiohttp import web

from bot.demo.vozagent.account import ACCOUNT, Account, Post
from bot.demo.vozagent.calls import OWN_NUMBER, Outcome, iso
from bot.demo.vozagent.checks import (
    CALL_FILTERS,
    Refusal,
    check_choice,
    check_dial,
    check_webhook,
    page_of,
)
from bot.demo.vozagent.faults import Fault, Kind, act

POST = web.RequestKey("post", Post)
DIAL_PATH = "/v1/calls/outbound"
routes = web.RouteTableDef()


@web.middleware
async def misbehave(request: web.Request, handler: Any) -> web.StreamResponse:
    """Count complete dials, then answer rightly or as the next fault wants."""
    if not request.path.startswith("/v1/"):
        return await handler(request)  # type: ignore[no-any-return]  # aiohttp types handlers loosely
    account = request.app[ACCOUNT]
    raw = await request.read()
    is_dial = request.method == "POST" and request.path == DIAL_PATH
    if is_dial:
        request[POST] = Post(body=_json(raw))
        account.posts.append(request[POST])
    elif request.method == "GET":
        account.reads.append(request.path_qs)
    fault = account.faults.take("dial" if is_dial else "read")
    if fault is None:
        return await _rightly(request, handler)
    good = await _rightly(request, handler) if fault.has_effect else None
    if is_dial:
        _change_call(account, fault, request[POST])
    return await act(fault, request, good)


async def _rightly(request: web.Request, handler: Any) -> web.Response:
    """The right answer: key first, then the page; refusals in the documented envelope."""
    try:
        _check_key(request)
        response: web.Response = await handler(request)
    except Refusal as refusal:
        response = web.json_response(refusal.body, status=refusal.status)
    except web.HTTPException as error:
        body = Refusal(error.status, "invalid_request", error.reason).body
        response = web.json_response(body, status=error.status)
    if POST in request:
        request[POST].status = response.status
    return response


def _check_key(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {request.app[ACCOUNT].api_key}":
        raise Refusal(401, "unauthorized", "The API key is missing or not valid.")


def _change_call(account: Account, fault: Fault, post: Post) -> None:
    if post.call_id is None:
        return
    call = account.calls[post.call_id]
    if fault.kind is Kind.LISTING_LAG:
        call.visible_from += fault.seconds
    elif fault.kind is Kind.UNKNOWN_WORD:
        account.retell(call, Outcome("unknown word", word=fault.word))


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
    post.call_id = call.id
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
    body = _json(await request.read())
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
    body = _json(await request.read())
    check_webhook(body, change=True)
    if "isActive" in body:
        body["is_active"] = body.pop("isActive")
    hook.update(body, updated_at=iso(account.clock()))
    return web.json_response(hook)


@routes.get("/recordings/{name}")
async def recording(request: web.Request) -> web.Response:
    """A short tone, for any call that was spoken on; as the real link, it needs no key."""
    if request.match_info["name"].removesuffix(".wav") not in request.app[ACCOUNT].calls:
        raise web.HTTPNotFound
    return web.Response(body=_tone(), content_type="audio/wav")


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


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _tone() -> bytes:
    """Half a second of 440 Hz."""
    rate = 8000
    waves = (round(9000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(rate // 2))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", level) for level in waves))
    return file.getvalue()
