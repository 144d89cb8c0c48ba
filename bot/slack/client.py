"""The Web API as we use it: our own pace, no hidden resends, errors that say what is certain."""

import asyncio
import json
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.calls.call import Home
from bot.slack.limits import Limiter
from bot.slack.practice import marked, said

log = structlog.get_logger(__name__)

TRIES_AFTER_429 = 5
ANSWER_WITHIN = 10  # seconds
# Repeating these does no harm: they read, or set what is there already.
HARMLESS = frozenset(
    {
        "chat.update", "users.info", "auth.test", "conversations.history", "conversations.info",
        "conversations.replies", "usergroups.users.list", "views.update", "conversations.open",
        "files.getUploadURLExternal",
    }
)  # fmt: skip
# Slack sees the arguments of these in the query only; it would not read them from JSON.
READS = frozenset(
    {
        "users.info", "conversations.history", "conversations.info", "conversations.replies",
        "usergroups.users.list",
    }
)  # fmt: skip
# And these it reads from a form; what is nested travels in it as JSON.
FORMS = frozenset({"files.getUploadURLExternal", "files.completeUploadExternal"})


class SlackRefused(Exception):
    """Slack answered no: certain that nothing happened. ``code`` is Slack's word."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code


class SlackSilent(Exception):
    """No answer came: what was asked may have happened."""


class SlackClient:
    """One per process. ``session`` is shared by everything that talks to Slack.

    With ``practice``, all that people see says that no phone rings.
    """

    def __init__(
        self,
        *,
        token: str,
        base_url: str,
        session: aiohttp.ClientSession,
        limiter: Limiter,
        practice: bool = False,
    ) -> None:
        self.limiter = limiter
        self._practice = practice
        self._session = session
        # slack_sdk resends POSTs after a lost connection unless told not to: two messages.
        self.web = AsyncWebClient(
            token=token,
            base_url=base_url,
            session=session,
            timeout=ANSWER_WITHIN,
            retry_handlers=[],
        )

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One method. Raises ``SlackRefused`` (nothing happened) or ``SlackSilent`` (unknown)."""
        arguments = said(method, arguments) if self._practice else arguments
        silent_tries = 3 if method in HARMLESS else 1
        for attempt in range(TRIES_AFTER_429):
            where = arguments.get("channel") or arguments.get("channel_id")
            await self.limiter.admit(method, where)
            try:
                return await self._once(method, arguments)
            except SlackThrottled as error:
                self.limiter.park(method, error.seconds)
                log.warning("slack_throttled", method=method, seconds=error.seconds)
            except SlackSilent:
                if attempt + 1 >= silent_tries:
                    raise
        raise SlackRefused("ratelimited", method)

    async def _once(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            if method in READS:
                answer = await self.web.api_call(method, http_verb="GET", params=arguments)
            elif method in FORMS:
                answer = await self.web.api_call(method, data=_as_form(arguments))
            else:
                answer = await self.web.api_call(method, json=arguments)
        except SlackApiError as error:
            raise meaning_of(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SlackSilent(f"{method}: {type(error).__name__}") from error
        data = answer.data
        return data if isinstance(data, dict) else {}

    async def respond(self, response_url: str, message: dict[str, Any]) -> bool:
        """Answer through a click's or command's own address; whether Slack took it."""
        message = marked(message) if self._practice else message
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with self._session.post(response_url, json=message, timeout=timeout) as answer:
                if answer.status == 200 and '"ok":false' not in await answer.text():
                    return True
                log.warning("response_url_refused", status=answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("response_url_silent", error=type(error).__name__)
        return False

    async def put(self, upload_url: str, content: bytes) -> None:
        """The bytes of a file, to the address Slack gave for them; nobody sees them yet.

        Raises ``SlackRefused`` or ``SlackSilent``.
        """
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with self._session.post(upload_url, data=content, timeout=timeout) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackSilent(f"upload: {type(error).__name__}") from error
        if status >= 500:
            raise SlackSilent(f"upload: HTTP {status}")
        if status != 200:
            raise SlackRefused("upload_refused", f"HTTP {status}")

    async def tell(
        self,
        channel: str,
        person: str,
        message: dict[str, Any],
        response_url: str | None,
        thread: str | None = None,
    ) -> None:
        """Only that person sees it: by the response address, else as ephemeral, else in a DM.

        In a direct message (``D…``) there is nobody to hide it from: it is an ordinary message.
        """
        if response_url and await self.respond(
            response_url, {"response_type": "ephemeral", "replace_original": False, **message}
        ):
            return
        where = {"channel": channel, **({"thread_ts": thread} if thread else {})}
        try:
            if channel.startswith("D"):
                await self.call("chat.postMessage", **where, **message)
            else:
                await self.call("chat.postEphemeral", user=person, **where, **message)
        except SlackRefused:
            await self.direct(person, message)

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> bool:
        """Open a modal; ``False`` when Slack did not let us, mostly for being too late."""
        try:
            await self.call("views.open", trigger_id=trigger_id, view=view)
        except SlackRefused as error:
            log.info("view_not_opened", view=view.get("callback_id"), code=error.code)
            return False
        return True

    async def answer(self, home: Home, message: dict[str, Any], response_url: str | None) -> None:
        """Only the asker sees it, where they asked."""
        await self.tell(home.channel, home.asker, message, response_url, home.thread)

    async def direct(self, person: str, message: dict[str, Any]) -> dict[str, Any]:
        """A direct message to that person."""
        opened = await self.call("conversations.open", users=person)
        return await self.call("chat.postMessage", channel=opened["channel"]["id"], **message)


def _as_form(arguments: dict[str, Any]) -> dict[str, str]:
    nested = (dict, list)
    return {
        name: json.dumps(value) if isinstance(value, nested) else str(value)
        for name, value in arguments.items()
        if value is not None
    }


class SlackThrottled(Exception):
    """429: surely not done; ``seconds`` until it may be tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds} s")
        self.seconds = seconds


def meaning_of(error: SlackApiError) -> Exception:
    """What Slack's answer means."""
    response = error.response
    status = getattr(response, "status_code", 0)
    if status == 429:
        return SlackThrottled(float(response.headers.get("Retry-After", 1)))
    if status >= 500:
        return SlackSilent(f"HTTP {status}")
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", "unknown_error"))
    if code in {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}:
        return SlackSilent(code)
    return SlackRefused(code, "; ".join(data.get("response_metadata", {}).get("messages", [])))


async def close_within(session: aiohttp.ClientSession, seconds: float) -> None:
    """Close the shared session; a peer that does not answer may not hold us up."""
    try:
        await asyncio.wait_for(session.close(), seconds)
    except TimeoutError:
        log.warning("session_not_closed_in_time")
