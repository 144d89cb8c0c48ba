"""A database belongs to practice or to real work, and the key of an address is never kept."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database, NotUsable
from bot.storage.house import settle_mode
from bot.storage.tables import webhooks
from bot.storage.webhooks import WebhookStore
from tests.databases import opened
from tests.storage.shop import Shop

KEY = "k3y-that-nobody-guesses"
URL = f"https://dial.example.test/hooks/voicy/{KEY}"


async def test_a_new_database_belongs_to_whoever_comes_first(database: Database) -> None:
    await settle_mode(database, practice=True)
    await settle_mode(database, practice=True)
    with pytest.raises(NotUsable, match=r"belongs to practice.*Nothing was started"):
        await settle_mode(database, practice=False)


async def test_real_work_is_never_practised_on(database: Database) -> None:
    await settle_mode(database, practice=False)
    await settle_mode(database, practice=False)
    with pytest.raises(NotUsable, match=r"belongs to real work.*another DATABASE_URL"):
        await settle_mode(database, practice=True)


@pytest.mark.parametrize("used_for", ["draft", "call"])
async def test_a_database_used_before_there_were_marks_is_real(
    database: Database, shop: Shop, used_for: str
) -> None:
    await (shop.draft() if used_for == "draft" else shop.book())
    with pytest.raises(NotUsable, match="belongs to real work"):
        await settle_mode(database, practice=True)
    await settle_mode(database, practice=False)


async def test_two_processes_that_disagree_do_not_both_start(
    database: Database, database_url: str
) -> None:
    async with opened(database_url) as other:
        both = await asyncio.gather(
            settle_mode(database, practice=True),
            settle_mode(other, practice=False),
            return_exceptions=True,
        )
    refused = [one for one in both if isinstance(one, NotUsable)]
    assert (len(refused), both.count(None)) == (1, 1)


async def test_many_processes_that_agree_all_start(database: Database, database_url: str) -> None:
    async with opened(database_url) as other:
        await asyncio.gather(
            *(settle_mode(each, practice=True) for each in (database, other) for _ in range(4))
        )


async def test_a_webhook_is_kept_without_the_key_of_its_address(
    database: Database, shop: Shop
) -> None:
    store = WebhookStore(database)
    await store.keep(
        "voicy", url=URL, now=shop.now, their_id="wh-1", address_key=KEY, secret="s1gn"
    )
    hook = await store.of("voicy")
    assert hook is not None
    assert (hook.url, hook.their_id) == ("https://dial.example.test/hooks/voicy/…", "wh-1")
    assert (hook.secret, hook.registered_at) == ("s1gn", shop.now)
    assert hook.opens(KEY)
    assert not hook.opens(KEY + "x")
    assert "s1gn" not in repr(hook)
    async with database.read() as connection:
        kept = str((await connection.execute(webhooks.select())).all())
    assert KEY not in kept


async def test_a_webhook_registered_anew_replaces_the_old_one(
    database: Database, shop: Shop
) -> None:
    store = WebhookStore(database)
    assert await store.of("voicy") is None
    await store.keep("voicy", url=URL, now=shop.now, address_key=KEY, secret="old")
    await store.keep("voicy", url="https://dial.example.test/hooks/voicy", now=shop.now)
    hook = await store.of("voicy")
    assert hook is not None
    assert (hook.secret, hook.address_key_hash) == (None, None)
    assert not hook.opens("")


async def test_a_database_that_was_marked_stays_marked_when_it_is_opened_again(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'x.db'}"
    async with opened(url) as first:
        await settle_mode(first, practice=True)
    async with opened(url) as again:
        with pytest.raises(NotUsable):
            await settle_mode(again, practice=False)


async def test_the_mark_can_be_read_by_hand(database: Database) -> None:
    await settle_mode(database, practice=True)
    async with database.read() as connection:
        rows = (await connection.execute(text("SELECT name, value FROM house"))).all()
    assert [tuple(row) for row in rows] == [("mode", "practice")]
