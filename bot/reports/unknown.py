"""Calls whose fate no provider tells: in doubt, handed over, or told by a person."""

from collections.abc import Mapping
from dataclasses import replace

from bot.calls.call import Attempt, Call
from bot.calls.looks import GaveUp, gave_up
from bot.calls.states import State
from bot.reports.escaping import cut, escape
from bot.reports.scene import Headline, Scene, sentence

RANG, DID_NOT_RING, MARKED = "said_it_rang", "said_it_did_not", "marked"
BY_A_PERSON = frozenset({RANG, DID_NOT_RING, MARKED})
WINDOW_OVER, NO_NEWS = "window_over", "no_news"
PROMISE = "I won't dial again until I know."
PROMISED = "dial again until I know"
NOTE_SHOWN = 300  # characters
# Of its provider, when nobody looks for a call any more.
SHOWS: Mapping[str, str] = {
    GaveUp.LOOKING: "shows no such call",
    GaveUp.CHOOSING: "shows several that could be this call",
    GaveUp.WAITING: "shows no end of it",
    GaveUp.ASKING: "could not be asked",
}


def by_a_person(call: Call) -> bool:
    """Whether the end of a call is somebody's word, not a provider's."""
    return call.reason_code in BY_A_PERSON


def window_over(call: Call) -> bool:
    """Whether a call that was handed over may ring no more."""
    return call.reason_code == WINDOW_OVER


def unsure(call: Call, attempt: Attempt | None, scene: Scene) -> Headline:
    """What was sent and what came back, what I will not do, and who can still know."""
    said = _what_came_back(call, scene)
    promise = "" if PROMISED in said else PROMISE
    parts = (said, promise, who_can_know(attempt, scene))
    word = "No end is told" if call.reason_code == NO_NEWS else "Not sure it rang"
    return Headline("❓", word, f"{scene.whom} · {' '.join(filter(None, parts))}")


def _what_came_back(call: Call, scene: Scene) -> str:
    sent = f" {scene.sent}" if scene.sent else ""
    if call.reason_code == "process_stopped":
        return (
            f"I was sending the call to {scene.provider}{sent} when my process stopped, so it may "
            "have gone out."
        )
    if call.reason_code == NO_NEWS:
        return f"I sent the call to {scene.provider}{sent}; it took it, and tells no end of it."
    answer = sentence(escape(call.reason)) or "No clear answer came back."
    return f"I sent the call to {scene.provider}{sent}. {answer}"


def who_can_know(attempt: Attempt | None, scene: Scene) -> str:
    """Whether the provider is still being asked, or only a person can end the doubt."""
    if not scene.can_be_asked:
        return f"{scene.provider} can't be asked. Only a person can know."
    if attempt is not None and attempt.next_poll is None:
        return (
            f"{scene.provider} {_shows(attempt)}, and I have stopped asking. "
            f"<@{scene.asker}>, only a person can know now."
        )
    return f"I keep asking {scene.provider}."


def _shows(attempt: Attempt) -> str:
    if not attempt.detail:
        return SHOWS[GaveUp.WAITING if attempt.provider_call_id else GaveUp.LOOKING]
    found = gave_up(attempt.detail)
    return f"shows that {escape(attempt.detail)}" if found is GaveUp.CHOOSING else SHOWS[found]


def handed_over(call: Call, scene: Scene) -> Headline:
    """Its provider calls when it will, and tells nobody how it went."""
    agent = escape(call.request.agent_name)
    when = f" between {scene.span}" if scene.span else ""
    if window_over(call):
        tale = f"{agent} was to call {scene.whom}{when}"
        silent = f"{scene.provider} does not say how it went"
        return Headline("📤", f"Was handed to {scene.provider}", f"{tale} · {silent}")
    tale = f"{agent} will call {scene.whom}{when}"
    return Headline(
        "📤", f"Handed to {scene.provider}", f"{tale} · {scene.provider} reports no outcome"
    )


def said_by(call: Call, head: Headline, scene: Scene) -> Headline:
    """An end as the claim of the person who told it; ``head`` is that of a provider's word."""
    if call.reason_code == RANG:
        head = replace(head, word="Rang")
    elif call.state == State.FAILED:
        word = "Did not ring" if call.reason_code == DID_NOT_RING else "Never rang"
        head = Headline(head.icon, word, scene.whom)
    note = f" · {quoted(call.reason)}" if call.reason and call.reason_code == MARKED else ""
    return replace(head, word=f"{head.word}, says <@{call.changed_by}>", rest=head.rest + note)


def quoted(note: str) -> str:
    """A person's note inside a message."""
    return f"“{cut(escape(' '.join(note.split())), NOTE_SHOWN)}”"
