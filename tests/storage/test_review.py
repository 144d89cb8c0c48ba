"""What a database must bear: lost connections, odd characters, and no secrets in its errors."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.calls.errors import StoreAway
from bot.calls.inbox import GIVE_UP_AFTER
from bot.calls.lanes import NO_LIMITS
from bot.calls.provider import Agent
from bot.calls.states import State
from bot.calls.verdict import ALLOWED
from bot.storage.calls import CallStore
from bot.storage.database import Database, NotUsable
from bot.storage.dialects import database_clock
from bot.storage.directory import AgentStore
from bot.storage.inbox import InboxStore
from bot.storage.tables import inbox as inbox_table
from tests.databases import opened, postgresql_database
from tests.fakes import FakeClock
from tests.schedule.bench import Bench

NUMBER = "+14155550123"


@pytest.fixture
async def on_postgresql(postgresql: str) -> AsyncIterator[Database]:
    """A migrated PostgreSQL database."""
    async with postgresql_database(postgresql) as url, opened(url) as database:
        yield database


@pytest.fixture
def bench(database: Database, clock: FakeClock) -> Bench:
    """The schedule over each kind of database."""
    return Bench(database, clock, {})


async def cut_all(database: Database) -> None:
    """As a restart of the server does it."""
    async with database.read() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


async def test_a_connection_cut_in_mid_transaction_counts_as_a_database_that_is_away(
    on_postgresql: Database,
) -> None:
    async def cut() -> None:
        async with on_postgresql.write() as connection:
            await connection.execute(text("SELECT 1"))
            await cut_all(on_postgresql)
            await connection.execute(text("SELECT 2"))

    with pytest.raises(StoreAway):
        await cut()
    async with on_postgresql.read() as connection:
        assert (await connection.execute(text("SELECT 3"))).scalar_one() == 3


@pytest.mark.parametrize("code", ["40P01", "40001", "53300", "57P01", "57P03", "58030"])
async def test_a_server_in_trouble_counts_as_away(on_postgresql: Database, code: str) -> None:
    """Deadlock, lost race, no room, stopping, starting, a broken disk: the same again later."""
    trouble = text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")
    with pytest.raises(StoreAway):
        async with on_postgresql.write() as connection:
            await connection.execute(trouble)


async def test_a_server_that_does_not_answer_counts_as_away() -> None:
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    with pytest.raises(StoreAway):
        async with database.read() as connection:
            await connection.execute(text("SELECT 1"))
    await database.close()


async def test_the_errors_of_a_database_show_nothing_that_was_stored(database: Database) -> None:
    with pytest.raises(Exception, match=r"no such table|does not exist") as caught:
        async with database.write() as connection:
            await connection.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": NUMBER})
    assert NUMBER not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("not a url with s3cret", "can't be read"),
        ("mysql://root:s3cret@host/db", "mysql"),
        ("sqlite+aiosqlite:///:memory:", "names no file"),
        ("sqlite://", "names no file"),
    ],
)
def test_a_database_url_that_cannot_work_is_refused_without_showing_it(url: str, why: str) -> None:
    with pytest.raises(NotUsable, match=why) as caught:
        Database(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://u:p@host/db", "postgresql+psycopg2://u:p@host/db"])
def test_the_usual_postgresql_url_gets_our_driver(url: str) -> None:
    assert Database(url).url.drivername == "postgresql+asyncpg"


def test_the_usual_sqlite_url_gets_our_driver(tmp_path: Path) -> None:
    assert Database(f"sqlite:///{tmp_path / 'x.db'}").url.drivername == "sqlite+aiosqlite"


async def test_odd_characters_in_a_providers_words_are_no_obstacle(
    bench: Bench, database: Database
) -> None:
    calls = CallStore(database)
    call = await bench.book()
    await calls.claim_due(
        bench.clock.now(),
        provider="vozagent",
        limits=NO_LIMITS,
        worker="w1",
        limit=1,
        lease=timedelta(seconds=60),
        judge=lambda _: ALLOWED,
    )
    words = "zero \x00 and half a \ud83d pair"
    moved = await calls.move(
        await bench.call(call),
        State.PLACED,
        by="switchboard",
        now=bench.clock.now(),
        what="placed",
        why=words,
        attempt={"transcript": words, "summary": words, "raw_status": words, "detail": words},
    )
    assert moved is not None
    attempt = await bench.attempt(call)
    assert attempt.transcript == "zero  and half a ? pair"
    assert moved.reason == "zero  and half a ? pair"


async def test_two_names_for_one_assistant_are_both_kept(
    database: Database, clock: FakeClock
) -> None:
    shelf = AgentStore(database)
    agents = [Agent("Voz", "vozagent", "a-1"), Agent("Priya", "vozagent", "a-1")]
    for _ in range(2):
        await shelf.replace("vozagent", agents, clock.now())
    assert [agent.name for agent, _ in await shelf.all()] == ["Priya", "Voz"]


async def lease_runs_out(database: Database) -> None:
    async with database.write() as connection:
        past = database_clock(timedelta(seconds=-1))
        await connection.execute(inbox_table.update().values(lease_until=past))


async def test_a_delivery_outlives_an_outage_of_many_minutes(
    database: Database, clock: FakeClock
) -> None:
    """Five failures are ten seconds of Slack being away."""
    inbox = InboxStore(database, clock, "w1")
    kept = await inbox.keep("T1", "a", "command", {})
    assert kept is not None
    for _ in range(GIVE_UP_AFTER - 1):
        await inbox.failed(kept, "R-1 SlackSilent")
    assert await inbox.take_over(10) == []  # the pauses grow
    await lease_runs_out(database)
    assert [one.id for one in await inbox.take_over(10)] == [kept]


async def test_what_is_still_being_worked_off_is_held_on(
    database: Database, clock: FakeClock
) -> None:
    inbox, other = InboxStore(database, clock, "w1"), InboxStore(database, clock, "w2")
    kept = await inbox.keep("T1", "a", "command", {})
    assert kept is not None
    await lease_runs_out(database)
    await inbox.hold([kept])
    assert await other.take_over(10) == []
    await lease_runs_out(database)
    assert len(await other.take_over(10)) == 1
    await inbox.hold([kept])  # too late: it belongs to the other now
    await lease_runs_out(database)
    assert len(await inbox.take_over(10)) == 1
