"""Vozzo: takes calls with a slot of time, one or many in a request, and reports nothing back."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import (
    Agent,
    Capabilities,
    News,
    NotGenuine,
    Order,
    Pace,
    Receipt,
    Watched,
)
from bot.providers.account import UNHURRIED, Account, AgentAlias
from bot.providers.answers import NO_RING
from bot.providers.http import Line, ProviderClient
from bot.providers.vozzo_api import (
    LABEL,
    MOST_RECIPIENTS,
    Dispatch,
    PostCallConfig,
    ScheduledCallConfig,
    dispatch_body,
    receipt_of,
    timeslot_settings,
)
from bot.providers.vozzo_timeslot import LEAST, NoRoom, Slot, slot_of

NAME = "vozzo"
DISPATCHER = "/v1alpha/dispatcher"
A_DAY = 24 * 60  # minutes
JUST_AFTER = timedelta(seconds=1)
MOST_LOOKS = 20  # for a slot; hours of a few minutes a day would never give one


class VozzoAgent(AgentAlias):
    """An agent, by the UUID its settings page shows; Vozzo has no list to look it up in.

    ``language`` is an English word, such as Hindi.
    """

    language: str = Field(default="English", min_length=1)
    prompt_history_id: str | None = None
    post_call_config: PostCallConfig | None = None

    @field_validator("id")
    @classmethod
    def _is_a_uuid(cls, given: str) -> str:
        try:
            return str(UUID(given))
        except ValueError:
            why = "an agent's id must be the UUID on its settings page, such as "
            raise ValueError(f"{why}01234567-89ab-cdef-0123-456789abcdef") from None


class VozzoSettings(Account):
    """A Vozzo account; its token expires, so it is best kept in ``api_key_file``.

    ``zones`` are Vozzo's words for clocks, by IANA name: only IST is documented. ``handover`` says
    whether a call is given to Vozzo at its time, or as soon as it is confirmed: then nobody can
    cancel it any more. ``window_minutes`` is the length of the slot for a call to one moment.
    """

    base_url: str = "https://backend.vozzo.ai"
    agents: Mapping[str, VozzoAgent] = Field(default_factory=dict)
    zones: Mapping[str, str] = Field(default_factory=lambda: {"Asia/Kolkata": "IST"})
    handover: Literal["late", "at_once"] = "late"
    batch_size: int = Field(default=1, ge=1, le=MOST_RECIPIENTS)
    window_minutes: int = Field(default=60, ge=LEAST // timedelta(minutes=1), lt=A_DAY)

    @field_validator("zones")
    @classmethod
    def _are_clocks(cls, zones: Mapping[str, str]) -> Mapping[str, str]:
        if not zones:
            raise ValueError("at least one zone needs the word Vozzo has for it")
        for name, word in zones.items():
            if not _is_a_zone(name):
                raise ValueError("each name must be an IANA zone, such as Asia/Kolkata")
            if not word.strip():
                raise ValueError("the word Vozzo has for a zone must not be empty")
        return zones

    def open(self, pace: Pace = UNHURRIED) -> "Vozzo":
        """The provider of this account."""
        return Vozzo(ProviderClient(_line(self, pace)), self)


class Vozzo:
    """Hands calls over through Vozzo's dispatcher."""

    name = NAME
    label = LABEL

    def __init__(self, client: ProviderClient, settings: VozzoSettings) -> None:
        self._client = client
        self._settings = settings
        self.capabilities = Capabilities(
            can_read=False,
            can_find=False,
            can_list_agents=False,
            places_at_once=settings.batch_size,
            ahead=settings.handover == "at_once",
            per_minute=settings.requests_a_minute,
            live_calls=settings.calls_at_once,
        )

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """See ``CallProvider``."""
        dispatch, *others = [self._dispatch(order) for order in orders]
        if any(other != dispatch for other in others):
            raise _refused("these calls do not share their agent and their time")
        languages = [self._agent(order).language for order in orders]
        body = dispatch_body(dispatch, orders, languages)
        until = self._slot(orders[0]).until
        reference = " ".join(order.reference for order in orders)
        answer = await self._client.dial(DISPATCHER, body, reference=reference, may_send=may_send)
        return receipt_of(answer, alone=not others, until=until)

    def party(self, order: Order) -> Hashable:
        """See ``CallProvider``: all of a request but its recipients."""
        if self.capabilities.places_at_once == 1:
            return order.reference
        try:
            return self._dispatch(order).model_dump_json()
        except NotPlaced:
            return order.reference  # to be told alone why it can't go

    async def read(self, watched: Watched) -> News | None:
        """See ``CallProvider``; Vozzo tells nothing of a call."""
        return None

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """See ``CallProvider``; Vozzo tells nothing of a call."""
        return {}

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """See ``CallProvider``; Vozzo tells nothing of a call."""
        return ()

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """See ``CallProvider``; Vozzo is not known to send any."""
        raise NotGenuine(f"{LABEL} sends no webhooks, so one in its name was refused.")

    async def list_agents(self) -> tuple[Agent, ...]:
        """See ``CallProvider``: those in the settings, taken as usable."""
        agents = self._settings.agents.items()
        return tuple(Agent(name, NAME, agent.id, language=agent.language) for name, agent in agents)

    async def aclose(self) -> None:
        """See ``CallProvider``."""
        await self._client.aclose()

    def _dispatch(self, order: Order) -> Dispatch:
        agent, slot = self._agent(order), self._slot(order)
        return Dispatch(
            agent_uuid=agent.id,
            prompt_history_id=agent.prompt_history_id,
            scheduled_call_config=ScheduledCallConfig(timeslot_settings=timeslot_settings(slot)),
            post_call_config=agent.post_call_config,
        )

    def _agent(self, order: Order) -> VozzoAgent:
        """By its name, since one UUID may have several, say for two languages; else by its UUID."""
        named = self._settings.agents.get(order.agent_name)
        if named is not None and named.id == order.agent_id:
            return named
        same = (agent for agent in self._settings.agents.values() if agent.id == order.agent_id)
        found = next(same, None)
        if found is None:
            raise _refused(f"its agent {order.agent_name} is not in the settings any more")
        return found

    def _slot(self, order: Order) -> Slot:
        """Its slot now; for a call given ahead, the first one that is long enough."""
        begins, given = order.begins, self._settings
        for _ in range(MOST_LOOKS):
            try:
                return slot_of(
                    begins, order.window, given.zones, given.window_minutes, order.latest
                )
            except NoRoom as no_room:
                if no_room.goes_on is None or not self.capabilities.ahead:
                    raise _not_now(order, no_room.goes_on) from None
                begins = no_room.goes_on
        raise _not_now(order, None)


