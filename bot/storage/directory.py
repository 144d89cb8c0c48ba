"""Cached facts of the outside: people's zones and the providers' agents."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.calls.provider import Agent
from bot.storage.database import Database
from bot.storage.tables import agents, people


class PeopleStore:
    """What Slack told us of a person, and when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def zone_of(self, team: str, person: str) -> tuple[str, datetime] | None:
        """A person's IANA zone and when it was read; ``None`` when never read."""
        statement = select(people.c.zone, people.c.seen_at).where(
            people.c.team == team, people.c.person == person
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return (row.zone, row.seen_at) if row and row.zone else None

    async def remember(self, team: str, person: str, zone: str, name: str, now: datetime) -> None:
        """Keep what Slack says of a person."""
        row = {"team": team, "person": person, "zone": zone, "name": name, "seen_at": now}
        async with self._database.write() as connection:
            await connection.execute(
                delete(people).where(people.c.team == team, people.c.person == person)
            )
            await connection.execute(insert(people).values(row))


class AgentStore:
    """The last list of agents each provider gave us."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[tuple[Agent, datetime]]:
        """Every agent and when it was seen."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(agents).order_by(agents.c.name))).all()
        return [
            (
                Agent(row.name, row.provider, row.agent, row.active, row.language, row.why_not),
                row.seen_at,
            )
            for row in rows
        ]

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
                await connection.execute(insert(agents), rows)
