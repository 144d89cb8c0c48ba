"""People who were called before, to be called again by their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Contact:
    """A name and number of earlier calls in this workspace."""

    name: str
    number: str  # E.164
    last_asked_at: datetime  # aware UTC
    own: bool  # the person asking has called them


class Contacts(Protocol):
    """The workspace's own book; it fills itself from the calls people place."""

    async def named(self, team: str, asker: str, words: str, limit: int = 6) -> Sequence[Contact]:
        """Whose name is, begins with, or has a word beginning with each of ``words``.

        Exact names first, then the asker's own contacts, then the latest; each number once.
        """
