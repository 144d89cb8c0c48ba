"""What came of a call: its end in a sentence, what was learned, its transcript, its price."""

from collections.abc import Mapping

from bot.calls.call import Attempt, Call
from bot.calls.retries import STOPPED
from bot.calls.states import State
from bot.reports.diary import LINES
from bot.reports.escaping import escape
from bot.reports.live import spoken_length
from bot.reports.unknown import by_a_person

EXCERPT_LINES = 12
BESIDE_ITS_FILE = 4  # lines: enough to see which conversation it is
EXCERPT_CHARACTERS = 1_500
MOST_LEARNED = 10  # facts
NAME_SHOWN, VALUE_SHOWN = 40, 100  # characters


def worth_telling(call: Call, attempt: Attempt | None) -> bool:
    """Whether there is more to tell of an end than its line in the diary said."""
    if call.reason_code == STOPPED and call.state != State.VOICEMAIL:
        return False  # its last try was told when it ended
    return attempt is not None and attempt.answer == "placed" and not by_a_person(call)


def outcome_sentence(call: Call, attempt: Attempt) -> str:
    """How the call ended, in one sentence."""
    if call.state == State.COMPLETED:
        length = f" for {spoken_length(attempt.seconds)}" if attempt.seconds is not None else ""
        return f"✅ {call.request.agent_name} talked{length}"
    return LINES.get(call.state, call.state.value.replace("_", " ").capitalize())


def learned(variables: Mapping[str, str]) -> str:
    """What the assistant learned, as one line of plain text; empty when it learned nothing."""
    said = [
        (_one_line(name.replace("_", " "), NAME_SHOWN), _one_line(value, VALUE_SHOWN))
        for name, value in variables.items()
    ]
    facts = [f"{name}: {value}" for name, value in said if name and value]
    more = f"and {len(facts) - MOST_LEARNED} more"
    return " · ".join([*facts[:MOST_LEARNED], *([more] if len(facts) > MOST_LEARNED else [])])


def _one_line(words: str, limit: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def excerpt(transcript: str, most: int = EXCERPT_LINES) -> tuple[str, bool]:
    """The beginning of a transcript, ``most`` lines of it, and whether something was left out."""
    lines = [line for line in transcript.strip().splitlines() if line.strip()]
    text = "\n".join(lines[:most])
    shortened = len(lines) > most or len(text) > EXCERPT_CHARACTERS
    return text[:EXCERPT_CHARACTERS], shortened


def price(micros: int, currency: str) -> str:
    """``150000`` → ``$0.15``; other currencies by their code. Parts of a cent are shown."""
    cents = micros >= 10_000 or micros == 0
    amount = f"{micros / 1_000_000:.2f}" if cents else f"{micros / 1_000_000:.4f}"
    return f"${amount}" if currency == "USD" else f"{amount} {escape(currency)}"
