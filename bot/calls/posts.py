"""What Slack still has to be told: per call one root message, its diary and its result."""

from dataclasses import dataclass
from enum import StrEnum

from bot.calls.call import CallId


class Role(StrEnum):
    """Which of a call's messages."""

    ROOT = "root"  # the one live message, edited in place
    DIARY = "diary"  # short lines in its thread
    RESULT = "result"  # summary, transcript, recording, cost: once, at the end


@dataclass(frozen=True, slots=True)
class Post:
    """One message and how far it is behind. ``ts`` is Slack's id of it once posted.

    ``doubtful`` says that a post was begun and its answer never came: look before posting again.
    """

    call_id: CallId
    role: Role
    channel: str
    thread: str | None
    ts: str | None
    rev_wanted: int
    rev_posted: int
    doubtful: bool
    failures: int
    blocked: str | None = None  # not_in_channel …: waits for a person
