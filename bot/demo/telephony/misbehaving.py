"""Around every page of the real API: complete dials are counted, then answered well or badly."""

import json
from typing import Any

from aiohttp import web

from bot.demo.telephony.account import ACCOUNT, Account, Post
from bot.demo.telephony.api import API, Refusal
from bot.demo.telephony.calls import Outcome
from bot.demo.telephony.faults import Fault, Kind, act

POST = web.RequestKey("post", Post)  # the dial a page is answering


@web.middleware
async def misbehave(request: web.Request, handler: Any) -> web.StreamResponse:
    """Count complete dials, then answer rightly or as the next fault wants."""
    account, api = request.app[ACCOUNT], request.app[API]
    if not api.owns(request.path):
        return await handler(request)  # type: ignore[no-any-return]  # aiohttp types handlers loosely
    raw = await request.read()
    is_dial = api.is_dial(request)
    if is_dial:
        body = json_of(raw)
        request[POST] = Post(body, api.numbers_in(body))
        account.posts.append(request[POST])
    elif api.is_question(request):
        account.reads.append(request.path_qs)
    fault = account.faults.take("dial" if is_dial else "read")
    if fault is None:
        return await _rightly(request, handler)
    good = await _rightly(request, handler) if fault.has_effect else None
    if is_dial:
        _change_calls(account, fault, request[POST])
    return await act(fault, request, good, api)


@web.middleware
async def refuse(request: web.Request, handler: Any) -> web.StreamResponse:
    """The key first, then the page; refusals are written as the provider writes them."""
    account, api = request.app[ACCOUNT], request.app[API]
    if not api.owns(request.path):
        return await handler(request)  # type: ignore[no-any-return]  # aiohttp types handlers loosely
    try:
        if api.has_key(request, account.api_key):
            return await handler(request)  # type: ignore[no-any-return]  # as above
        refusal = Refusal(401, "unauthorized", "The API key is missing or not valid.")
    except web.HTTPException as error:
        refusal = Refusal(error.status, "invalid_request", error.reason)
    except Refusal as error:
        refusal = error
    body = api.error_body(refusal)
    return web.json_response(body, status=refusal.status, headers=refusal.headers)


def json_of(raw: bytes) -> Any:
    """Parsed JSON; ``None`` for anything else."""
    try:
        return json.loads(raw)
    except ValueError:
        return None


async def _rightly(request: web.Request, handler: Any) -> web.Response:
    response: web.Response = await handler(request)
    if POST in request:
        request[POST].status = response.status
    return response


def _change_calls(account: Account[Any], fault: Fault, post: Post) -> None:
    for call in (account.calls[call_id] for call_id in post.call_ids):
        if fault.kind is Kind.LISTING_LAG:
            call.visible_from += fault.seconds
        elif fault.kind is Kind.UNKNOWN_WORD:
            account.retell(call, Outcome("unknown word", word=fault.word))
