"""What the last look for a doubtful call came to, as its attempt keeps it in ``detail``."""

from enum import StrEnum

NOT_SEEN = "not seen yet"
NO_END = "no end of it is told"
COULD_BE = "could be this call"


class GaveUp(StrEnum):
    """In the history of a call: nobody looks for it any more, after what the last look found."""

    LOOKING = "gave up looking"  # no such call
    CHOOSING = "gave up choosing"  # several that could be it
    WAITING = "gave up waiting"  # the call, and no end of it
    ASKING = "gave up asking"  # its provider could not be asked; ``detail`` says why


def gave_up(detail: str) -> GaveUp:
    """What was given up after such a look."""
    if COULD_BE in detail:
        return GaveUp.CHOOSING
    return {NOT_SEEN: GaveUp.LOOKING, NO_END: GaveUp.WAITING}.get(detail, GaveUp.ASKING)
