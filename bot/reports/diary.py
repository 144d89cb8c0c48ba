"""The thread of a call: a short line per change, and the result at the end."""

from collections.abc import Sequence

from bot.calls.call import Attempt, Call, Change
from bot.calls.states import State
from bot.reports.escaping import escape
from bot.reports.live import spoken_length

LINES = {
    State.DIALLING: "📞 Dialling",
    State.RINGING: "🔔 Ringing",
    State.IN_PROGRESS: "🟢 On the line",
    State.COMPLETED: "✅ Call ended",
    State.VOICEMAIL: "📵 Voicemail",
    State.NO_ANSWER: "📵 No answer",
    State.BUSY: "📵 Line busy",
    State.FAILED: "❌ Could not call",
    State.UNSURE: "❓ Not sure it rang",
    State.HANDED_OVER: "📤 Handed over",
}
EXCERPT_LINES = 12
EXCERPT_CHARACTERS = 1_500


def diary_line(changes: Sequence[Change]) -> str:
    """All changes since the last line, as one line; empty when none of them is worth one."""
    words: list[str] = []
    for change in changes:
        line = _words(change)
        if line and line not in words:
            words.append(line)
    return " · ".join(words)


def _words(change: Change) -> str:
    if change.before == change.after:
        return ""
    state = State(change.after)
    # Going back from a dial is worth a line: somebody saw "Dialling" a moment ago.
    if change.before == State.DIALLING and state == State.HELD:
        return f"✋ Not dialled: {escape(change.why)}"
    if state == State.SCHEDULED and change.what in {State.NO_ANSWER, State.BUSY}:
        return f"{LINES[State(change.what)]}; it will be tried again"
    line = LINES.get(state, "")
    if line and change.why and state in {State.FAILED, State.UNSURE}:
        return f"{line}: {escape(change.why)}"
    return line


def outcome_sentence(call: Call, attempt: Attempt) -> str:
    """How the call ended, in one sentence."""
    if call.state == State.COMPLETED:
        length = f" for {spoken_length(attempt.seconds)}" if attempt.seconds is not None else ""
        return f"✅ {call.request.agent_name} talked{length}"
    return LINES.get(call.state, call.state.value.replace("_", " ").capitalize())


def excerpt(transcript: str) -> tuple[str, bool]:
    """The beginning of a transcript, and whether something was left out."""
    lines = [line for line in transcript.strip().splitlines() if line.strip()]
    text = "\n".join(lines[:EXCERPT_LINES])
    shortened = len(lines) > EXCERPT_LINES or len(text) > EXCERPT_CHARACTERS
    return text[:EXCERPT_CHARACTERS], shortened


def price(micros: int, currency: str) -> str:
    """``150000`` → ``$0.15``; other currencies by their code. Parts of a cent are shown."""
    cents = micros >= 10_000 or micros == 0
    amount = f"{micros / 1_000_000:.2f}" if cents else f"{micros / 1_000_000:.4f}"
    return f"${amount}" if currency == "USD" else f"{amount} {escape(currency)}"
