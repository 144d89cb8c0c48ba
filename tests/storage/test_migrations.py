"""The numbered migrations and the tables in the code say the same, on both databases."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Connection,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from bot.calls.call import CallId
from bot.calls.person import NONE_SET, Defaults
from bot.calls.states import State
from bot.storage.contacts import ContactStore
from bot.storage.database import Database
from bot.storage.directory import PeopleStore
from bot.storage.migrate import MIGRATIONS, migrate
from bot.storage.tables import calls, metadata
from tests.fakes import MORNING, FakeClock
from tests.storage.shop import Shop

NEWEST, EARLIER = "0005", ["0001", "0002", "0003", "0004"]
OLD_REQUEST = {  # as the first version wrote it
    "number": "+14155550123", "agent_name": "Voz", "agent_id": "asst-voz", "provider": "vozagent",
    "asker_zone": "America/New_York", "when": None, "name": "Ana López", "notes": None,
    "callee_zones": ["America/Los_Angeles"], "zone_source": None, "said": "now", "warnings": [],
}  # fmt: skip


def a_call(call_id: str = "c-1", **changes: Any) -> dict[str, Any]:
    """A row as versions before 0004 wrote it."""
    return {
        "id": call_id, "code": call_id.upper(), "team": "T0ACME", "channel": "C0SALES",
        "asker": "U0RITA", "number": "+14155550123", "provider": "vozagent",
        "request": OLD_REQUEST, "state": "scheduled", "rev": 1, "due": MORNING, "reason": "",
        "reason_code": "", "changed_by": "U0RITA", "changed_at": MORNING, "created_at": MORNING,
        "attempts_made": 0, "attempts_used": 0, **changes,
    }  # fmt: skip


def an_attempt(call_id: str, **changes: Any) -> dict[str, Any]:
    """The same for an attempt."""
    return {
        "id": f"a-{call_id}", "call_id": call_id, "n": 1, "open": True, "provider": "vozagent",
        "claimed_by": "w0", "claimed_at": MORNING, "lease_until": MORNING, "answer": "placed",
        "detail": "", "raw_status": "queued", "currency": "USD", "checks": 0,
        "provider_call_id": "p-1", "next_poll": MORNING, **changes,
    }  # fmt: skip


async def at_revision(
    database: Database, revision: str, step: Callable[[Config, str], None] = command.upgrade
) -> None:
    """Bring an empty or older database to that revision, not to the newest."""

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        step(config, revision)

    async with database.write() as connection:
        await connection.run_sync(run)


async def write_as_it_is(database: Database, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert into whatever columns the table has, as an older version would."""

    def run(connection: Connection) -> None:
        connection.execute(insert(Table(table, MetaData(), autoload_with=connection)), rows)

    async with database.write() as connection:
        await connection.run_sync(run)


async def tables_of(database: Database) -> MetaData:
    """As they stand in the database, not in the code."""
    found = MetaData()
    async with database.read() as connection:
        await connection.run_sync(found.reflect)
    return found


async def work_as_it_did(database: Database, old: MetaData, call_id: str) -> list[str]:
    """Book, claim and look, with the columns an older version knows; the ids of all calls."""
    calls, attempts = old.tables["calls"], old.tables["attempts"]
    claim = update(calls).where(calls.c.id == call_id).values(state="dialling", rev=2)
    async with database.write() as connection:
        await connection.execute(insert(calls), [a_call(call_id)])
        (row,) = (await connection.execute(claim.returning(calls))).all()
        attempt = an_attempt(call_id, provider_call_id=f"p-{call_id}")
        await connection.execute(insert(attempts), [attempt])
        joined = select(calls, attempts).join(attempts, attempts.c.call_id == calls.c.id)
        found = (await connection.execute(joined.order_by(calls.c.id))).all()
    assert len(row) == len(calls.c)
    return [str(row[0]) for row in found]


