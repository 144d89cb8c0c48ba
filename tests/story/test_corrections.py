"""Another time, the same call again: by words, on both clocks, confirmed before it counts."""

import re

from bot.demo.slack.messages import Message
from tests.story.world import SATURDAY_12, World

NOON = "/dial +1 415 555 2671, John Smith with Voz tomorrow noon note: kitchen"


def code(world: World, root: Message) -> str:
    """The public id in a live message."""
    found = re.search(r"C-[0-9A-Z]{4,}", world.text(root))
    assert found is not None
    return found.group()


async def test_a_call_is_moved_by_words(world: World) -> None:
    root = await world.books(NOON)
    answer = await world.types(f"/dial move {code(world, root)} monday 1pm their time")
    text = world.text(answer)
    assert f"Move {code(world, root)} to this time?" in text
    assert "Mon 23 Nov 2026, 1:00 PM PST (their time)" in text
    assert "Mon 23 Nov 2026, 3:00 PM CST (your time)" in text
    assert "Due tomorrow" in world.text(root)
    await world.press(answer, "draft_schedule")
    await world.reads(root, "1:00 PM PST")
    world.skip_to(SATURDAY_12)
    assert world.vozagent.posts == []
    world.skip(hours=51)
    await world.reads(root, "Reached")
    assert world.vozagent.posts_to("+14155552671") == 1
    assert len(world.roots()) == 1


async def test_an_ambiguous_new_time_is_asked_back_and_the_same_draft_goes_on(
    one_world: World,
) -> None:
    root = await one_world.books(NOON)
    question = await one_world.types(f"/dial move {code(one_world, root)} monday at 3")
    assert "[Other time…]" in one_world.text(question)
    buttons = one_world.slack.buttons("rita", question)
    assert len([label for label in buttons if "3:00" in label]) >= 1
    await one_world.press(question, "choose_time:0")
    await one_world.slack.until(lambda _: "to this time?" in one_world.text(question))
    await one_world.press(question, "draft_schedule")
    await one_world.reads(root, "Mon 23 Nov")
    assert len(one_world.roots()) == 1


async def test_moving_without_words_opens_the_form(one_world: World) -> None:
    root = await one_world.books(NOON)
    await one_world.slack.command("rita", "#sales", f"/dial move {code(one_world, root)}")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    assert "Reschedule call" in one_world.slack.drawn("rita", view)


async def test_the_same_call_again_keeps_number_name_and_notes(one_world: World) -> None:
    root = await one_world.books(NOON)
    answer = await one_world.types(f"/dial again {code(one_world, root)} monday 1pm")
    text = one_world.text(answer)
    for kept in ("John Smith", "kitchen", "+1 415-555-2671", "Voz"):
        assert kept in text
    await one_world.press(answer, "draft_schedule")
    await one_world.slack.until(lambda _: len(one_world.roots()) == 2)


async def test_somebody_else_can_neither_move_nor_repeat_a_call(one_world: World) -> None:
    root = await one_world.books(NOON)
    for verb in ("move", "again"):
        line = f"/dial {verb} {code(one_world, root)} monday 1pm"
        answer = one_world.text(await one_world.types(line, who="omar"), "omar")
        assert "only they, a lead" in answer
        assert "2671" not in answer


async def test_their_time_is_each_persons_own(one_world: World) -> None:
    line = "/dial +1 415 555 2671, +1 212 555 0123 with Voz tomorrow 10am their time"
    await one_world.types(line)
    await one_world.slack.until(lambda _: len(one_world.ephemerals()) == 2)
    texts = sorted(one_world.text(m) for m in one_world.ephemerals())
    assert any("10:00 AM PST (their time)" in text for text in texts)
    assert any("10:00 AM EST (their time)" in text for text in texts)


async def test_a_chosen_agent_is_kept_when_the_time_is_asked_next(one_world: World) -> None:
    question = await one_world.types("/dial +1 415 555 2671 with Vox tomorrow at 3")
    await one_world.press(question, "choose_agent:0")
    await one_world.slack.until(lambda _: "3:00 PM" in one_world.text(question))
    await one_world.press(question, "choose_time:0")
    await one_world.slack.until(lambda _: "Schedule this call?" in one_world.text(question))
    assert "Voz · provider" in one_world.text(question)
