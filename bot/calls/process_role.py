"""What one process does, where several share a database."""

from enum import StrEnum


class ProcessRole(StrEnum):
    """Each posts messages: whoever changed something tells of it, and others take over.

    Each works off, too, what a door had accepted when it died.
    """

    ALL = "all"
    DOOR = "door"  # Slack's deliveries and providers' webhooks: written down and worked off
    WORKER = "worker"  # calls: dialled, watched, cleared up

    @property
    def takes(self) -> bool:
        """Whether Slack and the providers may come in."""
        return self is not ProcessRole.WORKER

    @property
    def dials(self) -> bool:
        """Whether calls are made and followed here."""
        return self is not ProcessRole.DOOR