def uniques_of(table: Table) -> set[tuple[str, ...]]:
    """What may be in a table only once."""
    keys: list[UniqueConstraint | Index] = [each for each in table.indexes if each.unique]
    keys += [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return {tuple(column.name for column in each.columns) for each in keys}


@pytest.fixture
async def empty(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    database = Database(database_url)
    yield database
    await database.close()


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert await migrate(database) == await migrate(database) == NEWEST


async def test_the_migrated_schema_is_the_one_in_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("revision", EARLIER)
async def test_what_an_earlier_version_wrote_goes_on(
    empty: Database, clock: FakeClock, revision: str
) -> None:
    await at_revision(empty, revision)
    named = {"name_key": "ana lopez"} if revision >= "0004" else {}
    rows = [a_call("c-1", **named), a_call("c-2", state="placed", attempts_made=1, **named)]
    await write_as_it_is(empty, "calls", rows)
    await write_as_it_is(empty, "attempts", [an_attempt("c-2")])
    assert await migrate(empty) == NEWEST
    shop = Shop(empty, clock)
    ((polled, attempt),) = await shop.calls.to_poll(shop.now, 9, "vozagent")
    assert (polled.id, attempt.variables, attempt.until) == ("c-2", {}, None)
    (claimed,) = await shop.claim()
    assert (claimed.id, claimed.request.name) == ("c-1", "Ana López")
    (contact,) = await ContactStore(empty).named("T0ACME", "U0RITA", "lopez")
    assert (contact.name, contact.number) == ("Ana López", "+14155550123")


async def test_the_defaults_of_people_stay(empty: Database) -> None:
    await at_revision(empty, "0003")
    defaults = {"agent": "Voz"}
    row = {"team": "T", "person": "U", "seen_at": MORNING, "defaults": defaults}
    await write_as_it_is(empty, "people", [row])
    await migrate(empty)
    kept = await PeopleStore(empty).defaults_of("T", "U")
    assert kept == Defaults(agent="Voz") != NONE_SET


async def test_names_are_filled_in_for_however_many_calls(empty: Database) -> None:
    await at_revision(empty, "0003")
    nameless = OLD_REQUEST | {"name": None}
    rows = [
        a_call(f"c-{n:04}", request=OLD_REQUEST if n % 2 else nameless, state="completed")
        for n in range(2100)
    ]
    await write_as_it_is(empty, "calls", rows)
    await migrate(empty)
    counted = select(calls.c.name_key, func.count()).group_by(calls.c.name_key)
    async with empty.read() as connection:
        found = {row[0]: row[1] for row in await connection.execute(counted)}
    assert found == {None: 1050, "ana lopez": 1050}


async def test_an_older_version_may_go_on_writing_beside_a_newer_one(
    database: Database, clock: FakeClock
) -> None:
    await write_as_it_is(database, "calls", [a_call("c-1"), a_call("c-2", state="dialling")])
    await write_as_it_is(database, "attempts", [an_attempt("c-2", lease_until=MORNING)])
    shop = Shop(database, clock)
    assert [call.id for call in await shop.claim()] == ["c-1"]
    other = await shop.calls.get(CallId("c-2"))
    assert other is not None
    assert other.state is State.DIALLING
    assert (await shop.calls.attempts(other.id))[0].variables == {}


@pytest.mark.parametrize("revision", EARLIER)
async def test_what_an_earlier_version_does_goes_on_while_a_newer_one_migrates(
    empty: Database, database_url: str, revision: str
) -> None:
    await at_revision(empty, revision)
    old = await tables_of(empty)
    await work_as_it_did(empty, old, "c-1")
    newer = Database(database_url)
    await migrate(newer)
    await newer.close()
    # The same connections as before, with the statements they have prepared.
    await work_as_it_did(empty, old, "c-2")
    assert await work_as_it_did(empty, old, "c-3") == ["c-1", "c-2", "c-3"]


@pytest.mark.parametrize("revision", EARLIER)
async def test_a_migration_only_adds(empty: Database, revision: str) -> None:
    await at_revision(empty, revision)
    before = await tables_of(empty)
    await migrate(empty)
    after = await tables_of(empty)
    for name, old in before.tables.items():
        new = after.tables[name]
        for column in old.columns:
            kept = new.columns[column.name]
            assert str(kept.type) == str(column.type), kept
            assert kept.nullable or not column.nullable, kept
        added = [column for column in new.columns if column.name not in old.columns]
        assert all(each.nullable or each.server_default is not None for each in added), added
        assert uniques_of(new) <= uniques_of(old), "who does not know a new key breaks it"


async def test_a_step_back_leaves_calls_of_campaigns_to_nobody(
    database: Database, clock: FakeClock
) -> None:
    """A version that knows no campaigns would dial them, approved or not."""
    shop = Shop(database, clock)
    await shop.campaign("b-1")
    bulk = await shop.book("bulk", campaign="b-1")
    single = await shop.book("single")
    await at_revision(database, "0004", command.downgrade)
    old = await tables_of(database)
    states = select(old.tables["calls"].c.id, old.tables["calls"].c.state)
    async with database.read() as connection:
        found = {row[0]: row[1] for row in await connection.execute(states)}
    assert found == {bulk.id: "awaiting_approval", single.id: "scheduled"}


async def test_a_step_back_and_forth_keeps_the_calls(database: Database, clock: FakeClock) -> None:
    shop = Shop(database, clock)
    made = await shop.book(name="Ana")
    await at_revision(database, "0003", command.downgrade)
    assert await migrate(database) == NEWEST
    assert await shop.calls.get(made.id) == made
    assert len(await ContactStore(database).named("T0ACME", "U0RITA", "ana")) == 1
