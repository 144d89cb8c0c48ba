"""What of a line is the provider and what the reason, and who may."""

import pytest

from bot.calls.errors import Misunderstood
from bot.calls.pauses import (
    EVERYTHING,
    Pause,
    Scope,
    held_why,
    of_campaign,
    of_provider,
    pause_over,
    who_and_why,
)
from bot.flows.pauses import wanted
from tests.fakes import MORNING

LABELS = {"vozagent": "VozAgent", "voicy": "Voicy", "unleashx": "UnleashX"}
VOZAGENT = of_provider("vozagent")


@pytest.mark.parametrize(
    ("words", "scope", "reason"),
    [
        ("", EVERYTHING, ""),
        ("line trouble", EVERYTHING, "line trouble"),
        ("everything line trouble", EVERYTHING, "line trouble"),
        ("All: line trouble", EVERYTHING, "line trouble"),
        ("vozagent", VOZAGENT, ""),
        ("VozAgent key leaked", VOZAGENT, "key leaked"),
        ("voz agent, key leaked", VOZAGENT, "key leaked"),
        ("Voz-Agent – key leaked", VOZAGENT, "key leaked"),
        ("UNLEASHX *bold*  and\ttabs", of_provider("unleashx"), "*bold*  and\ttabs"),
        ("voicy a &lt;b&gt; &amp; c", of_provider("voicy"), "a <b> & c"),
        ("Voz sounds odd", EVERYTHING, "Voz sounds odd"),  # an assistant, not a provider
        ("the voicy account is empty", EVERYTHING, "the voicy account is empty"),
        ("!!!", EVERYTHING, "!!!"),
    ],
)
def test_the_first_words_may_name_a_provider_and_the_rest_is_the_reason(
    words: str, scope: Scope, reason: str
) -> None:
    assert wanted(words, LABELS) == (scope, reason)


@pytest.mark.parametrize("words", ["vozagnt key leaked", "Voicey", "unleash down"])
def test_a_slip_of_the_keyboard_stops_nobody_elses_calls(words: str) -> None:
    with pytest.raises(Misunderstood, match="Nothing was changed"):
        wanted(words, LABELS)


def test_the_widest_pause_is_the_one_that_is_told() -> None:
    scopes = [of_campaign("b-1"), VOZAGENT, EVERYTHING]
    pauses = [Pause(scope, "T", "U0OMAR", MORNING) for scope in scopes]
    over = [pause_over(pauses[:count], "vozagent", "b-1") for count in range(4)]
    assert over == [None, *pauses]
    assert pause_over(pauses[:2], "voicy", "b-2") is None
    assert pause_over(pauses[:2], "voicy") is None


@pytest.mark.parametrize("reason", ["", "key leaked", "  spaces kept"])
def test_a_held_call_keeps_who_and_why(reason: str) -> None:
    why = held_why(Pause(EVERYTHING, "T", "U0OMAR", MORNING, reason))
    assert who_and_why(why) == ("U0OMAR", reason)
