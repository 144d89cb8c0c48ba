"""A call's root message and the result in its thread."""

from collections.abc import Mapping
from typing import Any

from bot.calls.call import Attempt, Call
from bot.calls.states import LIVE, WAITING, State
from bot.reports.diary import excerpt, outcome_sentence, price
from bot.reports.live import Action, actions, headline, since, spoken_length
from bot.slack.blocks import Block, button, clip, confirm, context, escape, message, section
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
EVENT = "switchboard_call"  # Slack message metadata: how a doubtful post is found again


def root_message(call: Call, attempt: Attempt | None, labels: Mapping[str, str]) -> dict[str, Any]:
    """The one message that follows a call through its states."""
    head = headline(call, attempt, whom(call), labels.get(call.request.provider, "The provider"))
    first = f"{head.icon} *{head.word}* · {head.rest}"
    blocks = [section(first), context(" · ".join(_small_print(call, attempt)))]
    buttons = [_button(action, call) for action in actions(call)]
    if buttons:
        # A new block id for each revision: Slack's clients keep the old buttons otherwise.
        blocks.append({**row(*buttons), "block_id": f"actions-{call.rev}"})
    return message(f"{head.word} · {head.rest} · {call.code}", blocks)


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
    if call.state in LIVE | {State.DIALLING}:
        parts.append("no provider can stop a call on its way")
    if call.state == State.CANCELLED:
        parts.append(f"by <@{call.changed_by}> {token(call.changed_at)}")
    return [*parts, f"asked by <@{call.home.asker}>", call.code]


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
    provider = labels.get(attempt.provider, attempt.provider)
    heading = f"*{escape(outcome_sentence(call, attempt))}*"
    blocks = [section(heading)]
    spoken = [heading.strip("*")]
    if attempt.summary:
        blocks.append(section(f"*Summary*\n{escape(attempt.summary)}"))
        spoken.append(attempt.summary)
    elif call.state == State.COMPLETED:
        blocks.append(section(f"{provider} wrote no summary of this call."))
    if attempt.transcript:
        text, shortened = excerpt(attempt.transcript)
        quoted = "\n".join(f">{escape(line)}" for line in text.splitlines())
        title = "*Transcript* (beginning)" if shortened else "*Transcript*"
        blocks.append(section(f"{title}\n{quoted}"))
    facts = _facts(attempt)
    if facts:
        blocks.append(context(" · ".join([*facts, provider, call.code])))
    return message(escape(clip(" · ".join(spoken), 2_500)), blocks)


def _facts(attempt: Attempt) -> list[str]:
    facts = []
    if attempt.recording_url:
        facts.append(f"<{attempt.recording_url}|Recording>")
    if attempt.seconds is not None:
        facts.append(f"Length {spoken_length(attempt.seconds)}")
    if attempt.cost_micros is not None:
        facts.append(f"Cost {price(attempt.cost_micros, attempt.currency)}")
    return facts
