"""What a person has set holds for all their calls, and is named where it is used."""

from tests.story.world import World


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
    assert "Retry 2 times, 30 and 120 min later" in text
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
