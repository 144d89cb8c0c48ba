"""What is paused, by whom and why: for the channel, the list and the call that waits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.calls.call import Call
from bot.calls.pauses import EVERYTHING, Pause, Scope, who_and_why
from bot.reports.escaping import cut, escape
from bot.reports.scene import Headline, sentence

LONGEST_REASON = 1_500  # characters of escaped text


@dataclass(frozen=True, slots=True)
class Tongue:
    """How to speak of pauses. ``at`` writes an instant for whoever reads."""

    labels: Mapping[str, str]  # provider → the name people know it by
    command: str
    at: Callable[[datetime], str]

    def of(self, scope: Scope) -> str:
        """``All calls``, ``Calls through VozAgent``; escaped."""
        kind, _, name = scope.partition(":")
        if scope == EVERYTHING:
            return "All calls"
        if kind == "provider":
            return f"Calls through {escape(self.labels.get(name, name))}"
        return "The calls of a campaign"

    def ends_with(self, scope: Scope) -> str:
        """What to type to resume it."""
        kind, _, name = scope.partition(":")
        return f"`{self.command} resume{f' {escape(name)}' if kind == 'provider' else ''}`"


def paused(pause: Pause, tongue: Tongue) -> str:
    """Told in the channel."""
    return (
        f"⏸️ *{tongue.of(pause.scope)} are paused* {_by(pause)} Calls on the line finish; a call "
        f"that falls due is held until somebody types {tongue.ends_with(pause.scope)}."
    )


def paused_already(pause: Pause, tongue: Tongue) -> str:
    """For whoever comes second."""
    return (
        f"{tongue.of(pause.scope)} are paused already, {_since(pause, tongue)} "
        f"{tongue.ends_with(pause.scope)} ends that. Nothing was changed."
    )


def resumed(pause: Pause, by: str, left: Sequence[Pause], tongue: Tongue) -> str:
    """Told in the channel. ``left`` is what else is paused."""
    before = f"They were paused {_since(pause, tongue)}"
    first = f"▶️ *{tongue.of(pause.scope)} go out again*, resumed by <@{by}>. {before}"
    return "\n".join([first, *(note(each, tongue) for each in left)])


def not_paused(scope: Scope, left: Sequence[Pause], tongue: Tongue) -> str:
    """Nothing was to be resumed."""
    if not left:
        return "Nothing is paused. Nothing was changed."
    rows = [f"{tongue.of(scope)} are not paused as such. Nothing was changed."]
    rows += [f"{note(each, tongue)} {tongue.ends_with(each.scope)} ends that." for each in left]
    return "\n".join(rows)


def note(pause: Pause, tongue: Tongue) -> str:
    """One line wherever calls are listed."""
    return f"⏸️ {tongue.of(pause.scope)} are paused {_since(pause, tongue)}"


def held_by_pause(call: Call, will: str) -> Headline:
    """Of a call that fell due meanwhile; ``will`` says what it is for, escaped."""
    who, why = who_and_why(call.reason)
    return Headline(
        "⏸️",
        "Held: calls are paused",
        f"by <@{escape(who)}>: {_why(why)} It goes out when they are resumed. {will}",
    )


def _by(pause: Pause) -> str:
    return f"by <@{pause.by}>: {_why(pause.reason)}"


def _since(pause: Pause, tongue: Tongue) -> str:
    return f"by <@{pause.by}> since {tongue.at(pause.at)}: {_why(pause.reason)}"


def _why(reason: str) -> str:
    return cut(sentence(escape(reason)), LONGEST_REASON) or "no reason was given."
