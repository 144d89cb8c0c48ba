"""Somebody who was called once by number is called by name from then on, on every surface."""

from bot.demo.slack.messages import Message
from tests.story.world import SATURDAY_12, World

FIRST = "/dial +1 415 555 2671, José García with Voz tomorrow noon"
OTHER = "/dial +1 212 555 2672, Ana García with Voz tomorrow noon"
WHOM = "José García"


async def confirmed(world: World, before: int, where: str = "#sales") -> str:
    """The confirmation that appears, for the number of the first call."""
    answer = await world.slack.until(lambda _: asked_of(world, where)[before])
    text = world.text(answer)
    assert "+1 415-555-2671" in text
    assert f"*Name*\n  {WHOM}" in text
    assert "Number from your call of" in text
    return text


def asked_of(world: World, where: str) -> list[Message]:
    """Confirmations Rita has seen there."""
    seen = world.slack.seen_by("rita", where)
    return [one for one in seen if one.bot and "Nothing is scheduled yet" in world.text(one)]


async def test_a_person_called_once_by_number_is_called_by_name(world: World) -> None:
    first = await world.books(FIRST)
    answer = await world.types("/dial jose garcia with Voz monday 1pm their time note: kitchen")
    text = world.text(answer)
    assert "+1 415-555-2671" in text
    assert "Mon 23 Nov 2026, 1:00 PM PST (their time)" in text
    assert "kitchen" in text
    assert "Number from your call of Nov 20, 2026" in text
    await world.press(answer, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[1])
    await world.reads(root, WHOM, "+1 415-555-••71")
    world.skip_to(SATURDAY_12)
    await world.reads(first, "Reached")
    world.skip(hours=51)
    await world.reads(root, "Reached")
    assert world.vozagent.posts_to("+14155552671") == 2


async def test_a_part_of_a_name_is_asked_with_a_button_for_each_person(world: World) -> None:
    await world.books(FIRST)
    await world.books(OTHER)
    question = await world.types("/dial García with Voz monday 1pm note: kitchen")
    text = world.text(question)
    assert "I know several people like “García”" in text
    assert "Nothing was dialled" in text
    buttons = world.slack.buttons("rita", question)
    assert "José García · +1 415-555-••71 · called 20 Nov" in buttons
    assert "Ana García · +1 212-555-••72 · called 20 Nov" in buttons
    assert "Someone else: type the number…" in buttons
    place = buttons.index("José García · +1 415-555-••71 · called 20 Nov")
    await world.press(question, f"choose_person:{place}")
    text = await world.reads(question, "Schedule this call?", "+1 415-555-2671", "kitchen")
    assert "Mon 23 Nov 2026, 1:00 PM CST (your time)" in text


async def test_whom_nobody_knows_is_told_how_to_become_known(world: World) -> None:
    text = world.text(await world.types("/dial John Smith with Voz tomorrow 10am"))
    assert (
        "I know no John Smith. Write the number once, and the name is known from then on. "
        "Nothing was dialled."
    ) in text


async def test_the_assistant_and_the_time_can_still_be_asked(one_world: World) -> None:
    await one_world.books(FIRST)
    await one_world.books(OTHER)
    question = await one_world.types("/dial García monday at 3")
    await one_world.press(question, "choose_person:0")
    await one_world.reads(question, "Which assistant")
    await one_world.press(question, "choose_agent:0")
    await one_world.reads(question, "It can be morning or afternoon")
    await one_world.press(question, "draft_change")  # the form knows what was chosen
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    form = one_world.slack.drawn("rita", view)
    assert "Ana García" in form
    assert "+1 212-555-2672" in form
    await one_world.slack.close("rita", view)
    await one_world.press(question, "choose_time:0")
    text = await one_world.reads(question, "Schedule this call?", "+1 212-555-2672")
    assert "3:00 PM CST" in text


async def test_somebody_else_gets_a_form_for_the_number(one_world: World) -> None:
    await one_world.books(FIRST)
    question = await one_world.types("/dial García with Voz monday 1pm")
    await one_world.press(question, "draft_change")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    await one_world.slack.submit("rita", view, {"number": "+1 212 555 2672", "name": "Eva García"})
    answer = await one_world.slack.until(lambda _: asked_of(one_world, "#sales")[-1])
    text = await one_world.reads(answer, "Eva García", "+1 212-555-2672")
    assert "1:00 PM CST (your time)" in text
    assert "Number from" not in text


