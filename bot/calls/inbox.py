"""One accepted Slack delivery, written down before it was acknowledged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

GIVE_UP_AFTER = 20  # failures, over about an hour; then it stays, named, undone


@dataclass(frozen=True, slots=True)
class Delivery:
    """A command, click, submission or event; redeliveries of it have the same ``key``."""

    id: str
    team: str
    key: str
    kind: str  # command, action, view, event
    body: dict[str, Any]
    received_at: datetime
    failures: int = 0
