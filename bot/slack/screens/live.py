"""A call's root message and the result in its thread."""

from collections.abc import Mapping
from typing import Any

from bot.calls.call import Attempt, Call
from bot.calls.states import LIVE, WAITING, State
from bot.reports.diary import excerpt, outcome_sentence, price
from bot.reports.escaping import hide_number
from bot.reports.live import Action, actions, headline, since, spoken_length
from bot.slack.blocks import Block, button, confirm, context, cut, escape, message, section
from bot.slack.blocks import actions as row
from bot.slack.times import due_words, token
from bot.understanding.phones import masked

TEXTS = {
    Action.NOW: "Call now",
    Action.MOVE: "Reschedule…",
    Action.CANCEL: "Cancel call",
    Action.CHECK: "Check now",
    Action.RANG: "It rang",
    Action.NOT_RANG: "It did not",
    Action.AGAIN: "Call again…",
}
DIALOGS = {
    Action.NOW: confirm("Call now?", "The phone will ring in a moment.", "Call now", "Not yet"),
    Action.CANCEL: confirm(
        "Cancel this call?",
        "It will not be dialled. You can ask for it anew.",
        "Cancel it",
        "Keep it",
    ),
    Action.RANG: confirm(
        "It rang?", "The call is closed as reached and is not dialled again.", "It rang", "Back"
    ),
    Action.NOT_RANG: confirm(
        "It did not ring?",
        "The call is closed under your name. You can then ask for a new one.",
        "It did not",
        "Back",
    ),
}
STYLES = {Action.CANCEL: "danger"}
SUMMARY_SHOWN, LONGEST_LINK = 2_800, 2_000  # characters
EVENT = "switchboard_call"  # Slack message metadata: how a doubtful post is found again


def root_message(call: Call, attempt: Attempt | None, labels: Mapping[str, str]) -> dict[str, Any]:
    """The one message that follows a call through its states."""
    head = headline(call, attempt, whom(call), labels.get(call.request.provider, "The provider"))
    rest, small = _discreet(head.rest, call), " · ".join(_small_print(call, attempt))
    blocks = [section(f"{head.icon} *{head.word}* · {rest}"), context(small)]
    buttons = [_button(action, call) for action in actions(call)]
    if buttons:
        # A new block id for each revision: Slack's clients keep the old buttons otherwise.
        blocks.append({**row(*buttons), "block_id": f"actions-{call.rev}"})
    return message(f"{head.word} · {cut(rest, 2_000)} · {small}", blocks)


def _discreet(text: str, call: Call) -> str:
    """Text for everybody in the channel: the number called stays masked whoever wrote it out."""
    return hide_number(text, call.request.number, masked(call.request.number))


def whom(call: Call) -> str:
    """The masked number, with the name the asker gave."""
    number = masked(call.request.number)
    return f"{escape(call.request.name)} ({number})" if call.request.name else number


def _small_print(call: Call, attempt: Attempt | None) -> list[str]:
    parts = []
    if call.state in WAITING and call.reason_code != "late":
        label = "Next try" if call.state == State.HELD else "Due"
        parts.append(f"{label} {due_words(call)}")
    started = since(attempt)
    if call.state == State.IN_PROGRESS and started:
        parts.append(f"since {token(started, '{time_secs}')}")
    if call.state in LIVE:
        parts.append("no provider can stop a call on its way")
    if call.state == State.CANCELLED:
        parts.append(f"by {_person(call.changed_by)} {token(call.changed_at)}")
    return [*parts, f"asked by <@{call.home.asker}>", call.code]


def _person(changed_by: str) -> str:
    """A Slack user, or the bot itself."""
    return f"<@{changed_by}>" if changed_by[:1] in {"U", "W"} else "me"


def _button(action: Action, call: Call) -> Block:
    return button(
        TEXTS[action],
        action.value,
        call.id,
        style=STYLES.get(action),
        confirm=DIALOGS.get(action),
    )


def result_message(call: Call, attempt: Attempt, labels: Mapping[str, str]) -> dict[str, Any]:
    """What came of the call, for its thread: summary, transcript, recording, length, cost."""
    provider = escape(labels.get(attempt.provider, attempt.provider))
    heading = escape(_discreet(outcome_sentence(call, attempt), call))
    blocks, spoken = [section(f"*{heading}*")], heading
    if attempt.summary:
        summary = cut(escape(_discreet(attempt.summary, call)), SUMMARY_SHOWN)
        blocks.append(section(f"*Summary*\n{summary}"))
        spoken += f" · {summary}"
    elif call.state == State.COMPLETED:
        blocks.append(section(f"{provider} wrote no summary of this call."))
    if attempt.transcript:
        blocks.append(_transcript(_discreet(attempt.transcript, call), provider))
    blocks.append(context(" · ".join([*_facts(attempt, provider), provider, call.code])))
    return message(spoken, blocks)


def _transcript(transcript: str, provider: str) -> Block:
    text, shortened = excerpt(transcript)
    quoted = "\n".join(f">{escape(line)}" for line in text.splitlines())
    title = (
        f"*Transcript* (its beginning; {provider} has all of it)" if shortened else "*Transcript*"
    )
    return section(f"{title}\n{quoted}")


def _facts(attempt: Attempt, provider: str) -> list[str]:
    facts = []
    if attempt.recording_url:
        facts.append(_recording(attempt.recording_url) or f"Recording at {provider}")
    if attempt.seconds is not None:
        facts.append(f"Length {spoken_length(attempt.seconds)}")
    if attempt.cost_micros is not None:
        facts.append(f"Cost {price(attempt.cost_micros, attempt.currency)}")
    return facts


def _recording(url: str) -> str:
    """A link; empty when Slack could not draw it. Nothing in an address may end the link early."""
    safe = "".join(f"%{ord(sign):02X}" if sign in "<>|" else sign for sign in "".join(url.split()))
    usable = safe.startswith(("https://", "http://")) and len(safe) <= LONGEST_LINK
    return f"<{safe.replace('&', '&amp;')}|Recording>" if usable else ""
