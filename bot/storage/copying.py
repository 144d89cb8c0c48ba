"""Copies a shop's rows into another database, so that a copy begun before is mended and gone on."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Table, delete, insert, select, tuple_
from sqlalchemy.exc import DataError, IntegrityError

from bot.storage.database import Database, NotUsable
from bot.storage.fingerprint import TABLES, Key, Row, batches, canonical, key_of, portable

Told = Callable[[str], None]


async def copy(source: Database, target: Database, told: Told) -> None:
    """Make the target's rows those of the source. Nobody may write to either meanwhile.

    First whatever the source does not hold just so is deleted, then what is missing is inserted:
    no row is ever changed in place, so no order of steps can break a unique key. Killed at any
    instruction, it can be run again. Raises ``NotUsable`` for a row the target can't take.
    """
    for table in TABLES:
        await _clear(source, target, table)
    for table in TABLES:
        told(f"{table.name}: {await _fill(source, target, table):,} rows copied")


async def _clear(source: Database, target: Database, table: Table) -> None:
    """Delete rows that differ from the source's, or are not there any more."""
    async for theirs in batches(target, table):
        ours = await _by_key(source, table, [key_of(table, row) for row in theirs])
        stale = [key for row in theirs if ours.get(key := key_of(table, row)) != canonical(row)]
        if stale:
            await _delete(target, table, stale)


async def _fill(source: Database, target: Database, table: Table) -> int:
    """Insert what is missing; how many rows that was."""
    copied = 0
    async for ours in batches(source, table):
        there = await _by_key(target, table, [key_of(table, row) for row in ours])
        missing = [row for row in ours if key_of(table, row) not in there]
        if missing:
            await _insert(target, table, missing)
        copied += len(missing)
    return copied


async def _by_key(database: Database, table: Table, keys: Sequence[Key]) -> Mapping[Key, bytes]:
    statement = select(table).where(_among(table, keys))
    async with database.read() as connection:
        found = (await connection.execute(statement)).mappings()
        return {key_of(table, row): canonical(portable(row)) for row in found}


async def _delete(database: Database, table: Table, keys: Sequence[Key]) -> None:
    """With the rows that refer to them, which are copied anew."""
    async with database.write() as connection:
        for column in _references(table):
            gone = delete(column.table).where(column.in_([key[0] for key in keys]))
            await connection.execute(gone)
        await connection.execute(delete(table).where(_among(table, keys)))


async def _insert(database: Database, table: Table, rows: Sequence[Row]) -> None:
    try:
        async with database.write() as connection:
            await connection.execute(insert(table), rows)
    except (DataError, IntegrityError) as error:
        first, last = key_of(table, rows[0]), key_of(table, rows[-1])
        raise NotUsable(
            f"The new database does not take a row of {table.name} between {first} and {last} "
            f"({type(error.orig).__name__}). Nothing was moved; this database serves as before."
        ) from error


def _references(table: Table) -> Iterable[ColumnElement[object]]:
    return [
        key.parent for child in TABLES for key in child.foreign_keys if key.column.table is table
    ]


def _among(table: Table, keys: Sequence[Key]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)
