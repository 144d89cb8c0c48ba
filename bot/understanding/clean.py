"""Makes typed text plain: one form for digits, spaces, quotes and dashes, no Slack markup."""

import html
import re
import unicodedata

MAX_TEXT = 3_000  # characters of one command; longer is refused, never cut in silence
MAX_PHRASE = 600  # characters of a phrase that may hold a time; nobody says a time in more

_ODD_TO_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2044\u2215", "/"),
    }
)
_SPACE = re.compile(r"\s+")
_TEL_LINK = re.compile(r"<tel:([^|<>]{1,64})(?:\|[^<>]{0,64})?>", re.IGNORECASE)
_OTHER_LINK = re.compile(r"<(?:[!#]|https?:|mailto:)[^<>]{0,500}>", re.IGNORECASE)
_EDGE_MARKUP = re.compile(r"(?<!\S)[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}(?![^\s,;.:|])")


def plain(text: str) -> str:
    """One line in plain characters: NFKC, ASCII digits, quotes and dashes, single spaces."""
    text = html.unescape(text.translate(_ODD_TO_PLAIN))
    text = unicodedata.normalize("NFKC", text).translate(_ODD_TO_PLAIN)
    text = "".join(_ascii_digit(char) for char in text if not _is_invisible(char))
    return _SPACE.sub(" ", text).strip()


def without_markup(text: str) -> str:
    """Telephone links become their number, other links vanish, emphasis at word edges goes."""
    text = _TEL_LINK.sub(r" \1 ", text)
    text = _OTHER_LINK.sub(" ", text)
    return _SPACE.sub(" ", _EDGE_MARKUP.sub("", text)).strip()


def decoded(text: str) -> str:
    """The text as its writer meant it: Slack escapes only `&`, `<` and `>`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _is_invisible(char: str) -> bool:
    # Cf: zero-width and bidirectional marks; Cc: control characters that are not white space
    return unicodedata.category(char) in {"Cf", "Cc", "Cs", "Co"} and not char.isspace()


def _ascii_digit(char: str) -> str:
    if char.isascii() or not char.isdecimal():
        return char
    return str(unicodedata.decimal(char))
