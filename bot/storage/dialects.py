"""The few differences between SQLite and PostgreSQL, in one place."""

from collections.abc import Mapping
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, DateTime, Engine, String, Text, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.sql.schema import Table
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. A naive one is a bug and raises ``ValueError``."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant must carry its zone")
        return value.astimezone(UTC_ZONE)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone; what we bound was UTC.
        return (
            value.replace(tzinfo=UTC_ZONE) if value.tzinfo is None else value.astimezone(UTC_ZONE)
        )


def storable(words: str) -> str:
    """Without what a database cannot hold: zero bytes, half letters."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class Words(TypeDecorator[str]):
    """Somebody else's words, made ``storable``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Word(TypeDecorator[str]):
    """The same for short ones."""

    impl = String
    cache_ok = True
    process_bind_param = Words.process_bind_param


class JsonWords(TypeDecorator[dict[str, Any]]):
    """The same in JSON; nothing is NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, Any] | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        return None if value is None else _storable_json(dict(value))


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _storable_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_json(each) for each in value]
    return value


class database_clock(FunctionElement[datetime]):  # noqa: N801 - reads as the SQL function it is
    """The database's own present moment plus some seconds: leases never trust a process's clock."""

    type = Utc()
    inherit_cache = False  # the seconds are part of the text

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.seconds = float(ahead.total_seconds())


@compiles(database_clock, "sqlite")
def _sqlite_clock(element: database_clock, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{element.seconds:+.3f} seconds')"


@compiles(database_clock, "postgresql")
def _postgresql_clock(element: database_clock, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(clock_timestamp() + interval '{element.seconds:.3f} seconds')"


def insert_if_new(table: Table, dialect: str) -> Insert:
    """``INSERT … ON CONFLICT DO NOTHING``; read back what happened with ``returning``."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


# Durable: an acknowledged commit survives a power cut.
SQLITE_PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000",
)  # fmt: skip


def tune_sqlite(engine: AsyncEngine | Engine, *, writer: bool) -> None:
    """WAL and full durability; the writer takes the write lock when a transaction begins."""

    real = engine.sync_engine if isinstance(engine, AsyncEngine) else engine

    @event.listens_for(real, "connect")
    def on_connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # transactions are begun by us, below
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(real, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
