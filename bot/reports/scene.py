"""What stands around a call in its texts, in words of the surface they are shown on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything here is escaped and ready to be shown.

    ``whom`` is the masked number with a name; ``sent`` is when the call went to its provider;
    ``span`` is the time within which a call that was handed over may ring, ``due`` when a waiting
    one is dialled. ``can_be_asked`` says whether the provider can tell us of a call that we are not
    sure of.
    """

    whom: str
    provider: str
    asker: str = ""  # Slack user id
    sent: str = ""
    span: str = ""
    due: str = ""
    can_be_asked: bool = True


@dataclass(frozen=True, slots=True)
class Headline:
    """``icon`` is decoration only: ``word`` and ``rest`` say the same to a screen reader."""

    icon: str
    word: str
    rest: str


def sentence(words: str) -> str:
    """Somebody's words with an end; nothing stays nothing."""
    return f"{words.rstrip(' .')}." if words.strip(" .") else ""
