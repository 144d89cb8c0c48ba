"""What came of a call, as the message in its thread and as the file with its transcript."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from bot.calls.call import Attempt, Call
from bot.calls.states import State
from bot.reports.live import spoken_length
from bot.reports.result import (
    BESIDE_ITS_FILE,
    EXCERPT_LINES,
    excerpt,
    learned,
    outcome_sentence,
    price,
)
from bot.slack.blocks import Block, actions, button, context, cut, escape, message, section
from bot.slack.screens.live import discreet

RECORDING = "call_recording"
SUMMARY_SHOWN, LONGEST_LINK = 2_800, 2_000  # characters


def result_message(
    call: Call, attempt: Attempt, labels: Mapping[str, str], *, as_file: bool = False
) -> dict[str, Any]:
    """Summary, what was learned, transcript, length and cost; the recording behind a button.

    ``as_file`` says that the whole transcript is a file in the same thread.
    """
    provider = escape(labels.get(attempt.provider, attempt.provider))
    heading = escape(discreet(outcome_sentence(call, attempt), call))
    blocks, spoken = [section(f"*{heading}*")], [heading]
    if attempt.summary:
        summary = cut(escape(discreet(attempt.summary, call)), SUMMARY_SHOWN)
        blocks.append(section(f"*Summary*\n{summary}"))
        spoken.append(cut(summary, 2_000))
    elif call.state == State.COMPLETED:
        blocks.append(section(f"{provider} wrote no summary of this call."))
    facts = escape(discreet(learned(attempt.variables), call))
    if facts:
        blocks.append(section(f"*What was learned*\n{facts}"))
        spoken.append(f"What was learned: {facts}")
    if attempt.transcript:
        blocks.append(_transcript(discreet(attempt.transcript, call), provider, as_file=as_file))
    small = [*_facts(attempt), provider, call.code]
    blocks.append(context(" · ".join(small)))
    if attempt.recording_url:
        blocks.append(actions(button("Recording", RECORDING, call.id)))
        small.insert(0, "There is a recording")
    return message(" · ".join([*spoken, *small]), blocks)


def _transcript(transcript: str, provider: str, *, as_file: bool) -> Block:
    text, shortened = excerpt(transcript, BESIDE_ITS_FILE if as_file else EXCERPT_LINES)
    quoted = "\n".join(f">{escape(line)}" for line in text.splitlines())
    where = "all of it is a file in this thread" if as_file else f"{provider} has all of it"
    title = f"*Transcript* (its beginning; {where})" if shortened else "*Transcript*"
    return section(f"{title}\n{quoted}")


def _facts(attempt: Attempt) -> list[str]:
    facts = []
    if attempt.seconds is not None:
        facts.append(f"Length {spoken_length(attempt.seconds)}")
    if attempt.cost_micros is not None:
        facts.append(f"Cost {price(attempt.cost_micros, attempt.currency)}")
    return facts


def transcript_file(call: Call, attempt: Attempt) -> tuple[str, bytes] | None:
    """Name and content of the file with a long transcript; ``None`` when it fits a message.

    The number called is masked: everybody in the channel may open it.
    """
    transcript = attempt.transcript or ""
    if not excerpt(transcript)[1]:
        return None
    began = attempt.started_at or attempt.claimed_at
    number = discreet(call.request.number, call)
    person = f"{call.request.name} ({number})" if call.request.name else number
    head = f"{call.code} · {call.request.agent_name} called {person}"
    when = f"{began.astimezone(UTC):%a %-d %b %Y, %H:%M} UTC"
    text = f"{discreet(head, call)}\n{when}\n\n{discreet(transcript.strip(), call)}\n"
    return f"{call.code} transcript.txt", text.encode()


def link(url: str, text: str) -> str:
    """A link; empty when Slack could not draw it. Nothing in an address may end the link early."""
    safe = "".join(f"%{ord(sign):02X}" if sign in "<>|" else sign for sign in "".join(url.split()))
    usable = safe.startswith(("https://", "http://")) and len(safe) <= LONGEST_LINK
    return f"<{safe.replace('&', '&amp;')}|{text}>" if usable else ""
