"""What a person has set for all their calls."""

from dataclasses import dataclass

MINE, THEIRS = "mine", "theirs"
MOST_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Defaults:
    """Used where a line says nothing. ``clock`` is whose clock a bare time means.

    ``agent`` is a name of the catalogue, of whichever provider where none is set, ``region`` an
    ISO 3166 country code, ``retries`` how often a call that nobody answers is tried again,
    ``retry_voicemail`` whether one that a voicemail answers is, too.
    """

    agent: str | None = None
    region: str | None = None
    clock: str = MINE
    retries: int = 0
    agent_provider: str | None = None
    agent_id: str | None = None
    retry_voicemail: bool = False


NONE_SET = Defaults()
