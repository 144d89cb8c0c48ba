"""What is said before a call is given to a provider that reports nothing, and calls by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.story.silent import TO_PRIYA, SilentWorld
from tests.story.test_defaults import sets

FATE = "Vozzo gets this call as soon as you confirm; after that nobody can move or cancel it."


class HastyWorld(SilentWorld):
    """Vozzo is given each call when it is confirmed."""

    def settings(self) -> dict[str, str]:
        """At once, with its whole window."""
        return super().settings() | {"SWITCHBOARD_PROVIDERS__VOZZO__HANDOVER": "at_once"}


@pytest.fixture(params=[SilentWorld, HastyWorld])
async def silent(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SilentWorld]:
    """A provider that reports nothing, given calls shortly before their time, or at once."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    world: SilentWorld = request.param(tmp_path, url, "socket")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


async def test_no_outcome_means_no_other_try_and_that_is_said(silent: SilentWorld) -> None:
    await sets(silent, retries="2", region="GB")
    answer = await silent.types(TO_PRIYA)
    text = silent.text(answer)
    assert "Vozzo reports no outcome; I will ask you how it went" in text
    assert "Retry" not in text
    assert "retries" not in text
    asked = silent.text(await silent.types(f"{TO_PRIYA} retry 2"))
    assert "reports no outcome, so I can't try again; I will ask you how it went" in asked
    other = silent.text(await silent.types("/dial +1 415 555 2671 with Voz tomorrow noon"))
    assert "Retry 2 times, 30 and 120 min later" in other
    assert "From your defaults: retries." in other


async def test_who_can_not_take_it_back_is_told_before_and_after(silent: SilentWorld) -> None:
    hasty = isinstance(silent, HastyWorld)
    answer = await silent.types(TO_PRIYA)
    assert (FATE in silent.text(answer)) is hasty
    assert (FATE in answer.text) is hasty
    await silent.press(answer, "draft_schedule")
    text = await silent.reads(answer, "Priya will call")
    assert ("gets it now, and nobody can move or cancel it any more." in text) is hasty
    assert ("change or cancel it there until it is dialled" in text) is not hasty
    root = await silent.slack.until(lambda _: silent.roots()[0])
    await silent.reads(root, "Handed to Vozzo" if hasty else "Scheduled")
    assert ("Cancel call" in silent.slack.buttons("rita", root)) is not hasty


async def test_at_other_providers_nothing_of_it_is_said(silent: SilentWorld) -> None:
    text = silent.text(await silent.types("/dial +1 415 555 2671 with Voz tomorrow noon"))
    assert "nobody can move" not in text
    assert "One try; I tell you how it ended" in text
