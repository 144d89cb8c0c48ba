"""Socket Mode: one connection that notices within seconds when it has died."""

import asyncio

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackRefused, meaning_of

log = structlog.get_logger(__name__)

PING_EVERY = 2.0  # seconds; the next socket is up within 2 s of a reset, 5 s of silence
CLOSE_WITHIN = 2.0  # seconds; a peer may never answer the close frame


class Socket:
    """Opens the connection and closes it in bounded time."""

    def __init__(self, app: AsyncApp, app_token: str, web: AsyncWebClient) -> None:
        self._handler = AsyncSocketModeHandler(
            app, app_token, web_client=web, ping_interval=PING_EVERY
        )

    async def open(self) -> None:
        """Connect; reconnecting is the client's own business. Raises ``SlackRefused``."""
        await self._ask_for_address()
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's

    async def _ask_for_address(self) -> None:
        """The client asks again and again, even after a no; a Slack that is away it can bear."""
        client = self._handler.client
        try:
            client.wss_uri = await client.issue_new_wss_url()
        except SlackApiError as error:
            meaning = meaning_of(error)
            if isinstance(meaning, SlackRefused):
                raise meaning from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("socket_address_not_given", error=type(error).__name__)

    async def connected(self) -> bool:
        """Whether deliveries can arrive right now."""
        return bool(await self._handler.client.is_connected())

    async def close(self) -> None:
        """Stop receiving."""
        try:
            closing = self._handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's
            await asyncio.wait_for(closing, CLOSE_WITHIN)
        except TimeoutError:
            log.warning("socket_not_closed_in_time")
