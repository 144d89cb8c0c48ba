"""Voicy: how its account is opened, and how calls are placed, read, found and heard of there."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

import structlog
from pydantic import Field, SecretStr, ValidationError, field_validator

from bot.calls.provider import Agent, Capabilities, News, Order, Pace, Receipt, Watched
from bot.providers import answers
from bot.providers.account import UNHURRIED, Account, AgentAlias
from bot.providers.fields import Words, plain_variables, readable
from bot.providers.http import Line, NotThere, ProviderClient
from bot.providers.voicy_api import (
    E164,
    LABEL,
    NAME_THERE,
    NOTES_THERE,
    STATES,
    UUID,
    Assistant,
    Created,
    Detail,
    Page,
    Row,
    began_within,
    dial_body,
    fits,
    may_be,
    millis,
    variables_of,
)
from bot.providers.voicy_webhook import call_told

NAME = "voicy"
PAGE = 1000  # the most its list gives at once
MOST_PAGES = 10
MOST_DETAILS = 10  # read in one look for a call, to see for whom each was dialled
CLOCKS_APART = timedelta(minutes=5)  # at most, between theirs and ours

ADVICE = (
    "In Voicy's dashboard, for each agent that calls: add a webhook for call_ended with the "
    "address {url} and a secret, and deploy the agent. Here: set the same secret as "
    "SWITCHBOARD_PROVIDERS__VOICY__WEBHOOK_SECRET and start again."
)

log = structlog.get_logger()


class VoicySettings(Account):
    """A Voicy account, and the one of its numbers that it calls from.

    ``webhook_secret`` is the one written beside the webhook in Voicy's dashboard; without it no
    webhook is believed. ``reference_variable`` names a variable in which our reference of a call
    goes along, so that a doubtful one is known for certain; an agent might say it aloud.
    """

    usual_per_minute: ClassVar[int | None] = 60
    usual_live_calls: ClassVar[int | None] = 10

    base_url: str = "https://api.voicy.co/functions/v1"
    from_number: str
    webhook_secret: SecretStr | None = None
    reference_variable: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None

    def open(self, pace: Pace = UNHURRIED) -> "Voicy":
        """The provider of this account."""
        line = Line.of(self, provider=NAME, label=LABEL, sign=bearer, pace=pace)
        return Voicy(ProviderClient(line), self)

    @field_validator("from_number")
    @classmethod
    def _is_a_whole_number(cls, number: str) -> str:
        if not re.fullmatch(E164, number.strip()):
            raise ValueError("must be one of the account's numbers, written like +12025550199")
        return number.strip()

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value().strip():
            raise ValueError("an empty secret would let anybody in: leave it out, or set one")
        return secret and SecretStr(secret.get_secret_value().strip())

    @field_validator("reference_variable")
    @classmethod
    def _is_free(cls, name: str | None) -> str | None:
        if name in {NAME_THERE, NOTES_THERE}:
            raise ValueError(f"{name} already carries something else: choose another name")
        return name

    @field_validator("agents")
    @classmethod
    def _are_uuids(cls, agents: Mapping[str, AgentAlias]) -> Mapping[str, AgentAlias]:
        wrong = [name for name, alias in agents.items() if not re.fullmatch(UUID, alias.id)]
        if wrong:
            raise ValueError(f"the id of {', '.join(wrong)} must be a UUID, as Voicy shows it")
        return agents


class Voicy:
    """Places calls through Voicy's API."""

    name = NAME
    label = LABEL

    def __init__(self, client: ProviderClient, account: VoicySettings) -> None:
        self.capabilities = Capabilities(
            can_read=True,
            can_find=True,
            reads_at_once=PAGE,
            per_minute=account.requests_a_minute,
            live_calls=account.calls_at_once,
            hears=account.webhook_secret is not None,
        )
        self._client = client
        self._account = account
        self._words = Words(NAME, STATES)

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """See ``CallProvider``."""
        (order,) = orders
        variables = variables_of(order, self._account.reference_variable)
        body = dial_body(order, self._account.from_number, variables)
        answer = await self._client.dial(
            "/call-dial", body, reference=order.reference, may_send=may_send
        )
        try:
            created = Created.model_validate(answer)
        except ValidationError:
            return Receipt(provider_call_id=None)  # taken, and we do not know under which id
        return Receipt(created.call_id, created.call_status or "")

    def party(self, order: Order) -> Hashable:
        """See ``CallProvider``: each call has a request of its own."""
        return order.reference

    async def read(self, watched: Watched) -> News | None:
        """See ``CallProvider``."""
        detail = await self._detail(watched.provider_call_id)
        return self._news(detail) if detail else None

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """See ``CallProvider``: the list tells states and lengths, and nothing that was said.

        Calls that have not begun have no time there; whether it shows them is not documented.
        """
        wanted = {each.provider_call_id for each in watched}
        if not wanted:
            return {}
        told: dict[str, News] = {}

        def enough(page: list[Row]) -> bool:
            told.update({row.call_id: self._outline(row) for row in page if row.call_id in wanted})
            return len(told) == len(wanted)

        since = min(each.since for each in watched) - CLOCKS_APART
        await self._pages({"start_timestamp": {"lower_threshold": millis(since)}}, enough)
        return told

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """See ``CallProvider``. Of at most ten calls, newest first, is read whom they were for."""
        if not re.fullmatch(UUID, order.agent_id):
            return ()  # our own check let no such call out
        times = {"lower_threshold": millis(since), "upper_threshold": millis(until) + 1}
        rows = await self._pages({"agent_id": [order.agent_id], "start_timestamp": times})
        fitting = [row for row in rows if fits(row, order) and began_within(row, since, until)]
        ids = list(dict.fromkeys(row.call_id for row in fitting))
        if len(ids) > MOST_DETAILS:
            log.warning("provider_find_cut_short", provider=NAME, reference=order.reference)
        details = [await self._detail(call_id) for call_id in ids[:MOST_DETAILS]]
        return tuple(
            self._news(detail)
            for detail in details
            if detail
            and began_within(detail, since, until)
            and may_be(detail, order, self._account.reference_variable)
        )

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """See ``CallProvider``: a call that ended, with all that is known of it."""
        detail = call_told(headers, body, self._account.webhook_secret)
        return (self._news(detail),) if detail else ()

    async def list_agents(self) -> tuple[Agent, ...]:
        """See ``CallProvider``. A configured name stands beside, or in place of, a listed one."""
        answer = await self._client.get("/agent-list")
        if not isinstance(answer, list):
            raise answers.not_readable(LABEL, 200, None)
        listed = {row.agent_id.lower(): row for row in readable(Assistant, answer, NAME)}
        aliases = self._account.agents
        languages = {alias.id.lower(): alias.language for alias in aliases.values()}
        agents = [
            _alias(name, alias, listed.get(alias.id.lower())) for name, alias in aliases.items()
        ]
        taken = {name.casefold() for name in aliases}
        agents += [
            _agent(row.title, row.agent_id, languages.get(key) or row.language, row.why_not)
            for key, row in listed.items()
            if row.title.casefold() not in taken
        ]
        return tuple(agents)

    async def phone_numbers(self) -> tuple[str, ...]:
        """See ``Numbered``: the one in the settings, since Voicy has no list of them."""
        return (self._account.from_number,)

    def webhook_advice(self, url: str) -> str:
        """See ``SetByHand``."""
        return ADVICE.format(url=url)

    async def aclose(self) -> None:
        """See ``CallProvider``."""
        await self._client.aclose()

    async def _detail(self, provider_call_id: str) -> Detail | None:
        try:
            answer = await self._client.get(f"/call-get/{quote(provider_call_id, safe='')}")
        except NotThere:
            return None
        try:
            return Detail.model_validate(answer)
        except ValidationError as error:
            raise answers.not_readable(LABEL, 200, None) from error

    async def _pages(
        self, criteria: Mapping[str, Any], enough: Callable[[list[Row]], bool] = lambda _: False
    ) -> list[Row]:
        """Outgoing calls, newest first, until a short page or ``enough`` ends it."""
        only = {"direction": ["outgoing"], **criteria}
        question = {"filter_criteria": only, "sort_order": "descending", "limit": PAGE}
        rows: list[Row] = []
        for _ in range(MOST_PAGES):
            page = await self._page(question)
            good = readable(Row, page, NAME)
            rows += good
            if enough(good) or len(page) < PAGE or not good:
                return rows
            question = question | {"pagination_key": good[-1].call_id}
        log.warning("provider_list_cut_short", provider=NAME, path="/call-list", rows=len(rows))
        return rows

    async def _page(self, question: Mapping[str, Any]) -> list[Any]:
        try:
            return Page.model_validate(await self._client.ask("/call-list", question)).calls
        except ValidationError as error:
            raise answers.not_readable(LABEL, 200, None) from error

    def _outline(self, row: Row) -> News:
        return News(
            state=self._words.state(row.word) if row.word else None,
            raw_status=row.word,
            provider_call_id=row.call_id,
            started_at=row.started_at,
            ended_at=row.ended_at,
            seconds=row.seconds,
        )

    def _news(self, detail: Detail) -> News:
        return replace(
            self._outline(detail),
            summary=detail.summary or None,
            transcript=detail.lines or None,
            recording_url=detail.recording_url or None,
            variables=plain_variables(detail.learned),
        )


def bearer(key: str) -> Mapping[str, str]:
    """How a request says who sends it."""
    return {"Authorization": f"Bearer {key}"}


def _alias(name: str, alias: AgentAlias, listed: Assistant | None) -> Agent:
    if listed is None:
        why_not = f"{LABEL} has no agent with the id set for it"
        return _agent(name, alias.id, alias.language, why_not)
    return _agent(name, alias.id, alias.language or listed.language, listed.why_not)


def _agent(name: str, agent_id: str, language: str | None, why_not: str | None) -> Agent:
    return Agent(name, NAME, agent_id, why_not is None, language, why_not)
