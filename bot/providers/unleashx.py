"""UnleashX: how its account is opened, and how calls are placed, read and found there."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog
from pydantic import Field, field_validator

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
from bot.providers import answers
from bot.providers.account import UNHURRIED, Account, AgentAlias
from bot.providers.fields import Words, plain_variables, readable
from bot.providers.http import Line, ProviderClient
from bot.providers.unleashx_api import (
    LABEL,
    STATES,
    AgentRow,
    agent_number,
    agents_in,
    created_in,
    dial_body,
    rows_in,
)
from bot.providers.unleashx_rows import BEFORE, Joins, Row, all_older, day_before, sure

NAME = "unleashx"
ROOT = "/api/v1/global/agents"
PAGE = 100  # asked for at once; what they allow is not documented
MOST_PAGES = 20
MOST_PUZZLES = 500  # calls told in the log as ambiguous, each once

log = structlog.get_logger()


class NumberedAlias(AgentAlias):
    """An agent of UnleashX has a whole number as its id: ``123``. A text is refused."""

    @field_validator("id", mode="before")
    @classmethod
    def _is_a_whole_number(cls, given: Any) -> str:
        if not isinstance(given, int) or isinstance(given, bool) or given < 1:
            raise ValueError("must be a whole number from 1 on, without quotes: 123, not “123”")
        return str(given)


class UnleashXSettings(Account):
    """An UnleashX account. ``header`` is where its token goes; two names are documented."""

    base_url: str = "https://www.tryunleashx.com"
    header: Literal["token", "api_access_token"] = "token"
    agents: Mapping[str, NumberedAlias] = Field(default_factory=dict)

    def open(self, pace: Pace = UNHURRIED) -> "UnleashX":
        """The provider of this account."""
        line = Line.of(self, provider=NAME, label=LABEL, sign=self._sign, pace=pace)
        can = Capabilities(
            can_read=True,
            can_find=True,
            reads_at_once=PAGE,
            per_minute=self.requests_a_minute,
            live_calls=self.calls_at_once,
            own_ids=False,
        )
        return UnleashX(ProviderClient(line), self.agents, can)

    def _sign(self, key: str) -> Mapping[str, str]:
        return {self.header: key}


class UnleashX:
    """Places calls through UnleashX's API. There, a call is only read by finding its record."""

    name = NAME
    label = LABEL

    def __init__(
        self, client: ProviderClient, agents: Mapping[str, AgentAlias], can: Capabilities
    ) -> None:
        self.capabilities = can
        self._client = client
        self._aliases = agents
        self._words = Words(NAME, STATES)
        self._joins = Joins()
        self._puzzles: set[str] = set()

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """See ``CallProvider``."""
        (order,) = orders
        answer = await self._client.dial(
            f"{ROOT}/call", dial_body(order), reference=order.reference, may_send=may_send
        )
        created = created_in(answer)
        if created is None:
            return Receipt(provider_call_id=None)  # taken, and we do not know under which id
        return Receipt(created.execution_id, created.call_status or "")

    def party(self, order: Order) -> Hashable:
        """See ``CallProvider``: each call has a request of its own."""
        return order.reference

    async def read(self, watched: Watched) -> News | None:
        """See ``CallProvider``. Several records that may be the call are as good as none."""
        for ask in (self._by_reference, self._by_number):
            rows = await ask(watched.order, watched.since - BEFORE)
            may_be = self._joins.may_be([watched], rows)[watched.provider_call_id]
            if may_be:
                return self._only(watched, may_be)
        return None

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """See ``CallProvider``. Only records that can be one call's alone are told."""
        if not watched:
            return {}
        since = min(each.since for each in watched) - BEFORE
        rows = await self._pages({"fromdate": day_before(since)}, lambda p: all_older(p, since))
        joined = sure(self._joins.may_be(watched, rows))
        return {call_id: self._told(call_id, row) for call_id, row in joined.items()}

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """See ``CallProvider``. The ids are those of records, since no other id can be seen."""
        for ask in (self._by_reference, self._by_number):
            rows = await ask(order, since)
            found = self._joins.for_doubtful(order, rows, since, until)
            if found:
                return tuple(self._news(str(row.id), row) for row in found)
        return ()

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """See ``CallProvider``: nothing is known of webhooks that tell of calls."""
        raise NotGenuine(f"{LABEL} sends no webhooks that I know of.", detail="no webhooks")

    async def list_agents(self) -> tuple[Agent, ...]:
        """See ``CallProvider``. A configured name stands beside, or in place of, a listed one."""
        answer = await self._client.get(f"{ROOT}/get")
        found = agents_in(answer)
        if found is None:
            raise answers.not_readable(LABEL, 200, None)
        listed = {row.id: row for row in readable(AgentRow, found, NAME)}
        languages = {alias.id: alias.language for alias in self._aliases.values()}
        agents = [_alias(name, alias, listed) for name, alias in self._aliases.items()]
        taken = {name.casefold() for name in self._aliases}
        agents += [
            _agent(row.name, row.id, languages.get(row.id), row.why_not)
            for row in listed.values()
            if row.name.casefold() not in taken
        ]
        return tuple(agents)

    async def aclose(self) -> None:
        """See ``CallProvider``."""
        await self._client.aclose()

    async def _by_reference(self, order: Order, since: datetime) -> list[Row]:
        """Records whose input names our reference. That input holds what we sent is a guess.

        Where the filter finds nothing, or everything, this comes back empty: one reference never
        fills a page.
        """
        query = _of_agent(order, since)
        if query is None:
            return []
        rows, full = await self._page(query | {"input_data": order.reference}, 1)
        return [] if full else rows

    async def _by_number(self, order: Order, since: datetime) -> list[Row]:
        """Records of that agent and number. Digits only: how they write numbers is not sure."""
        query = _of_agent(order, since)
        if query is None:
            return []
        query["calling_number"] = order.number.removeprefix("+")
        return await self._pages(query, lambda page: all_older(page, since))

    async def _pages(
        self, query: Mapping[str, str | int], enough: Callable[[list[Row]], bool]
    ) -> list[Row]:
        """All rows, each once, until a page brings nothing new, is not full, or is ``enough``."""
        rows: dict[int, Row] = {}
        for number in range(1, MOST_PAGES + 1):
            page, full = await self._page(query, number)
            known = len(rows)
            rows.update({row.id: row for row in page})
            if not full or len(rows) == known or enough(page):
                return list(rows.values())
        log.warning("provider_list_cut_short", provider=NAME, rows=len(rows))
        return list(rows.values())

    async def _page(self, query: Mapping[str, str | int], number: int) -> tuple[list[Row], bool]:
        """One page, and whether another may follow.

        They may give fewer rows at once than we ask for, so every round count may be a full page.
        """
        answer = await self._client.get(
            f"{ROOT}/executions/list", {**query, "page": number, "limit": PAGE}
        )
        found = rows_in(answer)
        if found is None:
            raise answers.not_readable(LABEL, 200, None)
        return readable(Row, found, NAME), bool(found) and len(found) % 5 == 0

    def _only(self, watched: Watched, may_be: Sequence[Row]) -> News | None:
        if len(may_be) == 1:
            return self._told(watched.provider_call_id, may_be[0])
        reference = watched.order.reference
        if reference not in self._puzzles and len(self._puzzles) < MOST_PUZZLES:
            self._puzzles.add(reference)
            log.warning(
                "provider_rows_ambiguous", provider=NAME, reference=reference, rows=len(may_be)
            )
        return None

    def _told(self, provider_call_id: str, row: Row) -> News:
        self._joins.keep(provider_call_id, row.id)
        return self._news(provider_call_id, row)

    def _news(self, provider_call_id: str, row: Row) -> News:
        """What a record tells. The end of a call, its summary and its cost are not in it."""
        return News(
            state=self._words.state(row.word),
            raw_status=row.word,
            provider_call_id=provider_call_id,
            started_at=row.created_at,
            seconds=row.seconds,
            transcript=row.transcript or None,
            recording_url=row.recording_url,
            variables=plain_variables({"disposition": row.disposition}),
        )


def _alias(name: str, alias: AgentAlias, listed: Mapping[str, AgentRow]) -> Agent:
    if alias.id in listed:
        return _agent(name, alias.id, alias.language, listed[alias.id].why_not)
    why_not = f"{LABEL} has no agent with the id set for it"
    return _agent(name, alias.id, alias.language, why_not)


def _agent(name: str, agent_id: str, language: str | None, why_not: str | None) -> Agent:
    return Agent(name, NAME, agent_id, why_not is None, language, why_not)


def _of_agent(order: Order, since: datetime) -> dict[str, str | int] | None:
    """Which records to ask for; ``None`` when no record can be of that agent."""
    agent_id = agent_number(order.agent_id)
    return None if agent_id is None else {"agent_id": agent_id, "fromdate": day_before(since)}
