"""Cached facts of the outside: people's zones and the providers' agents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from bot.calls.person import NONE_SET, Defaults
from bot.calls.provider import Agent
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.tables import agents, people


class PeopleStore:
    """What Slack told us of a person, and when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def zone_of(self, team: str, person: str) -> tuple[str, datetime] | None:
        """A person's IANA zone and when it was read; ``None`` when never read."""
        statement = select(people.c.zone, people.c.seen_at).where(_is(team, person))
        found = await self._database.rows(statement)
        return (found[0]["zone"], found[0]["seen_at"]) if found and found[0]["zone"] else None

    async def remember(self, team: str, person: str, zone: str, name: str, now: datetime) -> None:
        """Keep what Slack says of a person."""
        await self._keep(team, person, {"zone": zone, "name": name, "seen_at": now})

    async def defaults_of(self, team: str, person: str) -> Defaults:
        """What a person has set for all their calls."""
        statement = select(people.c.defaults).where(_is(team, person))
        found = await self._database.rows(statement)
        kept = found[0]["defaults"] if found else None
        return Defaults(**kept) if kept else NONE_SET

    async def set_defaults(self, team: str, person: str, defaults: Defaults, now: datetime) -> None:
        """Keep what a person has set; what Slack said of them stays."""
        new = {"defaults": asdict(defaults)}
        await self._keep(team, person, new, only_if_new={"seen_at": now})

    async def _keep(
        self,
        team: str,
        person: str,
        values: Mapping[str, Any],
        only_if_new: Mapping[str, Any] | None = None,
    ) -> None:
        row = {"team": team, "person": person, **values, **(only_if_new or {})}
        fresh = insert_if_new(people, self._database.dialect).values(row)
        async with self._database.write() as connection:
            if (await connection.execute(fresh)).rowcount == 0:
                await connection.execute(update(people).where(_is(team, person)).values(**values))


def _is(team: str, person: str) -> ColumnElement[bool]:
    return (people.c.team == team) & (people.c.person == person)


class AgentStore:
    """The last list of agents each provider gave us."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[tuple[Agent, datetime]]:
        """Every agent and when it was seen."""
        rows = await self._database.rows(select(agents).order_by(agents.c.name))
        return [(_agent_of(row), row["seen_at"]) for row in rows]

    async def replace(self, provider: str, found: Sequence[Agent], now: datetime) -> None:
        """The provider's list as it is now."""
        rows = [
            {
                "provider": provider, "agent": agent.id, "name": agent.name,
                "active": agent.active, "language": agent.language, "why_not": agent.why_not,
                "seen_at": now,
            }
            for agent in found
        ]  # fmt: skip
        async with self._database.write() as connection:
            await connection.execute(delete(agents).where(agents.c.provider == provider))
            if rows:
                fresh = insert_if_new(agents, self._database.dialect)
                await connection.execute(fresh, rows)


def _agent_of(row: RowMapping) -> Agent:
    words = (row[key] for key in ("name", "provider", "agent", "active", "language", "why_not"))
    return Agent(*words)
