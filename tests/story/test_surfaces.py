"""Every way to ask for a call shares the parser: mention, thread, direct message, shortcut."""

from tests.story.world import SATURDAY_12, World

WORDS = "call +1 415 555 2671 with Voz tomorrow noon"


async def test_a_mention_in_a_channel_is_a_command(world: World) -> None:
    await world.slack.message("rita", "#sales", f"@Switchboard {WORDS}")
    confirmation = await world.slack.until(lambda _: world.ephemerals()[-1])
    text = world.text(confirmation)
    assert "12:00 PM CST (your time)" in text
    assert "10:00 AM PST (their time)" in text
    await world.press(confirmation, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[-1])
    await world.reads(root, "Scheduled")


async def test_a_mention_in_a_thread_is_answered_and_followed_there(one_world: World) -> None:
    start = await one_world.slack.message("rita", "#sales", "Who calls Acme tomorrow?")
    await one_world.slack.message("rita", "#sales", f"@Switchboard {WORDS}", start.ts)
    confirmation = await one_world.slack.until(lambda _: one_world.ephemerals()[-1])
    assert confirmation.thread_ts == start.ts
    await one_world.press(confirmation, "draft_schedule")
    await one_world.reads_thread(start, "Scheduled")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads_thread(start, "Reached")
    await one_world.reads_thread(start, "Summary")


async def test_a_direct_message_is_a_command_in_plain_words(world: World) -> None:
    await world.slack.message("rita", "dm", WORDS)
    confirmation = await world.slack.until(
        lambda _: next(m for m in world.slack.seen_by("rita", "dm") if m.bot)
    )
    assert "Schedule this call?" in world.text(confirmation)
    await world.press(confirmation, "draft_schedule")
    root = await world.slack.until(
        lambda _: next(m for m in world.slack.seen_by("rita", "dm") if "asked by" in world.text(m))
    )
    await world.reads(root, "Scheduled")


async def test_help_and_list_can_be_asked_for_in_any_surface(one_world: World) -> None:
    await one_world.slack.message("rita", "dm", "help")
    await one_world.slack.until(
        lambda _: "Times mean your clock" in one_world.slack.transcript("rita", "dm")
    )
    await one_world.slack.message("rita", "#sales", "@Switchboard list")
    await one_world.slack.until(
        lambda _: "no calls yet" in one_world.text(one_world.ephemerals()[-1])
    )


async def test_what_people_say_to_each_other_is_not_our_business(one_world: World) -> None:
    await one_world.slack.message("rita", "#sales", WORDS)
    await one_world.types("/dial help")
    assert len(one_world.ephemerals()) == 1


async def test_the_shortcut_fills_the_form_from_a_message(world: World) -> None:
    message = await world.slack.message(
        "lee", "#sales", "New lead: Joan, (415) 555-2671 or 415-555-2672, wants a kitchen quote"
    )
    await world.slack.shortcut("rita", "call_this_number", message)
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    text = world.slack.drawn("rita", view)
    assert "+1 415-555-2671" in text
    assert "Also in that message: +1 415-555-2672" in text
    assert "wants a kitchen quote" in text
    await world.slack.submit("rita", view, {"agent": "Voz (VozAgent)"})
    confirmation = await world.slack.until(lambda _: world.ephemerals()[-1])
    await world.press(confirmation, "draft_schedule")
    await world.reads_thread(message, "Reached")


async def test_the_shortcut_on_a_message_without_a_number_says_so(one_world: World) -> None:
    message = await one_world.slack.message("lee", "#sales", "Good morning")
    await one_world.slack.shortcut("rita", "call_this_number", message)
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    assert "found no phone number" in one_world.slack.drawn("rita", view)


async def test_a_mention_delivered_twice_makes_one_draft(world: World) -> None:
    await world.slack.message("rita", "#sales", f"@Switchboard {WORDS}")
    await world.slack.until(lambda _: world.ephemerals()[-1])
    event = next(d for d in reversed(world.slack.deliveries) if "event" in d.payload)
    await world.slack.redeliver(event)
    await world.types("/dial help")
    drafts = [m for m in world.ephemerals() if "Schedule this call?" in world.text(m)]
    assert len(drafts) == 1


async def test_the_form_reads_a_time_in_words(world: World) -> None:
    await world.slack.command("rita", "#sales", "/dial")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    filled = {"number": "(415) 555-2671", "agent": "Voz (VozAgent)"}
    unclear = await world.slack.submit("rita", view, {**filled, "words": "monday at 3"})
    assert "Nothing was dialled" in unclear.errors["words"]
    await world.slack.submit("rita", view, {**filled, "words": "monday 1pm their time"})
    confirmation = await world.slack.until(lambda _: world.ephemerals()[-1])
    text = world.text(confirmation)
    assert "Mon 23 Nov 2026, 1:00 PM PST (their time)" in text
    assert "“monday 1pm their time”" in text


async def test_rescheduling_reads_a_time_in_words(one_world: World) -> None:
    root = await one_world.books(f"/dial {WORDS}")
    await one_world.press(root, "call_move")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    await one_world.slack.submit("rita", view, {"words": "monday 1pm their time"})
    await one_world.reads(root, "Mon 23 Nov, 1:00 PM PST")
