"""Links to recordings expire: the provider is asked for a new one, or the old one is named so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.calls.call import Call, CallId
from bot.calls.errors import NotAllowed, NotFound, ProviderError
from bot.calls.provider import CallProvider, Capabilities, News
from bot.calls.states import State
from bot.flows.recordings import Recordings
from bot.schedule.orders import watched_of
from tests.databases import fresh_url, opened
from tests.fakes import FakeClock
from tests.schedule.bench import Bench, Scripted

ASKER, LEAD, STRANGER = "U0RITA", "U0LEE", "U0OMAR"
OLD, NEW = "https://media.example/a?sig=old", "https://media.example/a?sig=new"


def told(link: str | None) -> News:
    return News(State.COMPLETED, "completed", summary="They said yes.", recording_url=link)


@pytest.fixture
def provider() -> Scripted:
    return Scripted()


@pytest.fixture
async def bench(tmp_path: Path, clock: FakeClock, provider: Scripted) -> AsyncIterator[Bench]:
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        yield Bench(database, clock, {provider.name: provider})


@pytest.fixture
async def heard(bench: Bench, provider: Scripted) -> Call:
    """A call that ended with a recording."""
    provider.readings.append(told(OLD))
    call = await bench.dialled()
    await bench.watch(seconds=3)
    assert (await bench.attempt(call)).recording_url == OLD
    provider.readings.clear()
    return call


def recordings(bench: Bench, providers: dict[str, CallProvider] | None = None) -> Recordings:
    known = bench.providers if providers is None else providers
    return Recordings(calls=bench.calls, providers=known, watched=watched_of)


async def test_the_provider_is_asked_at_the_click(
    bench: Bench, provider: Scripted, heard: Call
) -> None:
    provider.readings.append(told(NEW))
    found = await recordings(bench).fresh(heard.id, ASKER, ())
    assert (found.url, found.trouble, found.provider) == (NEW, "", "VozAgent")
    assert provider.asked[-1] == "p-1"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (ProviderError("503"), "it did not answer just now"),
        (None, "it named no recording when I asked"),
        (told(None), "it named no recording when I asked"),
    ],
)
async def test_without_a_new_link_the_old_one_is_given_with_the_reason(
    bench: Bench, provider: Scripted, heard: Call, answer: News | Exception | None, trouble: str
) -> None:
    provider.readings.append(answer)
    found = await recordings(bench).fresh(heard.id, LEAD, {LEAD})
    assert (found.url, found.trouble) == (OLD, trouble)


async def test_a_provider_that_is_gone_or_silent_is_not_asked(
    bench: Bench, provider: Scripted, heard: Call
) -> None:
    asked = list(provider.asked)
    gone = await recordings(bench, {}).fresh(heard.id, ASKER, ())
    assert (gone.url, gone.provider) == (OLD, "vozagent")
    assert gone.trouble == "it is not set up any more"
    provider.capabilities = Capabilities(can_read=False, can_find=False)
    silent = await recordings(bench).fresh(heard.id, ASKER, ())
    assert silent.trouble == "it can't be asked about this call"
    assert provider.asked == asked


async def test_a_stranger_gets_no_link(bench: Bench, provider: Scripted, heard: Call) -> None:
    asked = list(provider.asked)
    with pytest.raises(NotAllowed, match="Only <@U0RITA>"):
        await recordings(bench).fresh(heard.id, STRANGER, {LEAD})
    assert provider.asked == asked


async def test_where_there_is_no_recording_that_is_said(bench: Bench) -> None:
    call = await bench.book()
    for call_id in (call.id, CallId("nobody's")):
        with pytest.raises(NotFound):
            await recordings(bench).fresh(call_id, ASKER, ())
