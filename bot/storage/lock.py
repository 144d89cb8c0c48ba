"""One process per SQLite file: two would each believe that what the other dials is abandoned."""

import fcntl
import os
from pathlib import Path

from sqlalchemy import URL

from bot.storage.database import NotUsable

__all__ = ["FileLock", "InUse", "NotUsable"]


class InUse(NotUsable):
    """Another process has the database."""


class FileLock:
    """Held from ``take`` until the process ends or ``release``; a crash releases it."""

    def __init__(self, url: URL) -> None:
        file = url.database
        self._path = None if file in {None, "", ":memory:"} else Path(f"{file}.lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Raises ``NotUsable``."""
        if self._path is None:
            return
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NotUsable(
                f"The database file of DATABASE_URL can't be opened: {error.strerror} "
                f"({self._path.parent}). Make the folder, or name another. Nothing was started."
            ) from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()  # our handle, not their lock
            raise InUse(
                f"Another Switchboard uses this database file ({self._path.name} is locked). Stop "
                "it first, or use PostgreSQL for several processes. Nothing was started."
            ) from None

    def release(self) -> None:
        """Let the next process in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
