"""All Voicy's stand-in remembers beyond calls: agents, its limits, and what it tells by itself."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from bot.demo import telephony
from bot.demo.voicy.calls import DEMO_FROM, VOCABULARIES, Agent, Call
from bot.demo.voicy.rate import Quota
from bot.demo.voicy.webhooks import Courier, Parcel, packed


class Account(telephony.Account[Call]):
    """One Voicy account, with one number to call from.

    ``per_minute`` and ``live_cap`` are enforced, ``None`` for no limit. ``vocabulary`` is
    ``ended``, ``hang-ups`` or ``alternating``; ``error_shape`` is ``error``, ``message`` or
    ``alternating``. ``hides_unbegun``: whether a list by time leaves out calls that have no time
    yet. ``webhook_delay`` is in real seconds, ``webhook_encoding`` is ``hex`` or ``base64``.
    """

    settings: ClassVar[tuple[str, ...]] = (
        *telephony.Account.settings,
        *("per_minute", "live_cap", "vocabulary", "error_shape", "hides_unbegun"),
        *("webhook_url", "webhook_secret", "webhook_delay", "webhook_encoding"),
    )
    counted: ClassVar[tuple[str, ...]] = ("to_number", "override_agent_id")

    def __init__(
        self, clock: Callable[[], datetime], api_key: str, agents: Iterable[Agent]
    ) -> None:
        self.courier = Courier()
        super().__init__(clock, api_key)
        self.agents = {agent.id: agent for agent in agents}
        self.from_number = DEMO_FROM
        self.origin = ""  # where recordings are served, once it is started
        self.per_minute: int | None = 60
        self.live_cap: int | None = 10
        self.vocabulary = "alternating"
        self.error_shape = "alternating"
        self.hides_unbegun = False
        self.webhook_url: str | None = None
        self.webhook_secret: str | None = None
        self.webhook_delay = 0.0
        self.webhook_encoding = "hex"

    def forget(self) -> None:
        """What was asked how often, how many calls were live, what was told; agents stay."""
        self.quota = Quota()
        self.most_live = 0
        self.errors_told = 0
        self.courier.parcels.clear()

    def agent_for(self, agent_id: str | None) -> Agent | None:
        """The one asked for, or else the one of the number that is called from."""
        if agent_id is not None:
            return self.agents.get(agent_id.lower())
        return next((agent for agent in self.agents.values() if agent.active), None)

    def place(self, number: str, agent: Agent, variables: Mapping[str, Any] | None = None) -> Call:
        """Let a phone ring."""
        call = Call(
            number=number,
            created_at=self.clock(),
            outcome=self.outcome_for(number),
            agent=agent,
            variables=variables or {},
            from_number=self.from_number,
            said_as=self._next_vocabulary(),
        )
        self.ring(call)
        self.most_live = max(self.most_live, self.live)
        return call

    @property
    def live(self) -> int:
        """Calls that have not ended."""
        return sum(call.ended_at is None for call in self.calls.values())

    def end_all(self) -> None:
        """Move every call on to its end; one that would ring for ever is hung up."""
        for call in self.calls.values():
            while call.ended_at is None:
                call.to_come = call.to_come or ["ended"]
                self.advance(call.id)

    def moved(self, call: Call, *, began: bool, ended: bool) -> None:
        """Tell of the end, if anybody wants to know."""
        if ended and self.webhook_url is not None:
            self.courier.bring(lambda: self._pack(call), self.webhook_delay)

    def _pack(self, call: Call) -> Parcel:
        told, url = call.told_json(self.origin), self.webhook_url or ""
        return packed(told, url, self.webhook_secret, self.webhook_encoding)

    def _next_vocabulary(self) -> Mapping[str, str]:
        if self.vocabulary != "alternating":
            one = VOCABULARIES[self.vocabulary]
            return one[len(self.calls) % len(one)]
        every = [way for one in VOCABULARIES.values() for way in one]
        return every[len(self.calls) % len(every)]


ACCOUNT = web.AppKey("voicy_account", Account)
