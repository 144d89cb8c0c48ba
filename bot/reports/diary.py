"""The diary of a call, in its thread: a short line per change."""

from collections.abc import Sequence

from bot.calls.call import Change
from bot.calls.retries import STOPPED, WHY_AGAIN
from bot.calls.states import State
from bot.reports.escaping import escape
from bot.reports.scene import Scene, sentence
from bot.reports.unknown import SHOWS, quoted

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
}
# What people say of a call whose provider says nothing, and of one in doubt.
MARKS = {
    State.COMPLETED: "✅ It was answered",
    State.NO_ANSWER: "📵 Nobody answered",
    State.VOICEMAIL: "📵 It was a voicemail",
    State.BUSY: "📵 The line was busy",
    State.FAILED: "❌ It never rang",
}
SETTLED = {State.COMPLETED: "✅ It rang", State.FAILED: "❌ It did not ring"}


def diary_line(changes: Sequence[Change], scene: Scene) -> str:
    """All changes since the last line, as one line; empty when none of them is worth one."""
    words: list[str] = []
    for change in changes:
        line = _words(change, scene)
        if line and line not in words:
            words.append(line)
    return " · ".join(words)


def _words(change: Change, scene: Scene) -> str:
    state = State(change.after)
    if change.before == change.after:
        return _remark(change, scene)
    if change.what in {"marked", "settled"}:
        said = (MARKS if change.what == "marked" else SETTLED).get(state, LINES.get(state, ""))
        note = f": {quoted(change.why)}" if change.what == "marked" and change.why else ""
        return f"{said}, says <@{change.by}>{note}"
    # Going back from a dial is worth a line: somebody saw "Dialling" a moment ago.
    if change.before == State.DIALLING and state == State.HELD:
        return f"✋ Not dialled: {escape(change.why)}"
    if change.what == STOPPED:
        return f"📵 Not tried again: stopped by <@{change.by}> {escape(change.why)}"
    if state == State.SCHEDULED and change.what in WHY_AGAIN:
        return f"{LINES[State(change.what)]}; it will be tried again"
    return _arrived(change, state, scene)


def _arrived(change: Change, state: State, scene: Scene) -> str:
    if state == State.HANDED_OVER:
        return f"📤 Handed to {scene.provider}, which reports no outcome"
    line = LINES.get(state, "")
    if state == State.UNSURE:
        return f"{line}{_because(change)} {_asked_to_help(scene)}"
    return line + _because(change) if state in {State.FAILED, *WHY_AGAIN} else line


def _because(change: Change) -> str:
    return f": {sentence(escape(change.why))}" if change.why else ""


def _asked_to_help(scene: Scene) -> str:
    """Who is in doubt is asked by name; a line in a thread tells nobody else."""
    if scene.can_be_asked:
        return f"I keep asking {scene.provider}; <@{scene.asker}>, do you know whether it rang?"
    return f"{scene.provider} can't be asked. <@{scene.asker}>, do you know whether it rang?"


def _remark(change: Change, scene: Scene) -> str:
    """What happened to a call that stays as it is; most of it is worth no line."""
    if change.what == "window over":
        return (
            f"📤 Its window is over, and {scene.provider} does not say how it went. "
            f"<@{scene.asker}>, how did it go?"
        )
    if change.what == "no idea":
        note = f": {quoted(change.why)}" if change.why else ""
        return f"📤 <@{change.by}> does not know how it went{note}"
    if change.what in SHOWS:
        return (
            f"❓ {scene.provider} {SHOWS[change.what]}, and I have stopped asking. "
            f"<@{scene.asker}>, only a person can know now: did it ring?"
        )
    return ""
