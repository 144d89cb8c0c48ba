"""Other people's words inside Slack's mrkdwn."""

import re

HEAD = 3  # digits of a number that may be missing when somebody writes it the national way


def escape(text: str) -> str:
    """User data inside mrkdwn: no mention, link or channel call can come out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """Escaped mrkdwn of at most ``limit`` characters, never cut inside an entity or a token."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    entity = kept.rfind("&", max(len(kept) - len("&amp;"), 0))
    if entity >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    token = kept.rfind("<")
    if token > kept.rfind(">"):
        kept = kept[:token]
    return kept + "…"


def hide_number(text: str, number: str, shown_as: str) -> str:
    """``text`` with every writing of the E.164 ``number`` replaced, the national one included."""
    digits = number.lstrip("+")
    if len(digits) <= HEAD:
        return text
    head = "".join(rf"(?:{digit}\W{{0,3}})?" for digit in digits[:HEAD])
    tail = r"\W{0,3}".join(digits[HEAD:])
    return re.sub(rf"(?<!\d)\+?0?{head}{tail}(?!\d)", shown_as, text)
