"""Cuts the note off a command: all behind the first "note:", and nothing of it is parsed."""

import re

from bot.understanding.clean import decoded

_NOTE = re.compile(r"(?<!\w)[*_~]{0,2}notes?\s{0,3}[*_~]{0,2}[:\uff1a]", re.IGNORECASE)


def cut_notes(text: str) -> tuple[str, str | None]:
    """The command without its note, and the note as it was meant; None when there is none."""
    match = _NOTE.search(text)
    if match is None:
        return text, None
    notes = decoded(text[match.end() :]).strip().lstrip("*_~").strip()
    return text[: match.start()].rstrip().rstrip(",;|"), notes or None
