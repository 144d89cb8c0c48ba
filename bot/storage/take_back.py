"""Takes a moved shop back: the old database is served again, and the new one no more."""

from datetime import datetime
from typing import Any

from bot.storage.alone import Alone
from bot.storage.database import Database, NotUsable
from bot.storage.marks import (
    COPY_OF,
    MOVED,
    RESTORED,
    drop_mark,
    mark_of,
    set_mark,
    shop_of,
)
from bot.storage.migrate import migrate
from bot.storage.move import ANOTHERS, HERE, THERE, check_apart
from bot.storage.restored import TAKEN_BACK, mark_restored

NOT_MOVED = "This shop was not moved: DATABASE_URL is served as it is. Nothing was changed."
NOT_A_COPY = "The database of --to is no copy of this one. Nothing was changed."
WARNING = (
    "This shop moved to {to} on {at}. Were both served, phones would ring twice. Say which copy is "
    "to be shut, with `--to URL`; or, only when it can never be served again because it is gone, "
    "add `--yes`. What happened over there since the move is not here, in any case. Nothing was "
    "changed."
)

TAKEN = "Taken back: DATABASE_URL is served again, as it was when it was left.{held}"
HELD = (
    " Calls that fell due since then are held at the first start; a person decides on each of them."
)


async def take_back(source: Database, target: Database | None, *, sure: bool) -> str:
    """Open ``source`` again, and shut ``target`` before; what to tell. Raises ``NotUsable``.

    Without a target, ``sure`` says that the copy is gone. Calls that fell due since the move are
    not dialled by themselves: the other database may have made them. Whatever kills this, the same
    call goes on: the old database knows that before the new one is shut, and opens after that.
    """
    async with Alone(source, HERE):
        await migrate(source)
        async with source.write() as connection:
            shop, left = await shop_of(connection), await mark_of(connection, MOVED)
        if target is not None:
            await _shut(source, target, shop, left)
        elif left is None:
            return NOT_MOVED
        elif not sure:
            raise NotUsable(WARNING.format_map(left))
        else:
            await _mark_old(source, left)
        return await _open_again(source)


async def _shut(source: Database, target: Database, shop: str, left: dict[str, Any] | None) -> None:
    check_apart(source, target)
    async with Alone(target, THERE):
        await migrate(target)
        async with target.write() as connection:
            copy_of = await mark_of(connection, COPY_OF)
            if copy_of is None or copy_of["shop"] != shop:
                raise NotUsable(NOT_A_COPY if copy_of is None else ANOTHERS)
            if copy_of["done"]:  # it could be served until now
                await _mark_old(source, left)
            await set_mark(connection, COPY_OF, copy_of | {"done": False})


async def _mark_old(source: Database, left: dict[str, Any] | None) -> None:
    if left is None:
        return
    async with source.write() as connection:
        await mark_restored(connection, datetime.fromisoformat(left["since"]), TAKEN_BACK)


async def _open_again(source: Database) -> str:
    async with source.write() as connection:
        await drop_mark(connection, MOVED)
        is_old = await mark_of(connection, RESTORED) is not None
    return TAKEN.format(held=HELD if is_old else "")
