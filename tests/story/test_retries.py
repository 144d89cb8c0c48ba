"""A call that reaches nobody is tried again, within one budget, until somebody stops it."""

from datetime import UTC, datetime, timedelta

from tests.story.silent import hears
from tests.story.test_defaults import sets
from tests.story.world import SATURDAY_12, World

NUMBER = "+14155552671"
NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"
SATURDAY_2055 = datetime(2026, 11, 22, 4, 55, tzinfo=UTC)  # in San Francisco


async def test_a_call_nobody_answers_is_tried_again_within_its_budget(one_world: World) -> None:
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books(f"{NOON} retry 2")
    one_world.skip_to(SATURDAY_12)
    text = await one_world.reads(root, "No answer", "try 2 of 3")
    assert "try 2 of 3 today at 12:30 PM · Sat 21 Nov, 10:30 AM PST for them" in text
    assert one_world.slack.buttons("rita", root) == ["Call now", "Stop retrying"]
    one_world.skip_to(SATURDAY_12 + timedelta(minutes=31))
    await one_world.reads(root, "try 3 of 3")
    one_world.skip_to(SATURDAY_12 + timedelta(minutes=31 + 125))
    await one_world.reads(root, "Not reached", "nobody answered after 3 tries")
    assert one_world.vozagent.posts_to(NUMBER) == 3
    assert "it will be tried again" in one_world.thread(root)


async def test_retrying_stops_when_somebody_answers(one_world: World) -> None:
    await sets(one_world, retries="2")
    one_world.vozagent.outcome("busy")
    root = await one_world.books(NOON)
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "Line busy", "try 2 of 3")
    one_world.vozagent.outcome("answered")
    one_world.skip_to(SATURDAY_12 + timedelta(minutes=31))
    await one_world.reads(root, "Reached")
    one_world.skip(hours=9)
    await one_world.types("/dial list")
    assert one_world.vozagent.posts_to(NUMBER) == 2


async def test_who_stops_the_tries_is_named_and_the_call_ends_as_not_reached(
    one_world: World,
) -> None:
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books(f"{NOON} retry 2")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "try 2 of 3")
    await one_world.press(root, "call_stop", who="omar")
    await hears(one_world, "omar", "only they, a lead, on-call staff or an admin can change")
    await one_world.press(root, "call_stop", who="lee")
    text = await one_world.reads(root, "Not reached")
    assert "nobody answered · stopped by @lee after 1 try" in text
    assert one_world.slack.buttons("rita", root) == ["Call again…"]
    await one_world.reads_thread(root, "Not tried again: stopped by @lee after 1 try")
    one_world.skip(hours=9)
    await one_world.types("/dial list")
    assert one_world.vozagent.posts_to(NUMBER) == 1


async def test_a_typed_cancel_stops_the_tries_too(one_world: World) -> None:
    one_world.vozagent.outcome("busy")
    root = await one_world.books(f"{NOON} retry once")
    one_world.skip_to(SATURDAY_12)
    text = await one_world.reads(root, "try 2 of 2")
    code = text[text.index("C-") :][:6]
    answer = await one_world.types(f"/dial cancel {code}")
    assert f"Stopped {code}: +1 415-555-••71 will not be called again." in one_world.text(answer)
    await one_world.reads(root, "Not reached", "the line was busy · stopped by @rita after 1 try")


async def test_a_line_says_how_often_and_how_far_apart(one_world: World) -> None:
    await sets(one_world, retries="3")
    answer = await one_world.types(f"{NOON} retry 2 every 45 min if no answer")
    text = one_world.text(answer)
    assert "Retry 2 times, 45 min apart" in text
    assert "From your defaults" not in text
    await one_world.press(answer, "draft_schedule")
    root = await one_world.slack.until(lambda _: one_world.roots()[0])
    one_world.vozagent.outcome("no-answer")
    for hour in ("12:45 PM", "1:30 PM"):
        one_world.skip_to(
            SATURDAY_12 if hour == "12:45 PM" else SATURDAY_12 + timedelta(minutes=45)
        )
        await one_world.reads(root, "No answer", hour)
    one_world.skip(minutes=46)
    await one_world.reads(root, "Not reached", "after 3 tries")


