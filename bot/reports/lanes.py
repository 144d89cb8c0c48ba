"""What on-call staff are told of the road to a provider, one sentence per fact."""

import re

from bot.calls.lanes import Lane, Tale

BAD_KEY = "401"


def alert(lane: Lane, label: str, waiting: int) -> str:
    """The message of ``lane.to_tell``; ``waiting`` calls would go out if they could."""
    if lane.to_tell is Tale.OPEN:
        return f"🟢 {label} takes calls again{_these(waiting)}."
    return (
        f"🔴 {label} refuses our {refused(lane)}. {_waits(waiting)}; none was dialled. "
        f"An admin must check {_check(lane.shut_why, label)}; I try again by myself every few "
        "minutes."
    )


def refused(lane: Lane) -> str:
    """What of ours a provider refuses: ``key (401)``, ``account (402)``."""
    status = _status(lane.shut_why)
    if not status:
        return "key"
    return f"key ({status})" if status == BAD_KEY else f"account ({status})"


def _check(why: str, label: str) -> str:
    return "the key" if _status(why) in {"", BAD_KEY} else f"the key and the plan at {label}"


def _status(why: str) -> str:
    """The HTTP status in the sentence that was kept of the refusal; empty when it has none."""
    found = re.search(r"\((4\d\d)\)", why)
    return found[1] if found else ""


def _waits(waiting: int) -> str:
    if waiting == 0:
        return "Calls that fall due wait"
    return "1 call waits" if waiting == 1 else f"{waiting} calls wait"


def _these(waiting: int) -> str:
    if waiting == 0:
        return ""
    return f"; the waiting call{'s go' if waiting > 1 else ' goes'} out now"
