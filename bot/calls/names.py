"""Names as people type them: case, accents and punctuation make no difference."""

import unicodedata

ACCENTS = 200  # Unicode's combining classes from here on are marks above and below a letter
NOT_HEARD = {"'", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{MODIFIER LETTER APOSTROPHE}"}


def name_key(name: str | None) -> str | None:
    """The form in which names are compared; ``None`` when there is no letter or digit in it.

    Marks that make another letter (Indic vowels, for one) stay; hyphens and dots part words.
    """
    # Folded once more after taking the letters apart: some fold to accented ones.
    parts = unicodedata.normalize("NFKD", (name or "").casefold()).casefold()
    kept = (_kept(character) for character in unicodedata.normalize("NFKD", parts))
    return " ".join("".join(kept).split()) or None


def _kept(character: str) -> str:
    if unicodedata.combining(character) >= ACCENTS or character in NOT_HEARD:
        return ""
    return character if unicodedata.category(character)[0] in "LMN" else " "
