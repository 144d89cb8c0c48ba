"""VozAgent: how its account is opened, and how calls are placed, read and found there."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import structlog
from pydantic import BaseModel, ValidationError

from bot.calls.provider import Agent, Capabilities, News, Order, Receipt
from bot.calls.states import State
from bot.providers import answers
from bot.providers.account import Account, AgentAlias
from bot.providers.http import Line, NotThere, ProviderClient
from bot.providers.vozagent_api import (
    LABEL,
    STATES,
    Assistant,
    Created,
    Detail,
    Row,
    began_within,
    dial_body,
    digits,
    micros,
    normal_word,
)

NAME = "vozagent"
PAGE = 100  # the most its lists give at once
MOST_PAGES = 20
MOST_DETAILS = 50  # its list shows no numbers, so each look for a call costs one read per candidate
MOST_REMEMBERED = 5000

Model = TypeVar("Model", bound=BaseModel)
log = structlog.get_logger()


class VozAgentSettings(Account):
    """A VozAgent account; its key needs the scope ``calls:write``."""

    base_url: str = "https://api.vozagent.ai/v1"

    def open(self) -> "VozAgent":
        """The provider of this account."""
        headers = {"Authorization": f"Bearer {self.api_key.get_secret_value()}"}
        line = Line.of(self, provider=NAME, label=LABEL, headers=headers)
        return VozAgent(ProviderClient(line), self.agents)


class VozAgent:
    """Places calls through VozAgent's API."""

    name = NAME
    label = LABEL
    capabilities = Capabilities(can_read=True, can_find=True)

    def __init__(self, client: ProviderClient, agents: Mapping[str, AgentAlias]) -> None:
        self._client = client
        self._aliases = agents
        self._numbers: dict[str, str] = {}  # of calls seen; a call's number never changes
        self._unknown_words: set[str] = set()

    async def place(self, order: Order, *, may_send: Callable[[], bool]) -> Receipt:
        """See ``CallProvider``."""
        answer = await self._client.dial(
            "/calls/outbound", dial_body(order), reference=order.reference, may_send=may_send
        )
        try:
            created = Created.model_validate(answer)
        except ValidationError:
            return Receipt(provider_call_id=None)  # taken, and we do not know under which id
        return Receipt(created.call_id, created.status or "")

    async def read(self, provider_call_id: str) -> News | None:
        """See ``CallProvider``."""
        detail = await self._detail(provider_call_id)
        return self._news(detail) if detail else None

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
            page = await self._client.get(path, {**query, "limit": PAGE, "offset": number * PAGE})
            if not isinstance(page, list):
                raise answers.not_readable(LABEL, 200, None)
            readable = _readable(model, page)
            rows += readable
            if len(page) < PAGE or enough(readable):
                return rows
        log.warning("provider_list_cut_short", provider=NAME, path=path, rows=len(rows))
        return rows

    def _remember(self, detail: Detail) -> None:
        if not detail.number:
            return
        if len(self._numbers) >= MOST_REMEMBERED:
            del self._numbers[next(iter(self._numbers))]
        self._numbers[detail.id] = detail.number

    def _news(self, detail: Detail) -> News:
        return News(
            state=self._state(detail.call_status),
            raw_status=detail.call_status,
            provider_call_id=detail.id,
            started_at=detail.call_started_at,
            ended_at=detail.call_ended_at,
            seconds=detail.duration_seconds,
            summary=detail.analysis_summary or None,
            transcript=detail.transcript or None,
            recording_url=detail.recording_url or None,
            cost_micros=micros(detail.cost),
        )

    def _state(self, word: str) -> State | None:
        normal = normal_word(word)
        if normal in STATES:
            return STATES[normal]
        if normal not in self._unknown_words and len(self._unknown_words) < MOST_REMEMBERED:
            self._unknown_words.add(normal)
            log.warning("provider_word_unknown", provider=NAME, word=normal[:60])
        return None


def _agent(name: str, agent_id: str, language: str | None, why_not: str | None) -> Agent:
    return Agent(name, NAME, agent_id, why_not is None, language, why_not)


def _readable(model: type[Model], rows: list[Any]) -> list[Model]:
    """One bad row does not hide the others."""
    good: list[Model] = []
    for row in rows:
        try:
            good.append(model.model_validate(row))
        except ValidationError:
            log.warning("provider_row_unreadable", provider=NAME, kind=model.__name__)
    return good


def _all_older(page: list[Row], since: datetime) -> bool:
    """Whether a page, newest first, reached back before ``since``.

    Their order is not documented: a page not sorted that way never ends the search.
    """
    times = [row.call_started_at for row in page if row.call_started_at is not None]
    falling = times == sorted(times, reverse=True) and times[0] > times[-1] if times else False
    return falling and times[-1] < since
