"""Who paused what, since when and why, in words that can hurt nobody."""

from bot.calls.pauses import EVERYTHING, Pause, of_campaign, of_provider
from bot.calls.states import State
from bot.reports.live import headline
from bot.reports.pauses import Tongue, not_paused, note, paused, paused_already, resumed
from bot.reports.scene import Scene
from tests.fakes import MORNING
from tests.samples import call

TONGUE = Tongue({"vozagent": "Voz<Agent>"}, "/ring", lambda moment: f"{moment:%H:%M}")
ALL = Pause(EVERYTHING, "T", "U0OMAR", MORNING, "storm <!channel>")
ONE = Pause(of_provider("vozagent"), "T", "U0LEE", MORNING)


def test_a_pause_says_what_goes_on_and_how_it_ends() -> None:
    assert paused(ALL, TONGUE) == (
        "⏸️ *All calls are paused* by <@U0OMAR>: storm &lt;!channel&gt;. Calls on the line finish; "
        "a call that falls due is held until somebody types `/ring resume`."
    )
    assert "Calls through Voz&lt;Agent&gt; are paused* by <@U0LEE>: no reason" in paused(
        ONE, TONGUE
    )
    assert "`/ring resume vozagent`" in paused(ONE, TONGUE)


def test_who_comes_second_reads_since_when() -> None:
    text = paused_already(ALL, TONGUE)
    assert "paused already, by <@U0OMAR> since 18:00: storm" in text
    assert "Nothing was changed" in text


def test_the_end_names_what_stays_paused() -> None:
    first, second = resumed(ALL, "U0LEE", [ONE], TONGUE).splitlines()
    assert first.startswith("▶️ *All calls go out again*, resumed by <@U0LEE>. They were paused by")
    assert second == note(ONE, TONGUE)


def test_where_nothing_was_to_be_resumed_the_right_words_are_offered() -> None:
    assert not_paused(EVERYTHING, [], TONGUE) == "Nothing is paused. Nothing was changed."
    text = not_paused(EVERYTHING, [ONE], TONGUE)
    assert "All calls are not paused as such" in text
    assert "`/ring resume vozagent` ends that." in text


def test_the_pause_of_a_campaign_has_words_too() -> None:
    pause = Pause(of_campaign("b-1"), "T", "U0LEE", MORNING, "wrong list")
    assert "The calls of a campaign are paused by <@U0LEE> since 18:00: wrong list." in note(
        pause, TONGUE
    )


def test_a_very_long_reason_is_cut_where_it_is_shown() -> None:
    assert len(note(Pause(EVERYTHING, "T", "U", MORNING, "&" * 3_000), TONGUE)) < 2_000


def test_a_held_call_says_by_whom_and_that_it_goes_out_later() -> None:
    held = call(State.HELD, reason_code="paused", reason="U0OMAR key <leaked>")
    head = headline(held, None, Scene("Ana", "VozAgent"))
    assert head.word == "Held: calls are paused"
    assert head.rest.startswith(
        "by <@U0OMAR>: key &lt;leaked&gt;. It goes out when they are resumed. "
    )
