"""What people see of calls whose provider tells nothing, and what they can say of them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.telephony import Kind
from tests.story.silent import SATURDAY_10, TO_PRIYA, SilentWorld, hears


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[SilentWorld]:
    """A workspace with a provider that reports nothing."""
    world = SilentWorld(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}", "socket")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


async def test_a_call_handed_over_is_followed_to_its_end_by_the_person_who_asked_for_it(
    silent: SilentWorld,
) -> None:
    root = await silent.hands_over()
    text = silent.text(root)
    assert "Priya will call +1 415-555-••71 between" in text
    assert "Vozzo reports no outcome" in text
    assert "8:00 AM - " in text
    assert "PST for them" in text
    assert "no provider can stop a call on its way" in text
    assert silent.slack.buttons("rita", root) == ["Mark outcome…"]
    await silent.reads_thread(root, "Handed to Vozzo, which reports no outcome")
    view = await silent.is_asked(root)
    form = silent.slack.drawn("rita", view)
    assert "( ) It was answered  ( ) Nobody answered  ( ) Voicemail" in form
    answer = {"outcome": "It was answered", "note": "She rang back: <visit> on Tuesday"}
    delivery = await silent.slack.submit("rita", view, answer)
    assert delivery.acked
    text = await silent.reads(root, "Reached, says @rita", "“She rang back: <visit> on Tuesday”")
    assert silent.slack.buttons("rita", root) == ["Call again…"]
    await silent.reads_thread(root, "It was answered, says @rita: “She rang back")
    assert silent.thread(root).count("It was answered") == 1
    assert silent.vozzo.posts_to("+14155552671") == 1


async def test_when_its_window_is_over_the_asker_is_asked_once_and_the_words_are_of_the_past(
    silent: SilentWorld,
) -> None:
    root = await silent.hands_over()
    silent.skip(hours=2)
    text = await silent.reads(root, "Was handed to Vozzo", "Priya was to call", timeout=20)
    assert "no provider can stop" not in text
    assert silent.slack.buttons("rita", root) == ["Mark outcome…", "Call again…"]
    asked = "Vozzo does not say how it went. @rita, how did it go?"
    await silent.reads_thread(root, asked)
    silent.skip(hours=5)
    view = await silent.is_asked(root)
    await silent.slack.submit("rita", view, {"outcome": "No idea"})
    await silent.reads_thread(root, "@rita does not know how it went")
    assert silent.thread(root).count("how did it go?") == 1
    assert "Was handed to Vozzo" in silent.text(root)
    assert "Mark outcome…" in silent.slack.buttons("rita", root)
    silent.skip(hours=30)
    await silent.types("/dial list")
    assert silent.vozzo.posts_to("+14155552671") == 1


async def test_a_stranger_can_not_say_how_a_call_went_but_a_lead_can(silent: SilentWorld) -> None:
    root = await silent.hands_over()
    await silent.press(root, "call_mark", who="omar")
    await hears(silent, "omar", "can say that. Nothing was changed.")
    assert silent.slack.views("omar") == []
    view = await silent.is_asked(root, who="lee")
    await silent.slack.submit("lee", view, {"outcome": "It never rang"})
    await silent.reads(root, "Never rang, says @lee")


async def test_who_may_no_longer_say_it_is_refused_when_they_send_the_form(
    silent: SilentWorld,
) -> None:
    root = await silent.hands_over()
    view = await silent.is_asked(root)
    delivery = await silent.slack.submit("rita", view, {"outcome": "Voicemail"})
    await silent.reads(root, "Not reached, says @rita")
    forged = json.loads(json.dumps(delivery.payload))
    forged["user"]["id"] = "U0OMAR"
    forged["view"]["id"] = "V0FORGED"
    delivery.payload = forged
    await silent.slack.redeliver(delivery)
    await hears(silent, "omar", "can say that. Nothing was changed.", "dm")


async def test_an_outcome_that_two_people_send_is_that_of_the_first(silent: SilentWorld) -> None:
    root = await silent.hands_over()
    hers, his = await silent.is_asked(root), await silent.is_asked(root, who="lee")
    await silent.slack.submit("rita", hers, {"outcome": "Nobody answered"})
    await silent.reads(root, "Not reached, says @rita", "nobody answered")
    await silent.slack.submit("lee", his, {"outcome": "It was answered"})
    await hears(silent, "lee", "is known already", "dm")
    assert "says @rita" in silent.text(root)


async def test_the_same_form_delivered_twice_is_told_once(silent: SilentWorld) -> None:
    root = await silent.hands_over()
    view = await silent.is_asked(root)
    delivery = await silent.slack.submit("rita", view, {"outcome": "Line busy"})
    await silent.reads(root, "the line was busy")
    assert (await silent.slack.redeliver(delivery)).acked
    await silent.reads_thread(root, "The line was busy, says @rita")
    assert silent.thread(root).count("The line was busy") == 1


async def test_a_doubt_at_a_provider_that_can_not_be_asked_is_for_people_alone(
    silent: SilentWorld,
) -> None:
    silent.vozzo.misbehave(Kind.LOST_ANSWER)
    root = await silent.books(TO_PRIYA)
    silent.skip_to(SATURDAY_10)
    text = await silent.reads(root, "Not sure it rang", timeout=20)
    assert "I sent the call to Vozzo" in text
    assert "Vozzo can't be asked. Only a person can know." in text
    assert silent.slack.buttons("rita", root) == ["It rang", "It did not"]
    await silent.reads_thread(root, "@rita, do you know whether it rang?")
    await silent.press(root, "call_not_rang")
    await silent.reads(root, "Did not ring, says @rita")
    await silent.reads_thread(root, "It did not ring, says @rita")
    assert silent.slack.buttons("rita", root) == ["Call again…"]
    assert silent.vozzo.posts_to("+14155552671") == 1


async def test_the_list_of_calls_names_the_provider_it_means(silent: SilentWorld) -> None:
    await silent.hands_over()
    answer = await silent.types("/dial list")
    assert "Handed to Vozzo · " in silent.text(answer)