async def test_a_colleagues_contact_is_named_as_the_workspaces(one_world: World) -> None:
    await one_world.types(FIRST.replace("noon", "7pm"), who="omar")
    confirmation = one_world.ephemerals("omar")[-1]
    await one_world.press(confirmation, "draft_schedule", "omar")
    await one_world.slack.until(lambda _: one_world.roots()[0])
    text = one_world.text(await one_world.types(f"/dial {WHOM} with Voz tomorrow noon"))
    assert "Number from a call of this workspace on Nov 20, 2026" in text


async def test_one_word_is_a_name_when_somebody_has_it(one_world: World) -> None:
    await one_world.books(FIRST.replace(WHOM, "Mom"))
    answer = await one_world.types("/dial mom")
    assert "Which assistant" in one_world.text(answer)
    help_text = one_world.text(await one_world.types("/dial lisst"))
    assert "Did you mean" in help_text


async def test_mentions_threads_and_direct_messages_know_names(one_world: World) -> None:
    await one_world.books(FIRST)
    words = f"call {WHOM} with Voz tomorrow noon"
    before = len(asked_of(one_world, "#sales"))
    await one_world.slack.message("rita", "#sales", f"@Switchboard {words}")
    await confirmed(one_world, before)
    start = await one_world.slack.message("rita", "#sales", "Who calls José?")
    await one_world.slack.message("rita", "#sales", f"@Switchboard {words}", start.ts)
    await confirmed(one_world, before + 1)
    await one_world.slack.message("rita", "dm", words)
    await confirmed(one_world, 0, "dm")


async def test_the_shortcut_finds_the_number_of_a_name(one_world: World) -> None:
    await one_world.books(FIRST)
    message = await one_world.slack.message("lee", "#sales", "call José García tomorrow please")
    await one_world.slack.shortcut("rita", "call_this_number", message)
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    text = one_world.slack.drawn("rita", view)
    assert "I found no phone number in that message. Number from your call of" in text
    assert "+1 415-555-2671" in text
    await one_world.books(OTHER)
    message = await one_world.slack.message("lee", "#sales", "call García")
    await one_world.slack.close("rita", view)
    await one_world.slack.shortcut("rita", "call_this_number", message)
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    assert "Ana García +1 212-555-2672" in one_world.slack.drawn("rita", view)


async def test_the_form_takes_a_name_for_the_number(world: World) -> None:
    await world.books(FIRST)
    await world.slack.command("rita", "#sales", "/dial")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    before = len(asked_of(world, "#sales"))
    filled = {"agent": "Voz (VozAgent)", "words": "monday 1pm"}
    wrong = await world.slack.submit("rita", view, {**filled, "number": "John Smith"})
    assert wrong.errors["number"].startswith("I know no John Smith. Write the number once")
    unclear = await world.slack.submit("rita", view, {**filled, "number": "Garcia"})
    assert "José García, +1 415-555-2671" in unclear.errors["number"]
    late = {**filled, "number": WHOM, "words": "monday 11pm"}
    assert "Nothing was dialled" in (await world.slack.submit("rita", view, late)).errors["words"]
    await world.slack.submit("rita", view, {**filled, "number": "jose garcia"})
    text = await confirmed(world, before)
    assert "Mon 23 Nov 2026, 1:00 PM CST (your time)" in text


async def test_the_words_of_the_form_may_hold_the_name(one_world: World) -> None:
    await one_world.books(FIRST)
    await one_world.slack.command("rita", "#sales", "/dial")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    before = len(asked_of(one_world, "#sales"))
    filled = {"agent": "Voz (VozAgent)", "words": "tomorrow noon"}
    nobody = await one_world.slack.submit("rita", view, filled)
    assert "no phone number" in nobody.errors["number"]
    filled["words"] = "josé garcía monday 1pm their time"
    await one_world.slack.submit("rita", view, filled)
    assert "1:00 PM PST (their time)" in await confirmed(one_world, before)
