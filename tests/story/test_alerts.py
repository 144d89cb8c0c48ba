"""A refused key: calls wait, on-call staff hear of it once, and again when it is mended."""

from bot.service import Service
from bot.settings import load
from tests.story.world import SATURDAY_12, World

NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"


async def test_on_call_staff_hear_of_a_refused_key_and_of_its_end(one_world: World) -> None:
    world = one_world
    await world.stop_bot()
    settings = world.settings() | {"SWITCHBOARD_ONCALL": "S0ONCALL"}
    world.bot = Service(load(settings), "socket")
    await world.bot.start()
    await world.slack.app_connected()
    root = await world.books(NOON)
    key, world.vozagent.account.api_key = world.vozagent.account.api_key, "another"
    world.skip_to(SATURDAY_12)
    await world.slack.until(lambda _: len(alerts(world)) == 1, 20)
    assert alerts(world)[0].startswith("🔴 VozAgent refuses our key (401). ")
    assert "none was dialled" in alerts(world)[0]
    assert not world.vozagent.calls
    world.vozagent.account.api_key = key
    world.skip(minutes=2)
    await world.reads(root, "Reached", timeout=20)
    await world.slack.until(lambda _: len(alerts(world)) == 2, 20)
    assert alerts(world)[1].startswith("🟢 VozAgent takes calls again")
    assert world.vozagent.posts_to("+14155552671") >= 2
    assert len(world.vozagent.calls) == 1


def alerts(world: World) -> list[str]:
    """What Omar, who is on call, was told."""
    return [each.text for each in world.slack.seen_by("omar", "dm") if each.bot]
