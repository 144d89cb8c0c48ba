"""Where the recording of a call can be heard: the provider is asked anew, for links expire."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import structlog

from bot.calls.call import Attempt, Call, CallId
from bot.calls.errors import NotAllowed, NotFound, ProviderError
from bot.calls.ports import Calls
from bot.calls.provider import CallProvider, Watched
from bot.decisions.roles import may_change

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recording:
    """A link that was asked for now, or the one of then and ``trouble``: why there is no newer."""

    call: Call
    provider: str  # the name people know it by
    url: str
    trouble: str = ""


class Recordings:
    """``watched`` makes of a call and its attempt what a provider is asked about."""

    def __init__(
        self,
        *,
        calls: Calls,
        providers: Mapping[str, CallProvider],
        watched: Callable[[Call, Attempt], Watched],
    ) -> None:
        self._calls = calls
        self._providers = providers
        self._watched = watched

    async def fresh(self, call_id: CallId, by: str, helpers: Collection[str]) -> Recording:
        """The recording of a call's newest conversation.

        Raises ``NotFound`` when there is none, ``NotAllowed`` for all but the asker and helpers.
        """
        call = await self._calls.get(call_id)
        attempts = await self._calls.attempts(call_id) if call else ()
        heard = next((each for each in reversed(attempts) if each.recording_url), None)
        if call is None or heard is None or heard.recording_url is None:
            raise NotFound("I know of no recording of that call.")
        if not may_change(by, call, helpers):
            raise NotAllowed(
                f"Only <@{call.home.asker}>, a lead, on-call staff or an admin can hear that."
            )
        provider = self._providers.get(heard.provider)
        label = provider.label if provider else heard.provider
        url, trouble = await self._ask(call, heard, provider)
        return Recording(call, label, url or heard.recording_url, trouble)

    async def _ask(
        self, call: Call, attempt: Attempt, provider: CallProvider | None
    ) -> tuple[str | None, str]:
        """The link of now, or why there is none."""
        if provider is None:
            return None, "it is not set up any more"
        if attempt.provider_call_id is None or not provider.capabilities.can_read:
            return None, "it can't be asked about this call"
        try:
            news = await provider.read(self._watched(call, attempt))
        except ProviderError as error:
            log.warning("recording_not_asked_for", call_id=call.id, detail=str(error))
            return None, "it did not answer just now"
        if news is None or not news.recording_url:
            return None, "it named no recording when I asked"
        return news.recording_url, ""
