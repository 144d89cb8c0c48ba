"""From the typed line to the summary in the thread."""

from datetime import UTC, datetime, timedelta

from tests.story.world import LINE, SATURDAY_12, World

SATURDAY_10 = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # 10:00 in Chicago, 8:00 in San Francisco
AFTERNOON = "/dial +1 415 555 2671 with Voz tomorrow noon"


async def test_a_rep_books_a_call_and_watches_it_to_its_end(world: World) -> None:
    confirmation = await world.types("/dial +1 415 555 2671 with Voz tomorrow 10am their time")
    text = world.text(confirmation)
    assert "Schedule this call?" in text
    assert "Sat 21 Nov 2026, 10:00 AM PST (their time)" in text
    assert "Sat 21 Nov 2026, 12:00 PM CST (your time)" in text
    assert "Voz · provider: VozAgent" in text
    await world.press(confirmation, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[0])
    text = await world.reads(root, "Scheduled")
    assert "+1 415-555-••71" in text
    assert "2671" not in text
    assert world.vozagent.posts == []
    world.skip_to(SATURDAY_12)
    await world.reads(root, "Reached")
    await world.slack.until(lambda _: "Summary" in world.thread(root))
    thread = world.thread(root)
    assert "Dialling" in thread
    assert "call again next week" in thread or "called again next week" in thread
    assert "Recording" in thread
    assert "Cost $0.15" in thread
    assert world.vozagent.posts_to("+14155552671") == 1


async def test_the_line_of_the_readme_goes_through_as_it_stands(world: World) -> None:
    confirmation = await world.types(LINE)
    text = world.text(confirmation)
    assert "Sat 21 Nov 2026, 10:00 AM CST (your time)" in text
    assert "Sat 21 Nov 2026, 8:00 AM PST (their time)" in text
    await world.press(confirmation, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[0])
    world.skip_to(SATURDAY_10)
    await world.reads(root, "Reached")


async def test_a_time_too_early_for_them_is_asked_back_with_the_next_free_one(
    world: World,
) -> None:
    question = await world.types("/dial +1 415 555 2671 with Voz tomorrow 9am")
    text = world.text(question)
    assert "between 8 AM and 9 PM on the clock of the person called" in text
    assert "Nothing was dialled" in text
    await world.press(question, "choose_time:0")
    await world.slack.until(lambda _: "Schedule this call?" in world.text(question))
    assert "8:00 AM PST" in world.text(question)
    await world.press(question, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[0])
    await world.reads(root, "Scheduled", "8:00 AM PST")


async def test_the_live_message_is_one_message_edited_in_place(world: World) -> None:
    root = await world.books(AFTERNOON)
    world.skip_to(SATURDAY_12)
    await world.reads(root, "Reached")
    assert len(world.roots()) == 1
    assert len(world.slack.requests("chat.update")) >= 1


async def test_the_thread_tells_each_step_and_ends_with_the_result(world: World) -> None:
    world.vozagent.account.pace = None
    root = await world.books("/dial +1 415 555 2671 with Voz now")
    call = await world.slack.until(lambda _: world.vozagent.calls[0])
    await world.reads_thread(root, "Dialling")
    for word, expected in (("ringing", "Ringing"), ("in-progress", "On the line")):
        assert world.vozagent.advance(call.id) == word
        await world.reads_thread(root, expected)
    assert world.vozagent.advance(call.id) == "completed"
    await world.slack.until(lambda _: "Summary" in world.thread(root))
    order = [
        world.thread(root).index(word)
        for word in ("Dialling", "Ringing", "On the line", "Call ended", "Summary")
    ]
    assert order == sorted(order)


async def test_a_call_nobody_answers_says_so(one_world: World) -> None:
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books("/dial +1 415 555 2671 with Voz now")
    text = await one_world.reads(root, "Not reached", "nobody answered")
    assert "Call again…" in text