def _line(account: VozzoSettings, pace: Pace) -> Line:
    return Line.of(
        account,
        provider=NAME,
        label=LABEL,
        sign=lambda key: {"Authorization": f"Bearer {key}"},
        pace=pace,
    )


def _refused(why: str) -> NotPlaced:
    text = f"The call could not be given to {LABEL}: {why}. Place it again. {NO_RING}"
    return NotPlaced(text, cause=Cause.REFUSED, detail=f"our own check: {why}")


def _not_now(order: Order, goes_on: datetime | None) -> NotPlaced:
    """A slot can't cross midnight on Vozzo's clock, and must not end after the asker's window."""
    if goes_on is None:
        text = f"Too little of the call's time was left to give it to {LABEL}, so it was not sent."
        text = f"{text} Ask for a new time if it is still wanted. {NO_RING}"
        return NotPlaced(text, cause=Cause.TOO_LATE, detail="no room for a slot")
    why = f"{LABEL} needs five minutes of one day on its clock, within the call's own hours."
    how = f"Fewer are left, so it was not sent yet; I send it when its time goes on. {NO_RING}"
    wait = max(goes_on - order.begins, timedelta()) + JUST_AFTER
    return NotPlaced(f"{why} {how}", cause=Cause.BUSY_LINE, detail="no room for a slot", wait=wait)


def _is_a_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
