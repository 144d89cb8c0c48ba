"""What a person has set holds for all their calls, and is named where it is used."""

from datetime import timedelta

from tests.story.world import SATURDAY_12, World


async def sets(world: World, **values: str) -> None:
    """Fill in *My defaults*."""
    await world.slack.command("rita", "#sales", "/dial me")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    answer = await world.slack.submit("rita", view, values)
    assert not answer.errors
    await world.slack.until(
        lambda _: "Your defaults are now" in world.slack.transcript("rita", "dm")
    )


async def test_defaults_are_used_and_named_in_the_confirmation(world: World) -> None:
    await sets(world, agent="Voz", region="GB", clock="theirs", retries="2")
    text = world.text(await world.types("/dial 020 7946 0958 tomorrow 3pm"))
    assert "Voz · provider: VozAgent" in text
    assert "+44 20 7946 0958" in text
    assert "3:00 PM GMT (their time)" in text
    assert "Try again 2 × (30, 120 min later)" in text
    assert "From your defaults: country GB, assistant Voz, their clock, retries." in text


async def test_a_word_in_the_line_wins_over_a_default(one_world: World) -> None:
    await sets(one_world, agent="Nova", clock="theirs")
    text = one_world.text(
        await one_world.types("/dial +1 415 555 2671 with Voz tomorrow noon my time")
    )
    assert "Voz · provider" in text
    assert "Sat 21 Nov 2026, 12:00 PM CST (your time)" in text
    assert "From your defaults" not in text


async def test_an_unknown_country_comes_back_to_its_field(one_world: World) -> None:
    await one_world.slack.command("rita", "#sales", "/dial me")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    answer = await one_world.slack.submit("rita", view, {"region": "XX"})
    assert "don't know that country" in answer.errors["region"]


async def test_defaults_survive_what_slack_says_of_the_person(one_world: World) -> None:
    await sets(one_world, agent="Voz")
    one_world.skip(hours=25)  # the zone is read again from Slack
    text = one_world.text(await one_world.types("/dial +1 415 555 2671 monday noon"))
    assert "From your defaults: assistant Voz" in text


async def test_a_call_nobody_answers_is_tried_again_within_its_budget(one_world: World) -> None:
    await sets(one_world, retries="2")
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books("/dial +1 415 555 2671 with Voz tomorrow noon")
    one_world.skip_to(SATURDAY_12)
    text = await one_world.reads(root, "No answer", "try 2 of 3")
    assert "12:30 PM" in text
    one_world.skip_to(SATURDAY_12 + timedelta(minutes=31))
    await one_world.reads(root, "try 3 of 3")
    one_world.skip_to(SATURDAY_12 + timedelta(minutes=31 + 125))
    await one_world.reads(root, "Not reached", "nobody answered after 3 tries")
    assert one_world.vozagent.posts_to("+14155552671") == 3
    assert "it will be tried again" in one_world.thread(root)


async def test_retrying_stops_when_somebody_answers(one_world: World) -> None:
    await sets(one_world, retries="2")
    one_world.vozagent.outcome("busy")
    root = await one_world.books("/dial +1 415 555 2671 with Voz tomorrow noon")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "Line busy", "try 2 of 3")
    one_world.vozagent.outcome("answered")
    one_world.skip_to(SATURDAY_12 + timedelta(minutes=31))
    await one_world.reads(root, "Reached")
    assert one_world.vozagent.posts_to("+14155552671") == 2


async def test_retrying_can_be_stopped(one_world: World) -> None:
    await sets(one_world, retries="1")
    one_world.vozagent.outcome("no-answer")
    root = await one_world.books("/dial +1 415 555 2671 with Voz tomorrow noon")
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "try 2 of 2")
    await one_world.press(root, "call_cancel")
    await one_world.reads(root, "Cancelled")
    one_world.skip(hours=2)
    assert one_world.vozagent.posts_to("+14155552671") == 1
