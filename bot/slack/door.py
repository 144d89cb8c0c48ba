"""Slack's door: every delivery is written down, committed, then acknowledged.

Nothing else happens before the acknowledgement, save the check of a form, which at most looks a
name up in our own database. The listeners are the same for Socket Mode and signed HTTP.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.calls.inbox import Delivery
from bot.calls.ports import Clock, Inbox
from bot.slack.desk import Desk
from bot.slack.keys import delivery_key, team_of

log = structlog.get_logger(__name__)

ANYTHING = re.compile(".*", re.DOTALL)
FormCheck = Callable[[Mapping[str, Any]], Awaitable[dict[str, str]]]  # of a whole submission
SECRETS = frozenset({"token", "api_app_id"})  # never needed again, so never written down


class Door:
    """Registers the listeners. ``check_form`` gives the errors of a submission, by field."""

    def __init__(
        self,
        *,
        app: AsyncApp,
        inbox: Inbox,
        desk: Desk,
        clock: Clock,
        check_form: FormCheck,
    ) -> None:
        self._inbox = inbox
        self._desk = desk
        self._clock = clock
        self._check_form = check_form
        # The command first: Bolt tries listeners in the order of their registration.
        app.command(ANYTHING)(self.on_command)
        app.action(ANYTHING)(self.on_action)
        app.view(ANYTHING)(self.on_view)
        app.event(ANYTHING)(self.on_event)
        app.shortcut(ANYTHING)(self.on_shortcut)
        app.view_closed(ANYTHING)(self.on_other)
        app.options(ANYTHING)(self.on_other)

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A slash command."""
        await self._keep("command", body)
        await ack()

    async def on_action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button; a link button does nothing here but wants its acknowledgement too."""
        if not body["actions"][0].get("url"):
            await self._keep("action", body)
        await ack()

    async def on_view(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A form: wrong fields go back at once, a right one is written down."""
        errors = await self._check_form(body)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await self._keep("view", body)
        await ack()

    async def on_event(self, body: dict[str, Any]) -> None:
        """Every event that can arrive has this handler; those we use are written down."""
        if is_wanted(body.get("event", {})):
            await self._keep("event", body)

    async def on_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A shortcut of a message, or of the whole app."""
        await self._keep("shortcut", body)
        await ack()

    async def on_other(self, ack: AsyncAck) -> None:
        """Nothing to do, but an acknowledgement is owed."""
        await ack()

    async def _keep(self, kind: str, body: Mapping[str, Any]) -> None:
        """Commit the delivery; a redelivery is recognised and does nothing."""
        team, key = team_of(body), delivery_key(kind, body)
        kept = {name: value for name, value in body.items() if name not in SECRETS}
        delivery_id = await self._inbox.keep(team, key, kind, kept)
        if delivery_id is None:
            log.info("redelivery_ignored", kind=kind)
            return
        self._desk.start(Delivery(delivery_id, team, key, kind, kept, self._clock.now()))


# What the app subscribes to, and the type each arrives with.
EVENTS = {
    "app_mention": "app_mention",
    "member_joined_channel": "member_joined_channel",
    "message.im": "message",
}


def is_wanted(event: Mapping[str, Any]) -> bool:
    """Words of people in a direct message, mentions, and the bot's own invitations."""
    if event.get("type") == "message":
        said = not event.get("subtype") and not event.get("bot_id")
        return said and event.get("channel_type") == "im"
    return event.get("type") in EVENTS.values() and not event.get("bot_id")


def bolt_app(
    *,
    client: AsyncWebClient,
    signing_secret: str,
    bot_token: str,
    identity: Mapping[str, Any],
) -> AsyncApp:
    """Bolt, set up so that the acknowledgement goes out when the listener has committed.

    ``identity`` is the answer of ``auth.test``: asked once at the start, not at each delivery.
    """
    result = AuthorizeResult(
        enterprise_id=identity.get("enterprise_id"),
        team_id=identity.get("team_id"),
        bot_user_id=identity.get("user_id"),
        bot_id=identity.get("bot_id"),
        bot_token=bot_token,
    )

    async def authorize() -> AuthorizeResult:
        return result

    return AsyncApp(
        name="switchboard",  # else Bolt reads the sources of all its callers to find a name
        client=client,
        signing_secret=signing_secret or "unused-in-socket-mode",
        authorize=authorize,
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )


def over_http(app: AsyncApp) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Bolt behind an aiohttp route; Bolt checks the signature and its age."""

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    return handle
