"""Marks on a database besides its mode: small JSON values in ``house``, one per name."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ids import new_id
from bot.storage.tables import house

SHOP = "shop"  # whose data this is: the same word here and in its copy elsewhere
MOVED = "moved"  # the shop was moved from here to another database
COPY_OF = "copy_of"  # the shop was, or is being, copied to here
RESTORED = "restored"  # these data are an old state of the world, and nobody has served them yet

# True of one database and not of the shop in it: never copied, never compared.
OF_ONE_DATABASE = frozenset({SHOP, MOVED, COPY_OF})


async def mark_of(connection: AsyncConnection, name: str) -> dict[str, Any] | None:
    """What the mark says, or ``None``; nobody else changes it until the transaction ends."""
    statement = select(house.c.value).where(house.c.name == name).with_for_update()
    value = (await connection.execute(statement)).scalar_one_or_none()
    return None if value is None else json.loads(value)


async def set_mark(connection: AsyncConnection, name: str, facts: Mapping[str, Any]) -> None:
    """Put the mark there, instead of what it said before."""
    await drop_mark(connection, name)
    value = json.dumps(dict(facts), sort_keys=True)
    await connection.execute(house.insert().values(name=name, value=value))


async def drop_mark(connection: AsyncConnection, name: str) -> None:
    """Take it away, if it is there."""
    await connection.execute(delete(house).where(house.c.name == name))


async def shop_of(connection: AsyncConnection) -> str:
    """The shop's own word, made up when it is asked for the first time."""
    mark = await mark_of(connection, SHOP)
    if mark is None:
        mark = {"id": new_id()}
        await set_mark(connection, SHOP, mark)
    return str(mark["id"])


def stamp(moment: datetime) -> str:
    """An aware UTC instant for people: ``2026-11-20 18:00 UTC``."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
