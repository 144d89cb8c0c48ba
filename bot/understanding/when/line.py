"""A phrase made ready for the grammar: spellings mended, spoken numbers as digits."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.understanding.when import words
from bot.understanding.when.numbers_in_words import digits_for_words
from bot.understanding.when.tokens import END, Kind, Token, cut

_COMPOUNDS = {
    ("mid", "-", "day"): "noon",
    ("mid", "day"): "noon",
    ("mid", "-", "night"): "midnight",
    ("week", "-", "end"): "weekend",
    ("week", "-", "days"): "weekdays",
    ("week", "days"): "weekdays",
    ("work", "days"): "weekdays",
    ("working", "days"): "weekdays",
    ("business", "days"): "weekdays",
    ("working", "day"): "weekday",
    ("business", "day"): "weekday",
    ("work", "day"): "weekday",
    ("to", "-", "morrow"): "tomorrow",
    ("o", "clock"): "o'clock",
    ("o", "'", "clock"): "o'clock",
    ("after", "noon"): "afternoon",
    ("after", "-", "noon"): "afternoon",
    ("lunch", "time"): "lunch",
    ("lunch", "-", "time"): "lunch",
    ("lunch", "hour"): "lunch",
    ("straight", "away"): "now",
    ("right", "away"): "now",
    ("right", "now"): "now",
    ("at", "once"): "now",
    ("as", "soon", "as", "possible"): "now",
    ("at", "this", "moment"): "now",
    ("at", "the", "moment"): "now",
    ("this", "very", "moment"): "now",
    ("this", "minute"): "now",
    ("this", "instant"): "now",
    ("a", ".", "s", ".", "a", ".", "p"): "now",
    ("every", "day"): "daily",
    ("each", "day"): "daily",
    ("up", "to"): "until",
    ("up", "until"): "until",
    ("prior", "to"): "before",
    ("no", "later", "than"): "by",
    ("not", "later", "than"): "by",
    ("at", "the", "latest"): "latest",
    ("not", "after"): "by",
    ("at", "the", "earliest"): "earliest",
    ("no", "earlier", "than"): "after",
    ("not", "earlier", "than"): "after",
    ("not", "before"): "after",
    ("no", "sooner", "than"): "after",
    ("any", "time", "after"): "after",
    ("anytime", "after"): "after",
    ("any", "time", "before"): "before",
    ("anytime", "before"): "before",
    ("later", "than"): "after",
    ("earlier", "than"): "before",
    ("or", "later"): "onwards",
    ("or", "after"): "onwards",
    ("and", "later"): "onwards",
    ("and", "after"): "onwards",
    ("black", "friday"): "christmas",
    ("good", "friday"): "christmas",
    ("holy", "saturday"): "christmas",
    ("cyber", "monday"): "christmas",
    ("ash", "wednesday"): "christmas",
    ("palm", "sunday"): "christmas",
    ("giving", "tuesday"): "christmas",
    ("mothering", "sunday"): "christmas",
    ("labor", "day"): "christmas",
    ("labour", "day"): "christmas",
    ("memorial", "day"): "christmas",
    ("independence", "day"): "christmas",
    ("new", "year"): "christmas",
    ("new", "years"): "christmas",
    ("mother", "day"): "christmas",
    ("father", "day"): "christmas",
    ("pay", "day"): "christmas",
    ("or", "earlier"): "latest",
    ("or", "sooner"): "latest",
    ("or", "before"): "latest",
    ("onward",): "onwards",
    ("or", "so"): ".",
    ("good", "morning"): ".",
    ("good", "afternoon"): ".",
    ("good", "evening"): ".",
    ("good", "night"): ".",
    ("good", "day"): ".",
    ("in", "between"): "between",
    ("new", "year", "eve"): "christmas",
    ("new", "years", "eve"): "christmas",
    ("the", "coming"): "coming",
    ("upcoming",): "coming",
    ("following",): "coming",
    ("the", "following"): "coming",
    ("office", "hours"): "business hours",
    ("business", "hours"): "business hours",
    ("working", "hours"): "business hours",
    ("work", "hours"): "business hours",
    ("first", "thing"): "first thing",
    ("last", "thing"): "later",
    ("rest", "of", "the", "day"): "rest of day",
    ("remainder", "of", "the", "day"): "rest of day",
    ("rest", "of", "today"): "rest of day",
    ("same", "time"): "same time",
    ("this", "time"): "same time",
    ("the", "same", "time"): "same time",
    ("end", "of", "day"): "end of day",
    ("end", "of", "the", "day"): "end of day",
    ("end", "of", "business"): "end of day",
    ("close", "of", "business"): "end of day",
    ("close", "of", "play"): "end of day",
    ("end", "of", "play"): "end of day",
}
_MOST_PASSED = 6  # tokens looked over at once: keeps the reading linear
_LONGEST_COMPOUND = max(len(key) for key in _COMPOUNDS)


@dataclass(frozen=True, slots=True)
class Line:
    """Tokens that may be asked for at any index; outside there is only the END token."""

    tokens: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    def at(self, i: int) -> Token:
        """The token at ``i``, or END."""
        return self.tokens[i] if 0 <= i < len(self.tokens) else END

    def word(self, i: int) -> str:
        """The word or mark at ``i``; the empty string when it is a number or nothing."""
        token = self.at(i)
        return token.text if token.kind in {Kind.WORD, Kind.MARK} else ""

    def number(self, i: int) -> int:
        """The number at ``i``, or -1."""
        token = self.at(i)
        return token.value if token.kind is Kind.NUMBER else -1

    def past(self, i: int, passed: Collection[str]) -> int:
        """The first index from ``i`` on whose word is not in ``passed``, a few steps on at most."""
        last = min(i + _MOST_PASSED, len(self.tokens))
        while i < last and self.word(i) in passed:
            i += 1
        return i


def read_line(text: str) -> Line:
    """The line of a cleaned phrase."""
    tokens = [_mended(token) for token in cut(text)]
    tokens = _with_compounds(tokens)
    tokens = [token for token in digits_for_words(tokens) if token.text != "'"]
    return Line(tuple(_with_meridiems(_with_ordinals_kept(tokens))))


# "tomorrow's", "next week's": the day is meant all the same
_POSSESSIVES = tuple(
    f"{word}'s"
    for word in (
        *("today", "tomorrow", "yesterday", "weekend", "year", "mother", "father", "valentine"),
        *(unit for unit in words.UNITS if len(unit) > 2),
        *words.LONG_WEEKDAYS,
    )
)


def _mended(token: Token) -> Token:
    if token.kind is not Kind.WORD:
        return token
    word = token.text.removesuffix("'s") if token.text.endswith(_POSSESSIVES) else token.text
    text = words.SPELLINGS.get(word) or _slipped(word)
    return token if text == token.text else replace(token, text=text)


def _with_compounds(tokens: list[Token]) -> list[Token]:
    """ "end of the day" and the like become one token."""
    read: list[Token] = []
    i = 0
    while i < len(tokens):
        size = _compound_at(tokens, i)
        if not size:
            read.append(tokens[i])
            i += 1
            continue
        name = _COMPOUNDS[tuple(token.text for token in tokens[i : i + size])]
        kind = Kind.MARK if name == "." else Kind.WORD
        read.append(replace(tokens[i], kind=kind, text=name, end=tokens[i + size - 1].end))
        i += size
    return read


def _compound_at(tokens: list[Token], i: int) -> int:
    for size in range(min(_LONGEST_COMPOUND, len(tokens) - i), 0, -1):
        if tuple(token.text for token in tokens[i : i + size]) in _COMPOUNDS:
            return size
    return 0


def _with_ordinals_kept(tokens: list[Token]) -> list[Token]:
    """ "a second" and "1 second" are a length of time, not the second day."""
    read: list[Token] = []
    for token in tokens:
        last = read[-1] if read else END
        counted = last.kind is Kind.NUMBER or last.text in {"a", "per", "every"}
        if token.text == "second" and token.kind is Kind.ORDINAL and counted:
            read.append(replace(token, kind=Kind.WORD, value=-1))
        else:
            read.append(token)
    return read


def _with_meridiems(tokens: list[Token]) -> list[Token]:
    """ "a.m.", "p . m ." and "in the pm" become one word."""
    read: list[Token] = []
    i = 0
    while i < len(tokens):
        used = _meridiem_length(tokens, i, read[-1] if read else END)
        if used:
            half = tokens[i].text[0] + "m"
            read.append(replace(tokens[i], text=half, kind=Kind.WORD, end=tokens[i + used - 1].end))
        else:
            read.append(tokens[i])
        i += used or 1
    return read


def _meridiem_length(tokens: list[Token], i: int, before: Token) -> int:
    """How many tokens at ``i`` spell am or pm after a number, 0 for none."""
    if tokens[i].text not in {"a", "p"} or before.kind is Kind.MARK:
        return 0
    j = i + 1
    if j < len(tokens) and tokens[j].text == ".":
        j += 1
    if j < len(tokens) and tokens[j].text == "m":
        dotted = j + 1 < len(tokens) and tokens[j + 1].text == "." and j - i == 2
        return j - i + (2 if dotted else 1)
    glued = tokens[i].glued and before.kind in {Kind.NUMBER, Kind.CLOCK, Kind.DOTTED}
    return 1 if glued else 0


def _deletes(word: str) -> set[str]:
    return {word[:k] + word[k + 1 :] for k in range(len(word))}


_SLIPS: dict[str, str] = {}
for _word in words.SLIPPABLE:
    for _form in _deletes(_word) | {_word}:
        _SLIPS.setdefault(_form, _word)
# of the short weekdays only slips that no name looks like: a letter lost, doubled or swapped
for _word in ("monday", "friday", "sunday"):
    _swaps = {_word[:k] + _word[k + 1] + _word[k] + _word[k + 2 :] for k in range(1, 5)}
    _doubles = {_word[:k] + _word[k - 1] + _word[k:] for k in range(1, 7)}
    for _form in ((_deletes(_word) - {_word[:5]}) | _swaps | _doubles) - {_word}:
        _SLIPS.setdefault(_form, _word)
_KNOWN = (
    frozenset(words.SLIPPABLE)
    | words.NO_SLIP
    | words.WEEKDAY_PLURALS
    | words.FILLERS
    | frozenset(words.PART_WORDS)
)


def _slipped(word: str) -> str:
    """The word of the vocabulary that ``word`` is one slip of the keyboard away from, or itself."""
    if len(word) < 5 or len(word) > 12 or word in _KNOWN or "'" in word:
        return word
    meant = _SLIPS.get(word) or _nearest(word)
    return meant if meant and meant[0] == word[0] else word


def _nearest(word: str) -> str | None:
    for form in sorted(_deletes(word)):
        meant = _SLIPS.get(form)
        if meant and abs(len(meant) - len(word)) <= 1 and _one_slip(word, meant):
            return meant
    return None


def _one_slip(word: str, meant: str) -> bool:
    """One letter too many, too few or wrong, or two neighbours swapped."""
    if len(word) != len(meant):
        return True  # the shared deletion already proves it
    wrong = [k for k, (a, b) in enumerate(zip(word, meant, strict=True)) if a != b]
    if len(wrong) == 1:
        return True
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and _swapped(word, meant, wrong[0])


def _swapped(word: str, meant: str, k: int) -> bool:
    return word[k] == meant[k + 1] and word[k + 1] == meant[k]
