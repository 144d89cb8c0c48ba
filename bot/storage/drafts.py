"""Confirmations shown and not yet pressed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import CallId, Draft, DraftId, Home, Request
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.ids import new_id
from bot.storage.rows import draft_of, request_to_json
from bot.storage.tables import drafts


class DraftStore:
    """``calls.ports.Drafts`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self,
        home: Home,
        request: Request | None,
        *,
        source: str,
        expires_at: datetime,
        response_url: str | None,
        partial: Mapping[str, str] | None = None,
    ) -> Draft:
        """A new draft; the same ``source`` (delivery) gives the same draft again."""
        row = {
            "id": new_id(),
            "source": source,
            "team": home.team,
            "channel": home.channel,
            "thread": home.thread,
            "asker": home.asker,
            "state": "open",
            "request": request_to_json(request) if request else None,
            "partial": dict(partial or {}),
            "response_url": response_url,
            "expires_at": expires_at,
        }
        fresh = insert_if_new(drafts, self._database.dialect).values(row)

        async def open_one(connection: AsyncConnection) -> Draft:
            await connection.execute(fresh)
            found = await connection.execute(select(drafts).where(drafts.c.source == source))
            return draft_of(found.mappings().one())

        return await self._database.transact(open_one)

    async def get(self, draft_id: DraftId) -> Draft | None:
        """The draft, whatever its state."""
        found = await self._database.rows(select(drafts).where(drafts.c.id == draft_id))
        return draft_of(found[0]) if found else None

    async def change(
        self, draft_id: DraftId, request: Request, *, expires_at: datetime
    ) -> Draft | None:
        """Put another request in; ``None`` when it is no longer open."""
        return await self._update(draft_id, request=request_to_json(request), expires_at=expires_at)

    async def remember_url(self, draft_id: DraftId, response_url: str) -> None:
        """The newest address at which its confirmation can be replaced."""
        await self._update(draft_id, response_url=response_url)

    async def drop(self, draft_id: DraftId) -> bool:
        """The asker cancelled it; ``False`` when it was no longer open."""
        return await self._update(draft_id, state="dropped") is not None

    async def press(self, draft_id: DraftId, call_id: CallId) -> bool:
        """It has been carried out on that call; ``False`` when it was no longer open."""
        return await self._update(draft_id, state="pressed", call_id=call_id) is not None

    async def forget(self, before: datetime) -> int:
        """Delete drafts that expired before that instant; how many."""
        async with self._database.write() as connection:
            result = await connection.execute(delete(drafts).where(drafts.c.expires_at < before))
        return result.rowcount

    async def _update(self, draft_id: DraftId, **values: Any) -> Draft | None:
        statement = (
            update(drafts)
            .where(drafts.c.id == draft_id, drafts.c.state == "open")
            .values(**values)
            .returning(drafts)
        )
        changed = await self._database.change(statement)
        return draft_of(changed[0]) if changed else None
