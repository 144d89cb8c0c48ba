"""What single messages must say, beyond being acceptable to Slack."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.calls.provider import Agent
from bot.calls.states import State
from bot.calls.timing import Window
from bot.calls.timing_json import timing_from_json
from bot.flows.ask import Question
from bot.flows.recordings import Recording
from bot.slack.blocks import MOST_TEXT, NOTHING, clip, fields, mrkdwn, notice, plain, rows_of
from bot.slack.commands import COMMANDS
from bot.slack.commands.agents import catalogue
from bot.slack.commands.help_text import help_message, unknown_word
from bot.slack.commands.list_calls import listed
from bot.slack.screens.confirm import booked, how_read, pack, unpack
from bot.slack.screens.live import root_message
from bot.slack.screens.question import CHOOSE_AGENT, CHOOSE_TIME, MOST_AGENTS, asked_back
from bot.slack.screens.recording import recording_message
from bot.slack.screens.result import RECORDING, link, result_message, transcript_file
from bot.slack.times import token
from bot.understanding.command import Code, KnownAgent, Problem, Reading
from tests.fakes import HOME, MORNING, instant, request
from tests.samples import (
    LABELS,
    LONG_NAME,
    LONG_SUMMARY,
    LONG_TRANSCRIPT,
    TEN_ZONES,
    attempt,
    call,
)
from tests.slack.surfaces import DRAFT, MANY, TROUBLED, by_provider

NOON = instant(MORNING + timedelta(hours=24))


def said(drawn: dict[str, Any]) -> str:
    return "\n".join(block.get("text", {}).get("text", "") for block in drawn["blocks"])


def buttons(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in drawn["blocks"] if block["type"] == "actions"
            for each in block["elements"]]  # fmt: skip


def question(**problem: Any) -> Question:
    reading = Reading(agent=KnownAgent("Nova", "vozagent"), said_when="tomorrow at 3")
    return Question(DRAFT, reading, Problem(**problem), "America/New_York", MORNING)


def test_a_time_button_carries_the_assistant_chosen_before() -> None:
    asked = question(code=Code.AMBIGUOUS_TIME, candidates=(NOON,))
    (offer,) = (one for one in buttons(asked_back(asked)) if CHOOSE_TIME in one["action_id"])
    facts = unpack(offer["value"])
    assert facts["agent"] == "Nova"
    assert timing_from_json(facts["when"]) == NOON


def test_a_question_offers_a_few_assistants_each_once_and_a_way_out() -> None:
    names = ("Voz", "Voz", *(f"Agent {n}" for n in range(9)))
    agents = tuple(KnownAgent(name, "vozagent") for name in names)
    asked = question(code=Code.UNKNOWN_AGENT, suggestion="Voz", agents=agents)
    drawn = buttons(asked_back(asked))
    offers = [one for one in drawn if CHOOSE_AGENT in one["action_id"]]
    assert [one["text"]["text"] for one in offers] == ["Voz", "Agent 0", "Agent 1", "Agent 2"]
    assert len(offers) == MOST_AGENTS
    assert [one["text"]["text"] for one in drawn[-2:]] == ["Open the form…", "Cancel"]


def test_the_only_reading_is_the_button_that_stands_out() -> None:
    one = buttons(asked_back(question(code=Code.PAST_TIME, candidates=(NOON,))))
    two = buttons(asked_back(question(code=Code.AMBIGUOUS_TIME, candidates=(NOON, NOON))))
    assert one[0]["style"] == "primary"
    assert "style" not in two[0]
    assert one[-2]["text"]["text"] == "Other time…"


def test_a_question_speaks_of_the_configured_command() -> None:
    drawn = asked_back(question(code=Code.NO_PHONE), "/ring")
    assert "`/ring" in said(drawn)
    assert "/dial" not in said(drawn)


def test_a_booked_call_says_who_when_and_where_to_follow_it() -> None:
    done = booked(call(request=request(when=NOON)), fresh=True)
    assert "Scheduled *C-4F7K*: Voz will call +1 415-555-••23" in said(done)
    assert "10:00 AM PST for them" in said(done)
    assert "<#C0SALES>" in said(done)
    here = booked(call(home=replace(HOME, channel="D0RITA")), fresh=False)
    assert "already *C-4F7K*" in said(here)
    assert "Its message here" in said(here)


@pytest.mark.parametrize(
    ("source", "clock"),
    [("user", "your clock"), ("recipient", "the clock of the person called"),
     ("named", "the clock you chose"), (None, "your clock")],
)  # fmt: skip
def test_how_the_words_were_read_is_said(source: str | None, clock: str) -> None:
    heard = request(when=NOON, said="tomorrow 1pm", zone_source=source)
    assert how_read(heard) == f"I read “tomorrow 1pm” on {clock} (EST)."
    picked = request(when=NOON, zone_source=source)
    assert how_read(picked) == f"I read the time you chose on {clock} (EST)."


def test_the_fallback_of_the_live_message_has_the_facts_of_its_small_print() -> None:
    text = root_message(call(), None, LABELS)["text"]
    assert text.startswith("Scheduled · Voz will call +1 415-555-••23")
    assert token(call().due) in text
    assert text.endswith("C-4F7K")


def test_buttons_of_each_revision_have_an_id_of_their_own() -> None:
    first, second = (root_message(call(rev=rev), None, LABELS)["blocks"][-1] for rev in (1, 2))
    assert first["block_id"] != second["block_id"]


def test_a_long_result_says_that_it_is_a_beginning_and_where_the_rest_is() -> None:
    long = attempt(summary=LONG_SUMMARY, transcript=LONG_TRANSCRIPT)
    drawn = said(result_message(call(State.COMPLETED), long, LABELS))
    assert "*Transcript* (its beginning; VozAgent has all of it)" in drawn
    assert "…" in drawn
    with_file = said(result_message(call(State.COMPLETED), long, LABELS, as_file=True))
    assert "*Transcript* (its beginning; all of it is a file in this thread)" in with_file
    assert (drawn.count("\n>"), with_file.count("\n>")) == (12, 4)
    short = said(result_message(call(State.COMPLETED), attempt(), LABELS))
    assert "beginning" not in short


def test_a_long_transcript_is_a_file_of_plain_words_that_gives_no_number_away() -> None:
    talk = "Agent: is this +1 415 555 0123? Grüße!\nPerson: yes\n" * 40
    file = transcript_file(call(State.COMPLETED), attempt(transcript=talk))
    assert file is not None
    name, content = file
    text = content.decode("utf-8")
    assert name == "C-4F7K transcript.txt"
    assert text.startswith(
        "C-4F7K · Voz called +1 415-555-••23\nFri 20 Nov 2026, 18:00 UTC\n\nAgent: is this"
    )
    assert text.count("Person: yes") == 40
    assert "Grüße" in text
    assert "0123" not in text
    assert transcript_file(call(State.COMPLETED), attempt(transcript="Agent: hi")) is None
    assert transcript_file(call(State.COMPLETED), attempt(transcript=None)) is None


def test_what_was_learned_is_told_masked_and_escaped() -> None:
    facts = {"budget": "20,000", "call_back_at": "+1 415 555 0123", "quote": "<b>"}
    drawn = result_message(call(State.COMPLETED), attempt(variables=facts), LABELS)
    line = "budget: 20,000 · call back at: +1 415-555-••23 · quote: &lt;b&gt;"
    assert f"*What was learned*\n{line}" in said(drawn)
    assert f"What was learned: {line}" in drawn["text"]
    assert "learned" not in said(result_message(call(State.COMPLETED), attempt(), LABELS))


def test_a_conversation_without_a_summary_says_so() -> None:
    drawn = result_message(call(State.COMPLETED), attempt(summary=None), LABELS)
    assert "VozAgent wrote no summary of this call." in said(drawn)
    assert "wrote no summary" not in said(
        result_message(call(State.BUSY), attempt(summary=None), LABELS)
    )


def test_a_recording_is_a_button_and_its_address_is_nowhere_in_the_channel() -> None:
    drawn = result_message(call(State.COMPLETED), attempt(), LABELS)
    (press,) = buttons(drawn)
    assert (press["action_id"], press["value"]) == (RECORDING, call().id)
    assert "There is a recording" in drawn["text"]
    assert "https://" not in str(drawn)
    none = result_message(call(State.COMPLETED), attempt(recording_url=None), LABELS)
    assert buttons(none) == []
    assert "recording" not in str(none)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://m.example/a?b=1&c=2", "<https://m.example/a?b=1&amp;c=2|Listen>"),
        ("https://m.example/a|b><!here>", "<https://m.example/a%7Cb%3E%3C!here%3E|Listen>"),
        ("javascript:alert(1)", ""),
        ("https://m.example/" + "x" * 3_000, ""),
    ],
)
def test_an_address_is_a_link_only_if_slack_can_draw_it(url: str, shown: str) -> None:
    assert link(url, "Listen") == shown
    drawn = said(recording_message(Recording(call(), "Voicy", url)))
    assert shown in drawn
    assert ("its link is none I can show" in drawn) is (shown == "")


def test_an_old_link_is_said_to_be_old_and_why_there_is_no_new_one() -> None:
    old = Recording(call(), "Voicy", "https://m.example/a", "it did not answer just now")
    drawn = said(recording_message(old))
    assert "I asked Voicy for a new link, but it did not answer just now" in drawn
    assert "it may have expired" in drawn
    fresh = said(recording_message(Recording(call(), "Voicy", "https://m.example/a")))
    assert "Voicy gave the link just now" in fresh


def test_a_call_handed_over_shows_its_time_on_both_clocks_and_no_way_to_stop_it() -> None:
    handed = call(State.HANDED_OVER, request=request(provider="vozzo"))
    last = attempt(provider="vozzo", until=MORNING + timedelta(hours=1))
    drawn = root_message(handed, last, LABELS, {"vozzo"})
    assert "*Handed to Vozzo* · Voz will call" in said(drawn)
    end = token(MORNING + timedelta(hours=1), "{time}")
    assert f"between {token(MORNING)} and {end}" in said(drawn)
    small = drawn["blocks"][1]["elements"][0]["text"]
    assert "Fri 20 Nov, 10:00 AM - 11:00 AM PST for them" in small
    assert "no provider can stop a call on its way" in small
    (press,) = buttons(drawn)
    assert (press["text"]["text"], press["action_id"]) == ("Mark outcome…", "call_mark")


def test_a_call_whose_window_is_over_is_told_in_the_past() -> None:
    over = call(State.HANDED_OVER, reason_code="window_over", request=request(provider="vozzo"))
    last = attempt(provider="vozzo", until=MORNING + timedelta(hours=1))
    drawn = root_message(over, last, LABELS, {"vozzo"})
    assert "*Was handed to Vozzo* · Voz was to call" in said(drawn)
    assert "no provider can stop" not in drawn["text"]
    assert [one["text"]["text"] for one in buttons(drawn)] == ["Mark outcome…", "Call again…"]


def test_a_call_handed_over_ahead_shows_when_it_may_ring_not_when_it_was_handed_over() -> None:
    start = MORNING + timedelta(days=3)
    end = start + timedelta(days=2)
    window = Window(start, end, "America/New_York")
    for when in (instant(start), window):
        about = request(when=when, callee_zones=TEN_ZONES)
        drawn = root_message(call(State.HANDED_OVER, request=about), attempt(until=end), LABELS)
        assert f"between {token(start)} and {token(end)}" in said(drawn)
        small = drawn["blocks"][1]["elements"][0]["text"]
        theirs = "It begins Mon 23 Nov, 8:00 AM HST to Mon 23 Nov, 2:30 PM NST for them"
        assert theirs in small


def test_a_doubtful_call_shows_the_second_it_was_sent_and_no_button_that_asks_nobody() -> None:
    sent = f"at {token(MORNING, '{time_secs}')}"
    drawn = root_message(call(State.UNSURE), attempt(next_poll=MORNING), LABELS)
    assert f"I sent the call to VozAgent {sent}." in said(drawn)
    assert next(one["text"]["text"] for one in buttons(drawn)) == "Check now"
    silent = root_message(call(State.UNSURE), attempt(), LABELS, {"vozagent"})
    assert [one["text"]["text"] for one in buttons(silent)] == ["It rang", "It did not"]


def test_a_list_uses_the_words_of_the_live_message() -> None:
    text = said(listed([call(State.UNSURE), call(State.NO_ANSWER)], "/dial", LABELS))
    assert "Not sure it rang" in text
    assert "Not reached" in text
    handed = call(State.HANDED_OVER, request=request(provider="vozzo"))
    assert "Handed to Vozzo · " in said(listed([handed], "/dial", LABELS))
    assert "You have no calls yet" in said(listed([], "/dial", LABELS))


def test_of_many_assistants_as_many_as_fit_are_listed_and_the_rest_counted() -> None:
    drawn = catalogue(by_provider([*MANY, Agent("Aaron", "vozagent", "a", active=False)]), LABELS)
    rows = said(drawn).splitlines()
    assert rows[-1].startswith("… and ")
    assert len(rows) - 1 + int(rows[-1].split()[2]) == 301
    few = said(
        catalogue(by_provider([Agent("Zoe", "vozagent", "z", active=False), MANY[0]]), LABELS)
    )
    assert few.index("active") < few.index("cannot call: not active")


def test_a_provider_that_cannot_be_asked_has_a_row_that_says_so() -> None:
    voicy = "Voicy &amp; &lt;Sons&gt;"
    old = said(catalogue(TROUBLED["an old list"], LABELS))
    when = token(MORNING, "{time}, {date_short_pretty}")
    assert f"*{voicy} could not be asked just now*; list of {when}.\n> " in old
    assert f"• *Dana* · {voicy} · active" in old
    assert "VozAgent could not" not in old
    never = said(catalogue(TROUBLED["none ever came"], LABELS))
    assert "I have no list of it yet.\n> Voicy did not answer within 5 seconds." in never
    assert f"Asking {voicy}, unleashx …" in said(catalogue(TROUBLED["asking"], LABELS))


def test_help_lists_every_command_and_the_nearest_to_a_slip() -> None:
    drawn = said(help_message(COMMANDS, "/ring"))
    assert all(one.usage.format(command="/ring") in drawn for one in COMMANDS)
    assert "`/ring list`" in unknown_word("lisst", COMMANDS, "/ring")
    assert "Did you mean" not in unknown_word("xyzzy", COMMANDS, "/ring")


# the pieces ------------------------------------------------------------------------------------


def test_values_of_buttons_come_back_and_nonsense_is_nothing() -> None:
    assert unpack(pack(draft="d", agent=LONG_NAME)) == {"draft": "d", "agent": LONG_NAME}
    assert len(pack(draft="d" * 36, agent="📞" * 200)) < 300
    assert unpack("nonsense") == unpack("[1]") == unpack("") == {}


def test_empty_texts_become_a_dash() -> None:
    assert mrkdwn(" ")["text"] == plain("")["text"] == plain("  ")["text"] == NOTHING
    assert notice("")["text"] == NOTHING


def test_long_texts_are_cut_with_an_ellipsis() -> None:
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcd", 4) == "abcd"
    assert len(mrkdwn("x" * 9_000)["text"]) == MOST_TEXT
    assert all(len(one["text"]) <= 2_000 for one in fields([("Name", "x" * 9_000)])["fields"])


def test_rows_are_packed_into_few_paragraphs_and_none_is_torn() -> None:
    rows = [f"{index} {'x' * 700}" for index in range(9)]
    blocks, text = rows_of(rows, "and {count} more")
    assert len(blocks) == 3
    assert text.splitlines() == rows
    assert "\n".join(block["text"]["text"] for block in blocks).splitlines() == rows
