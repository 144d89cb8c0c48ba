"""Whether two databases hold the same rows: counted, and summed up in a checksum per table."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, select, true, tuple_

from bot.storage.database import Database
from bot.storage.dialects import storable
from bot.storage.marks import OF_ONE_DATABASE
from bot.storage.tables import house, metadata

BATCH = 500  # rows
TABLES: Sequence[Table] = metadata.sorted_tables  # those that others refer to come first
WHOLE = 2**256

Row = Mapping[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The rows of a table: how many, and a checksum that does not ask for their order."""

    rows: int
    checksum: str  # hexadecimal: the SHA-256 of every row's canonical JSON, added up


@dataclass(frozen=True, slots=True)
class Compared:
    """One table in both databases."""

    table: str
    here: Sum
    there: Sum

    @property
    def same(self) -> bool:
        """Whether both hold the same rows."""
        return self.here == self.there


async def compare(here: Database, there: Database) -> list[Compared]:
    """Every table of both, read from the first row to the last."""
    return [
        Compared(table.name, await sum_of(here, table), await sum_of(there, table))
        for table in TABLES
    ]


async def sum_of(database: Database, table: Table) -> Sum:
    """Count and checksum of what a table holds of the shop.

    Read in one go and in any order, so that a mistake in ``batches`` could not hide here.
    """
    count = total = 0
    statement = select(table).where(of_the_shop(table)).execution_options(yield_per=BATCH)
    async with database.read() as connection, connection.stream(statement) as found:
        async for rows in found.mappings().partitions():
            count += len(rows)
            total += sum(_digest(portable(row)) for row in rows)
    return Sum(count, f"{total % WHOLE:064x}")


async def batches(database: Database, table: Table) -> AsyncIterator[list[Row]]:
    """Rows in the order of their primary keys; none is held in memory longer than its batch."""
    keys = tuple_(*table.primary_key.columns)
    statement = select(table).where(of_the_shop(table)).order_by(*table.primary_key.columns)
    after: ColumnElement[bool] = true()
    while True:
        async with database.read() as connection:
            found = await connection.execute(statement.where(after).limit(BATCH))
            rows = found.mappings().all()
        if not rows:
            return
        yield [portable(row) for row in rows]
        after = keys > key_of(table, rows[-1])


def of_the_shop(table: Table) -> ColumnElement[bool]:
    """All rows but the marks that belong to one database alone."""
    if table is house:
        return house.c.name.not_in(sorted(OF_ONE_DATABASE))
    return true()


def key_of(table: Table, row: Row | RowMapping) -> Key:
    """A row's primary key."""
    return tuple(row[column.name] for column in table.primary_key.columns)


def portable(row: RowMapping) -> dict[str, Any]:
    """A row as every database can hold it: SQLite keeps zero bytes that PostgreSQL refuses."""
    return {
        name: storable(value) if isinstance(value, str) else value for name, value in row.items()
    }


def canonical(row: Row) -> bytes:
    """The same bytes for the same row, whichever database it comes from."""
    return json.dumps(dict(row), sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _digest(row: Row) -> int:
    return int.from_bytes(hashlib.sha256(canonical(row)).digest())


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")  # always UTC
    raise TypeError(f"a {type(value).__name__} has no canonical form")
