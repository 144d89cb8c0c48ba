"""What is true of the whole database: whether it belongs to practice or to real work."""

from sqlalchemy import exists, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database, NotUsable
from bot.storage.dialects import insert_if_new
from bot.storage.marks import COPY_OF, MOVED, mark_of
from bot.storage.tables import calls, drafts, house

MODE, PRACTICE, REAL = "mode", "practice", "real"

FOR_PRACTICE = (
    "This database belongs to practice: its calls never rang, and real work would dial those that "
    "still wait. Give another DATABASE_URL for real work, or practise on. Nothing was started."
)
FOR_REAL_WORK = (
    "This database belongs to real work: practice would take its calls and dial none of them. Give "
    "another DATABASE_URL to practise on, or leave practice off. Nothing was started."
)

LEFT = (
    "This database serves no more: its shop moved to {to} on {at}. Start with that one as "
    "DATABASE_URL; serving from both would ring phones twice. If the move was interrupted, run "
    "the same `switchboard migrate --to …` once more. To come back here: `switchboard migrate "
    "--take-back`. Nothing was started."
)
NOT_ALL_HERE = (
    "This database is a copy that is not finished, or was taken back. Set DATABASE_URL to the "
    "database it comes from, and run `switchboard migrate --to …` with this one. Nothing was "
    "started."
)


async def settle_mode(database: Database, practice: bool) -> None:
    """Give a new database to practice or to real work, for good; several processes may ask at once.

    One that was used before it could be marked is real. Raises ``NotUsable`` when it belongs to
    the other, or when its shop is served from another database.
    """
    asked = PRACTICE if practice else REAL
    async with database.write() as connection:
        await check_served_here(connection)
        belongs = await _mode(connection)
        if belongs is None:
            mode = REAL if await _used(connection) else asked
            mark = insert_if_new(house, database.dialect).values(name=MODE, value=mode)
            await connection.execute(mark)  # waits for whoever writes the same mark
            belongs = await _mode(connection)
    if belongs != asked:
        raise NotUsable(FOR_PRACTICE if belongs == PRACTICE else FOR_REAL_WORK)


async def check_served_here(connection: AsyncConnection) -> None:
    """Of two databases with the same shop only one is served, and no half of a copy ever is.

    Raises ``NotUsable``.
    """
    moved = await mark_of(connection, MOVED)
    if moved is not None:
        raise NotUsable(LEFT.format_map(moved))
    copy = await mark_of(connection, COPY_OF)
    if copy is not None and not copy["done"]:
        raise NotUsable(NOT_ALL_HERE)


async def _mode(connection: AsyncConnection) -> str | None:
    found = await connection.execute(select(house.c.value).where(house.c.name == MODE))
    mode: str | None = found.scalar_one_or_none()
    return mode


async def _used(connection: AsyncConnection) -> bool:
    used = exists(select(calls.c.id)) | exists(select(drafts.c.id))
    return bool((await connection.execute(select(literal(1)).where(used))).first())
