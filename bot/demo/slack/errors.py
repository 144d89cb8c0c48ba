"""The two ways in which the stand-in says no: to the app, and to a person (or a test)."""

from typing import Any


class SlackError(Exception):
    """An ``ok: false`` answer of the Web API; ``extra`` goes into the body beside the code."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(f"{code}: {extra}" if extra else code)
        self.code = code
        self.extra = extra


class Refused(Exception):
    """A person cannot do this here: no such button, not visible, not a member.

    ``errors`` holds the texts shown beside the fields of a form, by block id.
    """

    def __init__(self, code: str, message: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {message}" + (f" {errors}" if errors else ""))
        self.code = code
        self.message = message
        self.errors = errors or {}


def bad_arguments(*problems: str) -> SlackError:
    """The answer to missing or malformed arguments."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError("invalid_arguments", response_metadata={"messages": messages})
