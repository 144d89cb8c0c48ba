"""People who were called before are found by what one remembers of their name."""

from dataclasses import replace

import pytest

from bot.calls.call import Home
from bot.calls.contact import Contact
from bot.calls.names import name_key
from bot.storage.contacts import ContactStore
from bot.storage.database import Database
from tests.fakes import HOME, instant, request
from tests.storage.shop import Shop

LEE = replace(HOME, asker="U0LEE")
ELSEWHERE = replace(HOME, team="T0OTHER")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ana López", "ana lopez"),
        ("  ana\tLOPEZ ", "ana lopez"),
        ("ANA LO\N{COMBINING ACUTE ACCENT}PEZ", "ana lopez"),
        ("Mary-Jane O’Brien, Jr.", "mary jane obrien jr"),
        ("Mary Jane O'Brien Jr", "mary jane obrien jr"),
        ("Straße", "strasse"),
        ("İpek", "ipek"),
        ("Ｊｏｈｎ", "john"),
        ("Андрей", "андреи"),
        ("प्रिया", "प्रिया"),
        ("田中 太郎", "田中 太郎"),
        ("🙂", None),
        ("", None),
        (None, None),
    ],
)
def test_case_accents_and_punctuation_make_no_difference(name: str | None, key: str | None) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize("name", ["Ana López", "İpek Ağaoğlu", "Straße", "ﬁnn", "ΰ", "प्रिया"])
def test_the_key_of_a_key_is_itself(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key


@pytest.fixture
def book(database: Database) -> ContactStore:
    return ContactStore(database)


async def called(shop: Shop, name: str | None, number: str, home: Home = HOME) -> None:
    shop.clock.advance(minutes=1)
    await shop.book(f"{name}-{number}-{shop.now}", name=name, number=number, home=home)


async def names(book: ContactStore, words: str, asker: str = "U0RITA") -> list[str]:
    return [contact.name for contact in await book.named("T0ACME", asker, words)]


async def test_a_person_is_found_by_name_beginning_or_words(book: ContactStore, shop: Shop) -> None:
    await called(shop, "Ana López García", "+14155550101")
    for words in ("ana lopez garcia", "ANA", "an", "lop", "garcía ana", "  ana   gar "):
        assert await names(book, words) == ["Ana López García"], words
    for words in ("na", "opez", "ana maria", "", "?"):
        assert await names(book, words) == [], words


async def test_what_is_told_of_a_contact(book: ContactStore, shop: Shop) -> None:
    await called(shop, "Ana", "+14155550101")
    (contact,) = await book.named("T0ACME", "U0RITA", "ana")
    assert contact == Contact("Ana", "+14155550101", shop.now, own=True)
    (contact,) = await book.named("T0ACME", "U0LEE", "ana")
    assert contact.own is False


async def test_exact_names_come_first_then_ones_own_then_the_latest(
    book: ContactStore, shop: Shop
) -> None:
    await called(shop, "Ana", "+14155550101", LEE)
    await called(shop, "Ana Own", "+14155550102")
    await called(shop, "Ana Early", "+14155550103", LEE)
    await called(shop, "Ana Late", "+14155550104", LEE)
    assert await names(book, "ana") == ["Ana", "Ana Own", "Ana Late", "Ana Early"]
    assert await names(book, "ana", "U0NOBODY") == ["Ana", "Ana Late", "Ana Early", "Ana Own"]


async def test_each_number_is_told_once_with_the_name_last_used(
    book: ContactStore, shop: Shop
) -> None:
    await called(shop, "Ana Lopez", "+14155550101", LEE)
    await called(shop, "ana", "+14155550101", LEE)
    await called(shop, "Ana López", "+14155550101")
    await called(shop, "Ana Other", "+14155550102")
    found = await book.named("T0ACME", "U0LEE", "ana lopez")
    assert [(one.name, one.number, one.own) for one in found] == [
        ("Ana López", "+14155550101", True)
    ]
    exact, other = await book.named("T0ACME", "U0LEE", "ana")
    assert (exact.name, exact.last_asked_at > shop.now) == ("ana", False)
    assert other.number == "+14155550102"


async def test_other_workspaces_have_books_of_their_own(book: ContactStore, shop: Shop) -> None:
    await called(shop, "Ana", "+14155550101", ELSEWHERE)
    await called(shop, None, "+14155550102")
    assert await names(book, "ana") == []


async def test_no_more_are_told_than_asked_for(book: ContactStore, shop: Shop) -> None:
    for n in range(4):
        await called(shop, f"Ana {n}", f"+1415555010{n}")
    assert [one.name for one in await book.named("T0ACME", "U0RITA", "ana", limit=2)] == [
        "Ana 3",
        "Ana 2",
    ]


async def test_signs_that_mean_something_to_a_database_mean_nothing(
    book: ContactStore, shop: Shop
) -> None:
    await called(shop, "Ana", "+14155550101")
    for words in ("%", "_na", "a%", "ana' OR 1=1 --", "\\", "an\x00a %"):
        found = await names(book, words)
        assert found in ([], ["Ana"]), words
    assert await names(book, "%") == []
    assert await names(book, "_na") == []


async def test_a_call_that_is_changed_is_found_by_its_new_name(
    book: ContactStore, shop: Shop
) -> None:
    call = await shop.book(name="Ana")
    changed = request(when=instant(shop.now), name="Zoë", number="+14155550177", provider="voicy")
    moved = await shop.calls.reschedule(
        call, changed, by="U0RITA", now=shop.now, due=shop.now, window=None, what="changed"
    )
    assert moved is not None
    assert await names(book, "ana") == []
    (contact,) = await book.named("T0ACME", "U0RITA", "zoe")
    assert contact.number == "+14155550177"
    assert await shop.calls.due_providers(shop.now) == ["voicy"]
