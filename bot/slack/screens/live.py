"""A call's root message: the one that follows it through its states."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from bot.calls.call import Attempt, Call
from bot.calls.pauses import PAUSED
from bot.calls.states import LIVE, WAITING, State
from bot.calls.timing import Instant, next_start
from bot.calls.verdict import PASSING_HOLDS
from bot.reports.buttons import Action, actions
from bot.reports.escaping import hide_number
from bot.reports.live import headline, is_retrying, since
from bot.reports.scene import Scene
from bot.reports.unknown import window_over
from bot.slack.blocks import Block, button, confirm, context, cut, escape, message, section
from bot.slack.blocks import actions as row
from bot.slack.times import due_words, span_for_them, span_words, token
from bot.understanding.phones import masked

TEXTS = {
    Action.NOW: "Call now",
    Action.MOVE: "Reschedule…",
    Action.CANCEL: "Cancel call",
    Action.STOP: "Stop retrying",
    Action.CHECK: "Check now",
    Action.RANG: "It rang",
    Action.NOT_RANG: "It did not",
    Action.MARK: "Mark outcome…",
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
    Action.STOP: confirm(
        "Stop retrying?",
        "It is not dialled again. The call ends as not reached.",
        "Stop retrying",
        "Keep trying",
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
STYLES = {Action.CANCEL: "danger", Action.MARK: "primary"}
NO_WAY_BACK = "no provider can stop a call on its way"
EVENT = "switchboard_call"  # Slack message metadata: how a doubtful post is found again


def root_message(
    call: Call,
    attempt: Attempt | None,
    labels: Mapping[str, str],
    silent: Collection[str] = (),
) -> dict[str, Any]:
    """The live message. ``silent`` are the providers that can't be asked about a doubtful call."""
    scene = scene_of(call, attempt, labels, silent)
    head = headline(call, attempt, scene)
    rest, small = discreet(head.rest, call), " · ".join(_small_print(call, attempt))
    blocks = [section(f"{head.icon} *{head.word}* · {rest}"), context(small)]
    offered = actions(call, can_be_asked=scene.can_be_asked)
    if offered:
        buttons = [_button(action, call) for action in offered]
        # A new block id for each revision: Slack's clients keep the old buttons otherwise.
        blocks.append({**row(*buttons), "block_id": f"actions-{call.rev}"})
    return message(f"{head.word} · {cut(rest, 2_000)} · {small}", blocks)


def scene_of(
    call: Call,
    attempt: Attempt | None,
    labels: Mapping[str, str],
    silent: Collection[str] = (),
) -> Scene:
    """What the texts of a call need to know besides it."""
    provider = attempt.provider if attempt else call.request.provider
    span = rings_within(call, attempt)
    return Scene(
        whom=whom(call),
        provider=escape(labels.get(provider) or provider) or "its provider",
        asker=call.home.asker,
        sent=f"at {token(attempt.claimed_at, '{time_secs}')}" if attempt else "",
        span=span_words(*span) if span else "",
        due=due_words(call) if call.state in WAITING else "",
        can_be_asked=provider in labels and provider not in silent,
    )


def rings_within(call: Call, attempt: Attempt | None) -> tuple[datetime, datetime] | None:
    """Between when a call that was handed over may ring; ``None`` when nobody said."""
    if attempt is None or attempt.until is None:
        return None
    when, start = call.request.when, attempt.claimed_at
    if isinstance(when, Instant):
        start = max(when.start, start)  # it may have been handed over long before its time
    elif when is not None:
        start = next_start(when, start) or start
    return min(start, attempt.until), attempt.until


def discreet(text: str, call: Call) -> str:
    """Text for everybody in the channel: the number called stays masked whoever wrote it out."""
    return hide_number(text, call.request.number, masked(call.request.number))


def whom(call: Call) -> str:
    """The masked number, with the name the asker gave."""
    number = masked(call.request.number)
    return f"{escape(call.request.name)} ({number})" if call.request.name else number


def _small_print(call: Call, attempt: Attempt | None) -> list[str]:
    parts = []
    by_itself = call.reason_code in PASSING_HOLDS - {PAUSED}
    waits_for_a_person = call.state == State.HELD and not by_itself
    if call.state in WAITING and not waits_for_a_person and not is_retrying(call):
        label = "Next try" if call.state == State.HELD else "Due"
        parts.append(f"{label} {due_words(call)}")
    started = since(attempt)
    if call.state == State.IN_PROGRESS and started:
        parts.append(f"since {token(started, '{time_secs}')}")
    if call.state == State.HANDED_OVER:
        parts += _handed_over(call, attempt)
    if call.state in LIVE:
        parts.append(NO_WAY_BACK)
    if call.state == State.CANCELLED:
        parts.append(f"by {_person(call.changed_by)} {token(call.changed_at)}")
    return [*parts, f"asked by <@{call.home.asker}>", call.code]


def _handed_over(call: Call, attempt: Attempt | None) -> list[str]:
    span = rings_within(call, attempt)
    theirs = span_for_them(*span, call.request.callee_zones) if span else ""
    last = [] if window_over(call) else [NO_WAY_BACK]
    return [*([theirs] if theirs else []), *last]


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
