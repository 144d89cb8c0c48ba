"""The thread of a call: short lines, one for each change that somebody should hear of."""

import re
from dataclasses import replace

import pytest

from bot.calls.call import Change
from bot.calls.states import State
from bot.reports.diary import LINES, MARKS, diary_line
from bot.reports.scene import Scene
from tests.fakes import MORNING

SCENE = Scene(whom="Bob", provider="Voicy", asker="U0RITA")
SILENT = replace(SCENE, provider="Vozzo", can_be_asked=False)
PLAIN = {state: line for state, line in LINES.items() if state != State.UNSURE}


def change(before: State, after: State, why: str = "", what: str = "", by: str = "me") -> Change:
    return Change(2, MORNING, by, what or after.value, before.value, after.value, why)


def told(*changes: Change, scene: Scene = SCENE) -> str:
    return diary_line(changes, scene)


DIALLED = change(State.SCHEDULED, State.DIALLING)
STAYED = State.HANDED_OVER


@pytest.mark.parametrize(("state", "line"), PLAIN.items())
def test_each_line_says_in_words_what_its_icon_shows(state: State, line: str) -> None:
    words = line.partition(" ")[2]
    assert words
    assert words.isascii()
    assert told(change(State.PLACED, state)) == line


def test_changes_close_together_are_one_line_without_repeats() -> None:
    steps = [DIALLED, DIALLED, change(State.DIALLING, State.PLACED)]
    steps.append(change(State.PLACED, State.RINGING))
    assert told(*steps) == "📞 Dialling · 🔔 Ringing"


def test_what_nobody_needs_to_know_makes_no_line() -> None:
    assert told() == ""
    assert told(change(State.SCHEDULED, State.SCHEDULED)) == ""
    assert told(change(State.SCHEDULED, State.CANCELLED)) == ""


def test_a_dial_that_was_taken_back_is_told_with_its_reason() -> None:
    line = told(DIALLED, change(State.DIALLING, State.HELD, "no <line> free"))
    assert line == "📞 Dialling · ✋ Not dialled: no &lt;line&gt; free"


@pytest.mark.parametrize("state", [State.FAILED, State.UNSURE])
def test_what_went_wrong_is_told_with_its_reason(state: State) -> None:
    assert ": &lt;!channel&gt;." in told(change(State.DIALLING, state, "<!channel>"))


def test_a_doubt_asks_the_asker_by_name_and_says_who_else_is_asked() -> None:
    doubt = change(State.DIALLING, State.UNSURE, "Voicy did not answer.")
    assert told(doubt) == (
        "❓ Not sure it rang: Voicy did not answer. I keep asking Voicy; "
        "<@U0RITA>, do you know whether it rang?"
    )
    assert "Vozzo can't be asked. <@U0RITA>," in told(doubt, scene=SILENT)
    stopped = told(change(State.UNSURE, State.UNSURE, what="gave up looking"))
    assert "I have stopped asking" in stopped
    assert stopped.count("<@U0RITA>") == 1


def test_a_call_handed_over_is_told_when_it_goes_and_asked_about_once_its_window_is_over() -> None:
    gone = told(DIALLED, change(State.DIALLING, STAYED, "Vozzo reports no outcome"), scene=SILENT)
    assert gone == "📞 Dialling · 📤 Handed to Vozzo, which reports no outcome"
    assert told(change(STAYED, STAYED, what="window over"), scene=SILENT) == (
        "📤 Its window is over, and Vozzo does not say how it went. <@U0RITA>, how did it go?"
    )


@pytest.mark.parametrize(("end", "line"), MARKS.items())
def test_an_end_told_by_a_person_carries_their_name_and_their_note(end: State, line: str) -> None:
    assert told(change(STAYED, end, what="marked", by="U0LEE")) == f"{line}, says <@U0LEE>"
    noted = told(change(STAYED, end, "call <back>\nin May", "marked", "U0LEE"))
    assert noted == f"{line}, says <@U0LEE>: “call &lt;back&gt; in May”"


def test_not_knowing_is_told_too() -> None:
    assert told(change(STAYED, STAYED, "asked Bob", "no idea", "U0LEE")) == (
        "📤 <@U0LEE> does not know how it went: “asked Bob”"
    )


def test_a_doubt_ended_by_a_person_is_told_as_their_word() -> None:
    rang = change(State.UNSURE, State.COMPLETED, "a person says it rang", "settled", "U0LEE")
    assert told(rang) == "✅ It rang, says <@U0LEE>"
    not_rang = change(State.UNSURE, State.FAILED, "a person says …", "settled", "U0LEE")
    assert told(not_rang) == "❌ It did not ring, says <@U0LEE>"


def test_no_text_knows_a_provider_by_heart() -> None:
    steps = [change(State.DIALLING, state) for state in LINES]
    steps += [change(STAYED, STAYED, what=what) for what in ("window over", "gave up looking")]
    other = replace(SCENE, provider="Otherwise")
    assert not re.search("VozAgent|Vozzo|Voicy|UnleashX", told(*steps, scene=other))
