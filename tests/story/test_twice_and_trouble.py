"""Redeliveries, double presses, lost answers and closed channels."""

from datetime import timedelta

from tests.story.world import LINE, SATURDAY_12, World

NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"
EVENING = "/dial +1 415 555 2671 with Voz tomorrow 10:30pm"  # 20:30 in San Francisco
NOW = "/dial +1 415 555 2671 with Voz now"


async def test_the_same_command_delivered_twice_makes_one_draft(world: World) -> None:
    first = await world.slack.command("rita", "#sales", LINE)
    await world.slack.until(lambda _: len(world.ephemerals()) == 1)
    again = await world.slack.redeliver(first)
    assert again.acked
    await world.types("/dial help")  # whatever the redelivery did would have come before this
    assert len([m for m in world.ephemerals() if "Schedule this call?" in world.text(m)]) == 1


async def test_schedule_call_pressed_twice_makes_one_call(world: World) -> None:
    confirmation = await world.types(NOW)
    await world.press(confirmation, "draft_schedule")
    if confirmation in world.ephemerals() and "Call now?" in world.text(confirmation):
        await world.press(confirmation, "draft_schedule")
    press = next(d for d in reversed(world.slack.deliveries) if "actions" in d.payload)
    second = {**press.payload, "trigger_id": "another.press"}
    press.payload = second
    await world.slack.redeliver(press)
    root = await world.slack.until(lambda _: world.roots()[0])
    await world.reads(root, "Reached")
    assert len(world.roots()) == 1
    assert world.vozagent.posts_to("+14155552671") == 1


async def test_a_lost_answer_to_a_post_makes_no_second_message(one_world: World) -> None:
    one_world.slack.faults("chat.postMessage", [{"kind": "lost"}])
    root = await one_world.books(NOON)
    await one_world.press(root, "call_cancel")
    await one_world.reads(root, "Cancelled", timeout=20)
    assert len(one_world.roots()) == 1


async def test_slack_asking_us_to_slow_down_loses_nothing(one_world: World) -> None:
    one_world.slack.faults("chat.postMessage", [{"kind": "ratelimited", "retry_after": 1}])
    one_world.slack.faults("chat.update", [{"kind": "ratelimited", "retry_after": 1}])
    root = await one_world.books(NOW)
    await one_world.reads(root, "Reached", timeout=20)


async def test_a_deleted_message_is_posted_anew(one_world: World) -> None:
    root = await one_world.books(NOON)
    one_world.slack.workspace.messages.delete(root)
    one_world.skip(hours=24)
    anew = await one_world.slack.until(
        lambda _: next(m for m in one_world.roots() if m.ts != root.ts), 20
    )
    await one_world.reads(anew, "Reached", timeout=20)


async def test_in_a_channel_without_the_bot_the_call_is_kept_and_the_person_told(
    one_world: World,
) -> None:
    answer = await one_world.types(NOON, where="#random")
    await one_world.press(answer, "draft_schedule")
    told = await one_world.slack.until(
        lambda _: next(
            m for m in one_world.ephemerals(where="#random") if "/invite" in one_world.text(m)
        )
    )
    assert "is kept and will be dialled" in one_world.text(told)
    await one_world.slack.invite("rita", "#random", one_world.slack.world.app.bot_user)
    root = await one_world.slack.until(lambda _: one_world.roots("#random")[0])
    await one_world.reads(root, "Scheduled")
    one_world.skip(hours=24)
    await one_world.reads(root, "Reached", timeout=20)


async def test_a_call_that_falls_due_at_night_is_held_until_their_morning(
    one_world: World,
) -> None:
    root = await one_world.books(EVENING)
    await one_world.stop_bot()
    one_world.skip_to(SATURDAY_12 + timedelta(hours=11, minutes=20))  # 21:20 in San Francisco
    await one_world.start_bot()
    text = await one_world.reads(root, "Held: outside their calling hours", timeout=20)
    assert "8:00 AM PST for them" in text
    assert one_world.vozagent.posts == []
    one_world.skip(hours=11)
    await one_world.reads(root, "Reached", timeout=20)
    assert one_world.vozagent.posts_to("+14155552671") == 1


async def test_a_call_hours_late_after_a_downtime_waits_for_a_person(one_world: World) -> None:
    root = await one_world.books(NOON)
    await one_world.stop_bot()
    one_world.skip_to(SATURDAY_12 + timedelta(hours=3))
    await one_world.start_bot()
    await one_world.reads(root, "this call is late", "this is 3 h late", timeout=20)
    assert one_world.vozagent.posts == []
    await one_world.press(root, "call_now")
    await one_world.reads(root, "Reached", timeout=20)
    assert one_world.vozagent.posts_to("+14155552671") == 1


async def test_work_goes_on_after_a_restart(one_world: World) -> None:
    root = await one_world.books(NOON)
    await one_world.stop_bot()
    await one_world.start_bot()
    one_world.skip(hours=24)
    await one_world.reads(root, "Reached", timeout=20)
    assert one_world.vozagent.posts_to("+14155552671") == 1
