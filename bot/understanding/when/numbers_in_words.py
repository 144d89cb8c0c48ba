"""Spoken numbers become digits: "half past two" is read as "half past 2"."""

from dataclasses import replace

from bot.understanding.when.tokens import Kind, Token


def _spoken(text: str) -> list[str]:
    return text.split()


ONES = {
    word: value
    for value, word in enumerate(
        _spoken(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen
            fourteen fifteen sixteen seventeen eighteen nineteen"""
        )
    )
}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50}
LARGE = {"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
ORDINALS = {
    word: value
    for value, word in enumerate(
        _spoken("""first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
        thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
        twentieth"""),
        start=1,
    )
} | {"thirtieth": 30}


def digits_for_words(tokens: list[Token]) -> list[Token]:
    """The same tokens with every spelled number as one NUMBER or ORDINAL token."""
    read: list[Token] = []
    position = 0
    while position < len(tokens):
        token, used = _number_at(tokens, position)
        read.append(token)
        position += used
    return read


def _number_at(tokens: list[Token], i: int) -> tuple[Token, int]:
    """The token at ``i``, spelled out numbers joined, and how many tokens it took."""
    first = tokens[i]
    if first.kind is not Kind.WORD:
        return first, 1
    if first.text in TENS or first.text in LARGE:
        return _tens_at(tokens, i)
    if first.text in ONES:
        return _hundreds(tokens, i)
    if first.text in ORDINALS:
        return replace(first, kind=Kind.ORDINAL, value=ORDINALS[first.text], spelled=True), 1
    return first, 1


def _tens_at(tokens: list[Token], i: int) -> tuple[Token, int]:
    first = tokens[i]
    tens = (TENS | LARGE)[first.text]
    j = i + 2 if i + 1 < len(tokens) and tokens[i + 1].text == "-" else i + 1
    unit = tokens[j] if j < len(tokens) else None
    if unit is not None and 1 <= ONES.get(unit.text, 0) <= 9:
        value, kind = tens + ONES[unit.text], Kind.NUMBER
    elif unit is not None and 1 <= ORDINALS.get(unit.text, 0) <= 9:
        value, kind = tens + ORDINALS[unit.text], Kind.ORDINAL
    else:
        return replace(first, kind=Kind.NUMBER, value=tens, spelled=True), 1
    joined = replace(first, kind=kind, value=value, spelled=True, end=unit.end)
    return joined, j - i + 1


def _hundreds(tokens: list[Token], i: int) -> tuple[Token, int]:
    """ "fifteen hundred" is the clock time 1500."""
    first = tokens[i]
    value = ONES[first.text]
    if i + 1 < len(tokens) and tokens[i + 1].text == "hundred" and value:
        number = replace(first, kind=Kind.NUMBER, text=f"{value:02}00", value=value * 100)
        return replace(number, end=tokens[i + 1].end, spelled=True), 2
    return replace(first, kind=Kind.NUMBER, value=value, spelled=True), 1