async def test_a_line_can_say_that_there_is_one_try(one_world: World) -> None:
    await sets(one_world, retries="3")
    text = one_world.text(await one_world.types(f"{NOON} no retry"))
    assert "One try; I tell you how it ended" in text
    text = one_world.text(await one_world.types(f"{NOON} retry 9 every 1 min"))
    assert "Retry 3 times, 5 min apart" in text
    assert "I try again 3 times at most, from 5 minutes to 24 hours apart." in text
    text = one_world.text(await one_world.types(f"{NOON} retry"))
    assert "How often shall I try again?" in text


async def test_a_voicemail_ends_a_call_unless_its_asker_wants_another_try(
    one_world: World,
) -> None:
    one_world.vozagent.outcome("voicemail")
    root = await one_world.books(f"{NOON} retry 1")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "Not reached", "got a voicemail")
    await sets(one_world, retries="1", voicemail="voicemail")
    answer = await one_world.types("/dial +1 415 555 2671 with Voz today 2pm")
    assert "Retry once, 30 min later, after a voicemail, too" in one_world.text(answer)
    await one_world.press(answer, "draft_schedule")
    second = await one_world.slack.until(lambda _: one_world.roots()[1])
    one_world.skip_to(SATURDAY_12 + timedelta(hours=2))
    await one_world.reads(second, "Voicemail", "try 2 of 2", "2:30 PM")
    await one_world.reads_thread(second, "Voicemail; it will be tried again")
    one_world.vozagent.outcome("answered")
    one_world.skip(minutes=31)
    await one_world.reads(second, "Reached")


async def test_the_next_try_waits_for_the_hours_of_the_person_called(one_world: World) -> None:
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books("/dial +1 415 555 2671 with Voz tomorrow 10:55pm retry 1")
    one_world.skip_to(SATURDAY_2055)
    text = await one_world.reads(root, "No answer", "try 2 of 2")
    assert "Sun 22 Nov, 8:00 AM PST for them" in text
    one_world.skip(hours=11, minutes=6)
    await one_world.reads(root, "Not reached", "after 2 tries")


async def test_a_window_that_ends_before_the_next_try_says_so(one_world: World) -> None:
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books(
        "/dial +1 415 555 2671 with Voz tomorrow between 12pm and 12:20pm retry 2"
    )
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "Not reached", "nobody answered · no time was left for another try")
    await one_world.reads_thread(root, "No answer: no time was left for another try.")


async def test_a_try_that_is_hastened_counts_like_any_other(one_world: World) -> None:
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books(f"{NOON} retry 1")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "try 2 of 2")
    await one_world.press(root, "call_now")
    await one_world.reads(root, "Not reached", "after 2 tries")
    one_world.skip(hours=9)
    await one_world.types("/dial list")
    assert one_world.vozagent.posts_to(NUMBER) == 2


async def test_the_form_keeps_and_changes_how_often_it_is_tried_again(one_world: World) -> None:
    answer = await one_world.types(f"{NOON} retry 2 every 45 min")
    await one_world.press(answer, "draft_change")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    assert "Twice, 45 min apart" in one_world.slack.drawn("rita", view)
    await one_world.slack.submit("rita", view, {"voicemail": "voicemail"})
    await one_world.reads(answer, "Retry 2 times, 45 min apart, after a voicemail, too")
    await one_world.press(answer, "draft_change")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    await one_world.slack.submit("rita", view, {"retries": "3", "voicemail": []})
    await one_world.reads(answer, "Retry 3 times, 30, 120 and 240 min later")
    assert "voicemail" not in one_world.text(answer)
    await one_world.press(answer, "draft_change")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    done = await one_world.slack.submit("rita", view, {"words": "tomorrow 3pm retry 1"})
    assert "Write only the time here" in done.errors["words"]


async def test_a_call_that_is_moved_or_repeated_keeps_its_tries(one_world: World) -> None:
    root = await one_world.books(f"{NOON} retry 2 every 45 min")
    text = one_world.text(root)
    code = text[text.index("C-") :][:6]
    for line in (f"move {code} monday 1pm", f"again {code} monday 1pm"):
        answer = await one_world.types(f"/dial {line}")
        assert "Retry 2 times, 45 min apart" in one_world.text(answer)
    answer = await one_world.types(f"/dial move {code} tomorrow noon no retry")
    assert "One try" in one_world.text(answer)
    await one_world.press(answer, "draft_schedule")
    await one_world.reads(answer, f"Scheduled *{code}*")
    one_world.vozagent.outcome("no-answer")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "Not reached", "nobody answered")
