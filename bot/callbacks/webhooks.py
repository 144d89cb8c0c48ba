"""What providers push to us: checked, written down, then acknowledged; it is applied elsewhere."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence

import structlog
from aiohttp import web

from bot.calls.errors import StoreAway
from bot.calls.news_box import NewsBox
from bot.calls.operating import Addresses
from bot.calls.ports import Clock
from bot.calls.provider import CallProvider, News, NotGenuine

LARGEST_BODY = 8 * 1024 * 1024  # bytes; a long call with its whole transcript is far smaller
ARRIVES_WITHIN = 30.0  # seconds for one body
TRY_AGAIN_AFTER = "30"  # seconds, when our database was away

log = structlog.get_logger(__name__)


class Webhooks:
    """``heard`` is called when something new was kept."""

    def __init__(
        self,
        *,
        providers: Mapping[str, CallProvider],
        news: NewsBox,
        addresses: Addresses,
        clock: Clock,
        heard: Callable[[], None],
    ) -> None:
        self._providers = providers
        self._news = news
        self._addresses = addresses
        self._clock = clock
        self._heard = heard

    def routes(self) -> Sequence[web.RouteDef]:
        """With and without the key that makes an address secret."""
        return (
            web.post("/webhooks/{provider}", self.take),
            web.post("/webhooks/{provider}/{key}", self.take),
        )

    async def take(self, request: web.Request) -> web.Response:
        """Answer 200 only for what is kept; a provider repeats whatever was answered otherwise."""
        provider = self._providers.get(request.match_info["provider"])
        key = request.match_info.get("key")
        if provider is None or not _has_address(provider, key):
            return _no(404, "not_found")
        try:
            await self._check_key(provider, key)
            body = await _body_of(request)
            return await self._kept(provider, body, provider.hear(request.headers, body))
        except NotGenuine as error:
            log.warning("webhook_refused", provider=provider.name, why=str(error))
            return _no(401, "not_genuine")
        except StoreAway:
            log.warning("webhook_not_kept", provider=provider.name)
            return _no(503, "try_again", **{"Retry-After": TRY_AGAIN_AFTER})
        except web.HTTPRequestEntityTooLarge:
            log.warning("webhook_too_large", provider=provider.name)
            return _no(413, "too_large", Connection="close")
        except TimeoutError:
            log.warning("webhook_too_slow", provider=provider.name)
            return _no(408, "too_slow", Connection="close")

    async def _check_key(self, provider: CallProvider, key: str | None) -> None:
        """Raises ``NotGenuine`` when an address that is to be secret is not the right one."""
        if not provider.capabilities.secret_address:
            return
        address = await self._addresses.of(provider.name)
        if key is None or address is None or not address.opens(key):
            raise NotGenuine("A webhook at a wrong address was refused.", detail="wrong address")

    async def _kept(
        self, provider: CallProvider, body: bytes, told: Sequence[News]
    ) -> web.Response:
        digest = hashlib.sha256(provider.name.encode() + b"\n" + body).hexdigest()
        now = self._clock.now()
        new = [
            await self._news.keep(provider.name, f"{digest}:{index}", news, now)
            for index, news in enumerate(told)
        ]
        log.info("webhook_kept", provider=provider.name, told=len(told), new=sum(new))
        if any(new):
            self._heard()
        again = bool(new) and not any(new)
        return web.json_response({"ok": True, **({"again": True} if again else {})})


def _has_address(provider: CallProvider, key: str | None) -> bool:
    """A provider that signs is reached without a key only; a missing key is answered later."""
    can = provider.capabilities
    return can.hears and (can.secret_address or key is None)


async def _body_of(request: web.Request) -> bytes:
    """Raises ``HTTPRequestEntityTooLarge`` and ``TimeoutError``."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY)
    async with asyncio.timeout(ARRIVES_WITHIN):
        return await request.clone(client_max_size=LARGEST_BODY).read()


def _no(status: int, error: str, **headers: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status, headers=headers)
