"""`/dial agents`: what is remembered comes at once, what is true now takes its place."""

from bot.demo.vozagent import Assistant, Fault, Kind
from tests.story.world import World

SLOW = Fault(Kind.SLOW, on="read", seconds=1.0)


async def test_the_remembered_list_comes_at_once_and_the_fresh_one_follows(world: World) -> None:
    await world.types("/dial agents")
    world.skip(minutes=1)
    world.vozagent.account.assistants["new"] = Assistant("new", "Vera")
    world.vozagent.misbehave(SLOW)
    first = world.text(await world.types("/dial agents"))
    assert "Asking VozAgent … Until then, what I know:" in first
    assert "• *Voz* · VozAgent · active" in first
    assert "Vera" not in first
    await world.slack.until(lambda _: "Vera" in world.text(world.ephemerals()[-1]))
    text = world.text(world.ephemerals()[-1])
    assert "Asking" not in text
    assert "*Front Desk* · VozAgent · cannot call: it only takes incoming calls" in text


async def test_asking_again_by_the_button_replaces_the_old_answer(world: World) -> None:
    answer = await world.types("/dial agents")
    world.skip(minutes=1)
    world.vozagent.account.assistants["new"] = Assistant("new", "Vera")
    world.vozagent.misbehave(SLOW)
    await world.press(answer, "agents_again")
    await world.reads(answer, "Asking VozAgent …")
    assert "Asking" not in await world.reads(answer, "Vera")
    assert len(world.ephemerals()) == 1


async def test_one_that_cannot_be_asked_keeps_its_old_list_and_says_so(one_world: World) -> None:
    await one_world.types("/dial agents")
    one_world.skip(minutes=1)
    one_world.vozagent.account.api_key = "another"
    answer = await one_world.types("/dial agents")
    text = await one_world.reads(answer, "could not be asked just now")
    assert "list of 12:00 PM" in text
    assert "VozAgent does not accept our account (401); an admin must check its key" in text
    assert "*Voz* · VozAgent · active" in text


async def test_in_a_direct_message_the_answer_comes_when_it_is_whole(one_world: World) -> None:
    one_world.vozagent.misbehave(SLOW)
    await one_world.slack.message("rita", "dm", "agents")
    answer = await one_world.slack.until(
        lambda _: next(m for m in one_world.slack.seen_by("rita", "dm") if m.bot)
    )
    assert "*Voz* · VozAgent · active" in one_world.text(answer)
    assert "Asking" not in one_world.text(answer)
