"""VozAgent: how its account is opened, and how calls are placed, read and found there."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import structlog
from pydantic import BaseModel, ValidationError

from bot.calls.operating import Subscription
from bot.calls.provider import Agent, Capabilities, News, Order, Pace, Receipt, Watched
from bot.providers import answers
from bot.providers.account import UNHURRIED, Account, AgentAlias
from bot.providers.fields import Words, digits, micros, readable
from bot.providers.http import Line, NotThere, ProviderClient
from bot.providers.vozagent_api import (
    LABEL,
    STATES,
    Assistant,
    Created,
    Detail,
    Hook,
    OwnNumber,
    Row,
    began_within,
    dial_body,
    hints,
)

NAME = "vozagent"
PAGE = 100  # the most its lists give at once
MOST_PAGES = 20
MOST_DETAILS = 50  # its list shows no numbers, so each look for a call costs one read per candidate
MOST_REMEMBERED = 5000
CLOCKS_APART = timedelta(minutes=5)  # at most, between theirs and ours
EVENTS = ("call.started", "call.completed")

Model = TypeVar("Model", bound=BaseModel)
log = structlog.get_logger()


class VozAgentSettings(Account):
    """A VozAgent account; its key needs the scope ``calls:write``."""

    base_url: str = "https://api.vozagent.ai/v1"

    def open(self, pace: Pace = UNHURRIED) -> "VozAgent":
        """The provider of this account."""
        line = Line.of(self, provider=NAME, label=LABEL, sign=bearer, pace=pace)
        can = Capabilities(
            can_read=True,
            can_find=True,
            reads_at_once=PAGE,
            per_minute=self.requests_a_minute,
            live_calls=self.calls_at_once,
            hears=True,
            secret_address=True,
        )
        return VozAgent(ProviderClient(line), self.agents, can)


class VozAgent:
    """Places calls through VozAgent's API."""

    name = NAME
    label = LABEL

    def __init__(
        self, client: ProviderClient, agents: Mapping[str, AgentAlias], can: Capabilities
    ) -> None:
        self.capabilities = can
        self._client = client
        self._aliases = agents
        self._numbers: dict[str, str] = {}  # of calls seen; a call's number never changes
        self._words = Words(NAME, STATES)

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """See ``CallProvider``."""
        (order,) = orders
        answer = await self._client.dial(
            "/calls/outbound", dial_body(order), reference=order.reference, may_send=may_send
        )
        try:
            created = Created.model_validate(answer)
        except ValidationError:
            return Receipt(provider_call_id=None)  # taken, and we do not know under which id
        return Receipt(created.call_id, created.status or "")

    def party(self, order: Order) -> Hashable:
        """See ``CallProvider``: each call has a request of its own."""
        return order.reference

    async def read(self, watched: Watched) -> News | None:
        """See ``CallProvider``."""
        detail = await self._detail(watched.provider_call_id)
        return self._news(detail) if detail else None

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """See ``CallProvider``: the list tells states and lengths, and nothing that was said."""
        wanted = {each.provider_call_id for each in watched}
        if not wanted:
            return {}
        since = min(each.since for each in watched) - CLOCKS_APART
        told: dict[str, News] = {}

        def enough(page: list[Row]) -> bool:
            told.update({row.id: self._outline(row) for row in page if row.id in wanted})
            return len(told) == len(wanted) or _all_older(page, since)

        await self._pages(Row, "/calls", {"call_type": "outbound"}, enough)
        return told

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """See ``CallProvider``. How deliveries are signed is not documented: they are only hints.

        Whoever calls this has checked the secret in the address. Each known id means "go and read".
        """
        return hints(body)

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """See ``CallProvider``. Reads at most 2,000 rows and 50 calls for their numbers."""
        wanted = digits(order.number)
        found, reads = [], 0
        for row in await self._candidates(order.agent_id, since, until):
            if self._numbers.get(row.id, wanted) != wanted:
                continue
            if reads == MOST_DETAILS:
                log.warning("provider_find_cut_short", provider=NAME, reference=order.reference)
                break
            reads += 1
            detail = await self._detail(row.id)
            if detail and detail.number == wanted and began_within(detail, since, until):
                found.append(self._news(detail))
        return tuple(found)

    async def list_agents(self) -> tuple[Agent, ...]:
        """See ``CallProvider``. A configured name stands beside, or in place of, a listed one."""
        listed = {row.id: row for row in await self._pages(Assistant, "/assistants", {})}
        languages = {alias.id: alias.language for alias in self._aliases.values()}
        agents = [self._alias(name, alias, listed) for name, alias in self._aliases.items()]
        taken = {name.casefold() for name in self._aliases}
        agents += [
            _agent(row.name, row.id, languages.get(row.id), row.why_not)
            for row in listed.values()
            if row.name.casefold() not in taken
        ]
        return tuple(agents)

    async def phone_numbers(self) -> tuple[str, ...]:
        """See ``Numbered``: which of them a call comes from is set at each assistant."""
        rows = readable(OwnNumber, _rows(await self._client.get("/phone-numbers")), NAME)
        return tuple(row.phone_number for row in rows if row.in_use)

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """See ``Subscribing``."""
        rows = readable(Hook, _rows(await self._client.get("/webhooks")), NAME)
        return tuple(Subscription(row.id, row.url, row.is_active is not False) for row in rows)

    async def subscribe(self, url: str) -> Subscription:
        """See ``Subscribing``."""
        body = {"name": "Switchboard", "url": url, "events": EVENTS}
        answer = await self._client.send("POST", "/webhooks", body)
        try:
            made = Hook.model_validate(answer)
        except ValidationError as error:
            raise answers.not_readable(LABEL, 201, None) from error
        return Subscription(made.id, url, secret=made.secret)

    async def pause_subscription(self, subscription_id: str) -> None:
        """See ``Subscribing``."""
        path = f"/webhooks/{quote(subscription_id, safe='')}"
        await self._client.send("PATCH", path, {"isActive": False})

    async def aclose(self) -> None:
        """See ``CallProvider``."""
        await self._client.aclose()

    def _alias(self, name: str, alias: AgentAlias, listed: Mapping[str, Assistant]) -> Agent:
        if alias.id in listed:
            return _agent(name, alias.id, alias.language, listed[alias.id].why_not)
        why_not = f"{LABEL} has no assistant with the id set for it"
        return _agent(name, alias.id, alias.language, why_not)

    async def _candidates(self, agent_id: str, since: datetime, until: datetime) -> list[Row]:
        """Calls of that assistant that began in time, then those that do not say when."""
        query = {"assistant_id": agent_id, "call_type": "outbound"}
        rows = await self._pages(Row, "/calls", query, lambda page: _all_older(page, since))
        unique = {row.id: row for row in rows}
        fitting = [
            row
            for row in unique.values()
            if row.assistant_id in {None, agent_id}
            and row.call_type in {None, "outbound"}
            and began_within(row, since, until)
        ]
        return sorted(fitting, key=lambda row: row.call_started_at is None)

    async def _detail(self, provider_call_id: str) -> Detail | None:
        try:
            answer = await self._client.get(f"/calls/{quote(provider_call_id, safe='')}")
        except NotThere:
            return None
        try:
            detail = Detail.model_validate(answer)
        except ValidationError as error:
            raise answers.not_readable(LABEL, 200, None) from error
        self._remember(detail)
        return detail

    async def _pages(
        self,
        model: type[Model],
        path: str,
        query: Mapping[str, str | int],
        enough: Callable[[list[Model]], bool] = lambda _: False,
    ) -> list[Model]:
        """All rows of a list without a total, until a short page or ``enough`` ends it."""
        rows: list[Model] = []
        for number in range(MOST_PAGES):
            where = {**query, "limit": PAGE, "offset": number * PAGE}
            page = _rows(await self._client.get(path, where))
            good = readable(model, page, NAME)
            rows += good
            if enough(good) or len(page) < PAGE:
                return rows
        log.warning("provider_list_cut_short", provider=NAME, path=path, rows=len(rows))
        return rows

    def _remember(self, detail: Detail) -> None:
        if not detail.number:
            return
        if len(self._numbers) >= MOST_REMEMBERED:
            del self._numbers[next(iter(self._numbers))]
        self._numbers[detail.id] = detail.number

    def _outline(self, row: Row) -> News:
        return News(
            state=self._words.state(row.call_status),
            raw_status=row.call_status,
            provider_call_id=row.id,
            started_at=row.call_started_at,
            ended_at=row.call_ended_at,
            seconds=row.duration_seconds,
        )

    def _news(self, detail: Detail) -> News:
        return News(
            state=self._words.state(detail.call_status),
            raw_status=detail.call_status,
            provider_call_id=detail.id,
            started_at=detail.call_started_at,
            ended_at=detail.call_ended_at,
            seconds=detail.duration_seconds,
            summary=detail.analysis_summary or None,
            transcript=detail.transcript or None,
            recording_url=detail.recording_url or None,
            cost_micros=micros(detail.cost),
            variables=detail.learned,
        )


def bearer(key: str) -> Mapping[str, str]:
    """How a request says who sends it."""
    return {"Authorization": f"Bearer {key}"}


def _rows(answer: Any) -> list[Any]:
    """Their lists are bare."""
    if not isinstance(answer, list):
        raise answers.not_readable(LABEL, 200, None)
    return answer


def _agent(name: str, agent_id: str, language: str | None, why_not: str | None) -> Agent:
    return Agent(name, NAME, agent_id, why_not is None, language, why_not)


def _all_older(page: list[Row], since: datetime) -> bool:
    """Whether a page, newest first, reached back before ``since``.

    Their order is not documented: a page not sorted that way never ends the search.
    """
    times = [row.call_started_at for row in page if row.call_started_at is not None]
    falling = times == sorted(times, reverse=True) and times[0] > times[-1] if times else False
    return falling and times[-1] < since
