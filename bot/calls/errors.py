"""What can go wrong, by what it means for the call.

BotError
├── Misunderstood    we could not read the words      nothing was stored
├── NotAllowed       a rule, or a missing right       nothing was stored
├── NotFound         no such call, draft or agent     nothing was changed
├── TooLate          the call has moved on            nothing was changed
├── StoreAway        the database did not answer      whatever was begun is undone
└── ProviderError
    ├── NotPlaced    certain: no phone rang           free to try again
    └── MaybePlaced  uncertain: it may have rung      ask the provider, never redial
"""

from datetime import timedelta
from enum import StrEnum


class BotError(Exception):
    """Carries two texts: ``for_user`` for the person in Slack, ``detail`` for the log."""

    def __init__(self, for_user: str, *, detail: str = "") -> None:
        super().__init__(detail or for_user)
        self.for_user = for_user


class Misunderstood(BotError):
    """The words could not be read; nothing was stored."""


class NotAllowed(BotError):
    """A rule or a missing right forbids it; nothing was stored."""


class NotFound(BotError):
    """There is no such call, draft or agent; nothing was changed."""


class TooLate(BotError):
    """The call has moved on since the button was drawn; nothing was changed."""


class StoreAway(BotError):
    """The database did not answer; the transaction is undone."""


class ProviderError(BotError):
    """A provider did not do what was asked."""


def in_short(error: BotError) -> str:
    """What it tells people, without what they can do about it."""
    return error.for_user.partition(". ")[0].rstrip(".")


class Cause(StrEnum):
    """Why a dial was certainly not placed; decides what happens to the call next."""

    UNREACHABLE = "unreachable"  # no byte of the request left: the same attempt may go again
    REFUSED = "refused"  # 400, 404, 422: the provider does not want this call
    CREDENTIALS = "credentials"  # 401, 403: the key is wrong; the call waits
    BUSY_LINE = "busy_line"  # 429: too fast; the call waits
    TOO_LATE = "too_late"  # our own send deadline had passed; nothing was sent


class NotPlaced(ProviderError):
    """Certain: no phone rang. ``wait`` is the pause the provider asked for, if it did.

    ``answered`` says that it is the provider's own no, not something found out before sending.
    """

    def __init__(
        self,
        for_user: str,
        *,
        cause: Cause,
        detail: str = "",
        wait: timedelta | None = None,
        answered: bool = False,
    ) -> None:
        super().__init__(for_user, detail=detail)
        self.cause = cause
        self.wait = wait
        self.answered = answered


class MaybePlaced(ProviderError):
    """Uncertain: a phone may have rung. Never dialled again without a person."""