async def test_a_call_can_be_cancelled_before_the_dial_and_not_after(one_world: World) -> None:
    first = await one_world.books(AFTERNOON)
    await one_world.press(first, "call_cancel")
    text = await one_world.reads(first, "Cancelled")
    assert "by @rita" in text
    second = await one_world.books("/dial +1 415 555 2672 with Voz tomorrow noon")
    stale = second
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(second, "Reached")
    code = one_world.text(stale).split("C-")[1][:4]
    answer = await one_world.types(f"/dial cancel C-{code}")
    assert "is over" in one_world.text(answer)
    assert one_world.vozagent.posts_to("+14155552671") == 0


async def test_call_now_and_reschedule_work_on_a_waiting_call(one_world: World) -> None:
    root = await one_world.books(AFTERNOON)
    await one_world.press(root, "call_move")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    wanted = SATURDAY_12 + timedelta(hours=1)
    await one_world.slack.submit("rita", view, {"when": int(wanted.timestamp())})
    await one_world.reads(root, "1:00 PM")
    await one_world.press(root, "call_now")
    await one_world.reads(root, "Reached")
    assert one_world.vozagent.posts_to("+14155552671") == 1


async def test_a_stranger_cannot_cancel_but_a_lead_can(one_world: World) -> None:
    root = await one_world.books(AFTERNOON)
    await one_world.press(root, "call_cancel", who="omar")
    await one_world.slack.until(
        lambda _: any("only they, a lead" in one_world.text(m, "omar")
                      for m in one_world.ephemerals("omar"))
    )  # fmt: skip
    assert "Scheduled" in one_world.text(root)
    await one_world.press(root, "call_cancel", who="lee")
    await one_world.reads(root, "Cancelled", "by @lee")


async def test_change_opens_the_form_filled_in_and_the_same_draft_goes_on(world: World) -> None:
    confirmation = await world.types(
        "/dial +1 415 555 2671, John Smith with Voz tomorrow noon note: wants a kitchen quote"
    )
    await world.press(confirmation, "draft_change")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    text = world.slack.drawn("rita", view)
    for filled in ("+1 415-555-2671", "John Smith", "wants a kitchen quote", "Voz"):
        assert filled in text
    await world.slack.submit("rita", view, {"name": "Joan Smith", "zone": "America/Los_Angeles"})
    await world.slack.until(lambda _: "Joan Smith" in world.text(confirmation))
    assert "12:00 PM PST (their time)" in world.text(confirmation)
    assert "2:00 PM CST (your time)" in world.text(confirmation)
    await world.press(confirmation, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[0])
    await world.reads(root, "Joan Smith", "12:00 PM PST")


async def test_the_bare_command_opens_the_form(world: World) -> None:
    delivery = await world.slack.command("rita", "#sales", "/dial")
    assert delivery.acked
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    values = {"number": "(415) 555-2671", "agent": "Voz (VozAgent)", "notes": "hello"}
    await world.slack.submit("rita", view, values)
    answer = await world.slack.until(lambda _: world.ephemerals()[-1])
    assert "Call now?" in world.text(answer)
    await world.press(answer, "draft_schedule")
    root = await world.slack.until(lambda _: world.roots()[0])
    await world.reads(root, "Reached")


async def test_a_draft_expires_after_fifteen_minutes(one_world: World) -> None:
    confirmation = await one_world.types(AFTERNOON)
    one_world.skip(minutes=16)
    await one_world.press(confirmation, "draft_schedule")
    await one_world.slack.until(
        lambda _: any("no longer open" in one_world.text(m) for m in one_world.ephemerals())
    )
    assert one_world.roots() == []


async def test_a_dropped_draft_says_that_nothing_happened(one_world: World) -> None:
    confirmation = await one_world.types(AFTERNOON)
    await one_world.press(confirmation, "draft_cancel")
    await one_world.slack.until(
        lambda _: "Nothing was scheduled" in one_world.text(one_world.ephemerals()[-1])
    )
