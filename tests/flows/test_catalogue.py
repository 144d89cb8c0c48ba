"""Every assistant of every provider: slow, failing and fresh ones."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.calls.agents import Listing
from bot.calls.errors import ProviderError
from bot.calls.provider import Agent
from bot.flows import catalogue as flow
from bot.flows.catalogue import Catalogue
from bot.storage.directory import AgentStore
from tests.databases import fresh_url, opened
from tests.fakes import FakeClock

VOZ, REX = Agent("Voz", "vozagent", "v-1"), Agent("Rex", "voicy", "r-1")


@dataclass
class Account:
    """A provider's account, as far as its list of assistants goes."""

    name: str
    agents: list[Agent] = field(default_factory=list)
    label: str = "Voicy"
    error: Exception | None = None
    asked: int = 0
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answering.set()

    async def list_agents(self) -> tuple[Agent, ...]:
        """The list; waits while the account is made slow."""
        self.asked += 1
        self.reached.set()
        await self.answering.wait()
        if self.error is not None:
            raise self.error
        return tuple(self.agents)


@dataclass
class Shop:
    """Two accounts and the catalogue over a real database."""

    vozagent: Account
    voicy: Account
    catalogue: Catalogue


@pytest.fixture
async def shop(tmp_path: Path, clock: FakeClock):  # type: ignore[no-untyped-def]  # a generator fixture of a local class
    vozagent, voicy = Account("vozagent", [VOZ]), Account("voicy", [REX])
    providers = {"vozagent": vozagent, "voicy": voicy}
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        shelf = AgentStore(database)
        made = Catalogue(providers, shelf, clock)  # type: ignore[arg-type]  # only their lists are asked for
        yield Shop(vozagent, voicy, made)


def names(known: Sequence[Agent | Listing]) -> list[str]:
    each = [one.agents if isinstance(one, Listing) else (one,) for one in known]
    return sorted(agent.name for agents in each for agent in agents)


async def test_the_first_question_is_asked_of_every_provider(shop: Shop) -> None:
    assert names(await shop.catalogue.all()) == ["Rex", "Voz"]
    assert (shop.vozagent.asked, shop.voicy.asked) == (1, 1)


async def test_what_is_fresh_is_not_asked_again_and_what_is_old_is(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.catalogue.all()
    clock.advance(minutes=10)
    await shop.catalogue.all()
    assert shop.vozagent.asked == 1
    clock.advance(seconds=1)
    shop.vozagent.agents = [VOZ, Agent("Vera", "vozagent", "v-2")]
    assert names(await shop.catalogue.all()) == ["Rex", "Voz"]  # nobody waits for the new list
    while shop.vozagent.asked < 2 or len(await shop.catalogue.all()) < 3:
        await asyncio.sleep(0)
    assert names(await shop.catalogue.all()) == ["Rex", "Vera", "Voz"]
    assert shop.vozagent.asked == 2


async def test_nobody_is_asked_again_within_five_seconds(shop: Shop, clock: FakeClock) -> None:
    await shop.catalogue.refresh()
    clock.advance(seconds=4.9)
    await shop.catalogue.refresh()
    assert shop.vozagent.asked == 1
    clock.advance(seconds=0.1)
    await shop.catalogue.refresh()
    assert shop.vozagent.asked == 2


async def test_two_at_once_are_one_question(shop: Shop) -> None:
    both = await asyncio.gather(shop.catalogue.refresh(), shop.catalogue.refresh())
    assert names(both[0]) == names(both[1]) == ["Rex", "Voz"]
    assert shop.vozagent.asked == 1


async def test_a_provider_that_fails_keeps_its_old_list(shop: Shop, clock: FakeClock) -> None:
    await shop.catalogue.all()
    shop.voicy.error = ProviderError("no")
    clock.advance(minutes=11)
    assert names(await shop.catalogue.all()) == ["Rex", "Voz"]


async def test_an_assistant_that_was_deleted_at_its_provider_goes(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.catalogue.all()
    shop.voicy.agents = []
    clock.advance(minutes=11)
    assert names(await shop.catalogue.refresh()) == ["Voz"]


async def test_a_slow_provider_does_not_hold_the_others_up_for_ever(shop: Shop) -> None:
    shop.voicy.answering.clear()
    answer = asyncio.create_task(shop.catalogue.refresh())
    await shop.voicy.reached.wait()
    assert not answer.done()
    shop.voicy.answering.set()
    assert names(await answer) == ["Rex", "Voz"]
    assert flow.ANSWER_WITHIN <= 5.0


async def test_a_provider_that_was_switched_off_is_left_out(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        shelf = AgentStore(database)
        await shelf.replace("gone", [Agent("Old", "gone", "o-1")], clock.now())
        await shelf.replace("vozagent", [VOZ], clock.now() - timedelta(minutes=1))
        account = Account("vozagent", [VOZ])
        made = Catalogue({"vozagent": account}, shelf, clock)  # type: ignore[dict-item]  # only its list is asked for
        assert names(await made.all()) == ["Voz"]
        assert account.asked == 0


async def test_a_refresh_tells_which_provider_could_not_be_asked_and_why(
    shop: Shop, clock: FakeClock
) -> None:
    asked_at = clock.now()
    await shop.catalogue.refresh()
    clock.advance(minutes=1)
    shop.voicy.error = ProviderError("Voicy does not accept our account (401).")
    vozagent, voicy = await shop.catalogue.refresh()
    assert vozagent == Listing("vozagent", (VOZ,), clock.now())
    assert voicy == Listing("voicy", (REX,), asked_at, "Voicy does not accept our account (401).")
    shop.voicy.error = None
    clock.advance(minutes=1)
    assert (await shop.catalogue.refresh())[1] == Listing("voicy", (REX,), clock.now())


async def test_one_that_takes_too_long_is_told_too(shop: Shop) -> None:
    shop.voicy.error = TimeoutError()
    _, voicy = await shop.catalogue.refresh()
    assert voicy == Listing("voicy", why_not="Voicy did not answer within 5 seconds.")


async def test_while_it_is_asked_the_old_list_stands(shop: Shop, clock: FakeClock) -> None:
    await shop.catalogue.refresh()
    then = clock.now()
    clock.advance(minutes=1)
    shop.voicy.answering.clear()
    shop.voicy.reached.clear()
    answer = asyncio.create_task(shop.catalogue.refresh())
    await shop.voicy.reached.wait()
    voicy = (await shop.catalogue.listings())[1]
    assert voicy == Listing("voicy", (REX,), then, asking=True)
    shop.voicy.answering.set()
    assert not any(listing.asking for listing in await answer)


async def test_one_whose_first_list_never_came_is_asked_again_in_passing(
    shop: Shop, clock: FakeClock
) -> None:
    shop.voicy.error = ProviderError("no")
    assert names(await shop.catalogue.all()) == ["Voz"]
    shop.voicy.error = None
    clock.advance(seconds=6)
    while len(await shop.catalogue.all()) < 2:
        await asyncio.sleep(0)
    assert shop.voicy.asked == 2


async def test_an_account_without_assistants_is_not_asked_each_time(
    shop: Shop, clock: FakeClock
) -> None:
    shop.voicy.agents = []
    await shop.catalogue.all()
    clock.advance(minutes=9)
    assert names(await shop.catalogue.all()) == ["Voz"]
    assert (await shop.catalogue.listings())[1].seen_at is not None
    assert shop.voicy.asked == 1
