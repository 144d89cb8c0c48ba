"""A safety copy of a SQLite database while a bot serves from it."""

import json
import os
import shlex
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from bot.storage.database import NotUsable
from bot.storage.marks import RESTORED
from bot.storage.restored import BACKUP

PAGES = 1000  # copied in one step
PATIENCE = 10.0  # seconds
BESIDE = ("", "-journal", "-wal", "-shm", ".lock")  # files of the database itself


def back_up(url: URL, file: Path, *, now: datetime, force: bool) -> int:
    """Write the database of ``url`` to ``file``; its size in bytes. Raises ``NotUsable``.

    The snapshot is the one of the moment it begins. A reader in WAL mode keeps no writer waiting,
    however long it reads. The file is there whole or not at all, for its owner alone to read.
    """
    if url.get_backend_name() != "sqlite":
        raise NotUsable(_pg_dump(url, file))
    database = Path(str(url.database))
    _check(database, file, force)
    try:
        with _new_file(file) as fresh:
            _snapshot(database, fresh)
            _mark(fresh, now)
            _check_whole(fresh)
            _sync(fresh)
            if not force:
                _check_new(file)  # another backup may have finished meanwhile
            fresh.replace(file)
            _sync(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise NotUsable(f"No backup was written: {error}.") from error
    return file.stat().st_size


def _check(database: Path, file: Path, force: bool) -> None:
    if not database.exists():
        raise NotUsable("DATABASE_URL names no database yet: there is nothing to back up.")
    if file.resolve() in {Path(f"{database.resolve()}{end}") for end in BESIDE}:
        raise NotUsable(f"{file} belongs to the database itself. Name another file.")
    if file.is_dir():
        raise NotUsable(f"{file} is a folder. Name a file in it.")
    if not force:
        _check_new(file)


def _check_new(file: Path) -> None:
    if file.exists():
        raise NotUsable(f"{file} is there already. Name another file, or add --force.")


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """An empty file beside it, with mode 0600; nothing is left when it was not renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)


def _snapshot(database: Path, fresh: Path) -> None:
    address = f"{database.resolve().as_uri()}?mode=rw"  # never makes a file
    with (
        closing(sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)) as here,
        closing(sqlite3.connect(fresh, isolation_level=None)) as there,
    ):
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master").fetchone()
        # With the snapshot held, a writer does not make the copy begin anew, step after step.
        here.backup(there, pages=PAGES, sleep=0)
        here.execute("ROLLBACK")
        there.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


def _mark(fresh: Path, now: datetime) -> None:
    """At the first start from it, calls that may have been made since are held.

    A mark that is there already is older, and stays.
    """
    value = json.dumps({"since": now.isoformat(), "how": BACKUP}, sort_keys=True)
    with closing(sqlite3.connect(fresh)) as copy:
        if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'house'").fetchone():
            raise NotUsable(
                "The database has an old schema, whose backups can't say when they were made. Run "
                "`switchboard migrate` first, or stop the bot and copy the file by hand."
            )
        copy.execute("INSERT OR IGNORE INTO house (name, value) VALUES (?, ?)", (RESTORED, value))
        copy.commit()


def _check_whole(fresh: Path) -> None:
    with closing(sqlite3.connect(fresh)) as copy:
        faults = [row[0] for row in copy.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        faults += [f"{row[0]} has a loose row" for row in copy.execute("PRAGMA foreign_key_check")]
    if faults:
        raise NotUsable(
            f"No backup was written: the database is damaged ({'; '.join(faults[:5])})."
        )


def _sync(path: Path) -> None:
    """To the disk, be it a file or a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pg_dump(url: URL, file: Path) -> str:
    host = url.host or url.query.get("host")
    parts = {"host": host, "port": url.port, "username": url.username, "dbname": url.database}
    words = ["pg_dump", "--format=custom", f"--file={file}"]
    words += [f"--{name}={value}" for name, value in parts.items() if value is not None]
    return (
        "A PostgreSQL database is backed up by PostgreSQL's own tool, while the bot runs:\n\n"
        f"    {shlex.join(words)}\n\n"
        "It asks for the password, or reads PGPASSWORD or ~/.pgpass. After `pg_restore`, and "
        "before the first start, tell me what moment that was: `switchboard restored "
        "2026-11-20T18:00Z`. Nothing was written."
    )
