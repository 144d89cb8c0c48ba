"""Whatever is typed is answered with what, why, how, and whether a phone could have rung."""

import pytest

from tests.story.world import World

ANSWERS = [
    ("/dial with Voz tomorrow noon", ["no phone number", "Write it like", "Nothing was dialled"]),
    ("/dial 555-12 with Voz tomorrow noon", ["can't call", "Nothing was dialled"]),
    ("/dial +999123456789 with Voz now", ["can't call", "Write it like", "Nothing was dialled"]),
    ("/dial 911 with Voz now", ["emergency", "Nothing was dialled"]),
    ("/dial +1 900 234 5678 with Voz now", ["premium", "Nothing was dialled"]),
    (
        "/dial +1 415 555 2671 with Vox tomorrow noon",
        ["don't know an assistant “Vox”", "Did you mean Voz", "[Voz]", "Nothing was dialled"],
    ),
    (
        "/dial +1 415 555 2671 with Voz yesterday 9am",
        ["has passed", "[Other time…]", "Nothing was dialled"],
    ),
    ("/dial +1 415 555 2671 with Voz on 03/04 at 3pm", ["Which one?", "Nothing was dialled"]),
    ("/dial +1 415 555 2671 with Voz tomorrow at 3", ["[Other time…]", "Nothing was dialled"]),
    ("/dial +1 415 555 2671 with Voz tomorrow 25:00", ["Nothing was dialled"]),
    (
        "/dial +1 800 555 0123 with Voz tomorrow 3pm their time",
        ["time zone", "Nothing was dialled"],
    ),
    ("/dial " + "x" * 10_000, ["longer than 3,000 characters", "Nothing was dialled"]),
    ("/dial +1 415 555 2671 tomorrow noon", ["Which assistant", "[Voz]", "Nothing was dialled"]),
    (
        "/dial +1 415 555 2671 via vozagent tomorrow noon",
        ["several assistants", "[Voz]", "Nothing was dialled"],
    ),
    (
        "/dial +1 415 555 2671 with Voz tomorrow 11pm",
        ["base-hours", "[Sun 22 Nov, 10:00 AM CST", "Nothing was dialled"],
    ),
    ("/dial lisst", ["I don't know", "Did you mean /dial list?", "Nothing was dialled"]),
    ("/dial help", ["/dial list", "tomorrow 10am", "Times mean your clock"]),
    ("/dial cancel", ["Which call?", "Nothing was changed"]),
    ("/dial cancel C-2222", ["I know no call C-2222", "Nothing was changed"]),
]


# Friday 20 November 2026, noon in Chicago: what can be meant in several ways, and how it is asked.
QUESTIONS = [
    ("tomorrow at 3", "[Sat 21 Nov, 3:00 PM CST"),
    ("on 03/04 at 3pm", "[Thu 4 Mar"),
    ("next Saturday 1pm", "Sat 28 Nov"),
    ("Friday 1pm", "Fri 27 Nov"),
    ("Monday 24 Nov at 1pm", "do not belong together"),
    ("every Monday at 1pm", "one call at a time"),
    ("Monday or Tuesday at 1pm", "more than one time"),
    ("soon", "names no day or hour"),
    ("on 14 Mar 2027 at 2:30am New York time", "does not exist"),
    ("on 7 Nov 2027 at 1:30am New York time", "comes twice"),
]


@pytest.mark.parametrize(("words", "expected"), QUESTIONS, ids=[words for words, _ in QUESTIONS])
async def test_what_can_be_meant_in_several_ways_is_asked(
    one_world: World, words: str, expected: str
) -> None:
    question = await one_world.types(f"/dial +1 415 555 2671 with Voz {words}")
    text = one_world.text(question).replace("*", "")
    assert expected in text, text
    assert "Nothing was dialled" in text
    assert "[Other time…]" in text
    buttons = one_world.slack.buttons("rita", question)
    assert len(buttons) <= 5  # three readings at most, Other time…, Cancel
    assert one_world.vozagent.posts == []


@pytest.mark.parametrize(("line", "expected"), ANSWERS, ids=[line[:45] for line, _ in ANSWERS])
async def test_bad_input_is_answered(one_world: World, line: str, expected: list[str]) -> None:
    answer = one_world.text(await one_world.types(line))
    plain = answer.replace("*", "").replace("`", "")
    for words in expected:
        assert words in plain, answer
    assert one_world.vozagent.posts == []
    assert one_world.roots() == []


async def test_the_nearest_agent_is_one_press_away(one_world: World) -> None:
    question = await one_world.types("/dial +1 415 555 2671 with Vox tomorrow noon")
    await one_world.press(question, "choose_agent:0")
    await one_world.slack.until(lambda _: "Schedule this call?" in one_world.text(question))
    assert "Voz · provider: VozAgent" in one_world.text(question)
    await one_world.press(question, "draft_schedule")
    await one_world.slack.until(lambda _: one_world.roots()[0])


async def test_a_number_no_company_uses_is_warned_about_and_can_be_called(
    one_world: World,
) -> None:
    confirmation = await one_world.types("/dial +15551234567 with Voz now")
    text = one_world.text(confirmation)
    assert "no phone company uses it" in text
    await one_world.press(confirmation, "draft_schedule")
    root = await one_world.slack.until(lambda _: one_world.roots()[0])
    await one_world.reads(root, "Reached")


async def test_a_name_never_notifies_anybody(one_world: World) -> None:
    line = "/dial +1 415 555 2671, <!channel> <!here> <@U0LEE> Bob with Voz now note: <!everyone>"
    confirmation = await one_world.types(line)
    await one_world.press(confirmation, "draft_schedule")
    root = await one_world.slack.until(lambda _: one_world.roots()[0])
    await one_world.reads(root, "Reached")
    buzzed = [n for n in one_world.slack.notifications if n.users - {"U0RITA"}]
    assert buzzed == []


async def test_an_ambiguous_hour_is_asked_with_both_readings(one_world: World) -> None:
    question = await one_world.types("/dial +1 415 555 2671 with Voz tomorrow at 3")
    text = one_world.text(question)
    assert "3:00 PM CST" in text
    await one_world.press(question, "draft_change")
    await one_world.slack.until(lambda s: s.views("rita")[-1])


async def test_two_numbers_become_two_confirmations(one_world: World) -> None:
    line = "/dial +1 415 555 2671, +1 415 555 2672 with Voz tomorrow noon"
    await one_world.types(line)
    await one_world.slack.until(lambda _: len(one_world.ephemerals()) == 2)
    for confirmation in one_world.ephemerals():
        await one_world.press(confirmation, "draft_schedule")
    await one_world.slack.until(lambda _: len(one_world.roots()) == 2)


async def test_a_wrong_field_of_the_form_comes_back_at_once(one_world: World) -> None:
    await one_world.slack.command("rita", "#sales", "/dial")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    answer = await one_world.slack.submit(
        "rita", view, {"number": "911", "agent": "Voz (VozAgent)"}
    )
    assert "emergency" in answer.errors["number"]
    past = {"number": "+14155552671", "agent": "Voz (VozAgent)", "when": 1_700_000_000}
    answer = await one_world.slack.submit("rita", view, past)
    assert "has passed" in answer.errors["when"]
