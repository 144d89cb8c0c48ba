"""How often a call is tried again: the two fields of a form, and the row of a confirmation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.calls.call import Request
from bot.calls.person import MOST_RETRIES, Defaults
from bot.calls.retries import pause_after, retry_pauses
from bot.slack.blocks import Block, input_block, option

TRIES = (
    "No: one try",
    "Once, 30 min later",
    "Twice, 30 and 120 min later",
    "Three times, 30, 120 and 240 min later",
)
HOW_OFTEN = ("Not", "Once", "Twice", "Three times")
VOICEMAIL = "voicemail"
VOICEMAIL_TOO = option("After a voicemail, too", VOICEMAIL)
BY_HAND = re.compile(r"(\d)x(\d{1,4})")  # "2x45": twice, 45 minutes apart
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Tries:
    """What is chosen; ``every`` is in minutes, ``None`` for the usual pauses."""

    retries: int = 0
    every: int | None = None
    voicemail: bool = False

    def of(self) -> Mapping[str, Any]:
        """As fields of a request."""
        return {
            "retries": self.retries,
            "retry_every": self.every,
            "retry_voicemail": self.voicemail,
        }


ONE_TRY = Tries()


def tries_of(request: Request) -> Tries:
    """Those of a request."""
    return Tries(request.retries, request.retry_every, request.retry_voicemail)


def usual_tries(own: Defaults) -> Tries:
    """Those that somebody has set for all their calls."""
    return Tries(own.retries, voicemail=own.retry_voicemail)


def retry_blocks(tries: Tries) -> list[Block]:
    """The two fields; pauses somebody typed into a line are one choice more."""
    options = [option(text, str(count)) for count, text in enumerate(TRIES)]
    chosen = options[min(tries.retries, len(options) - 1)]
    if tries.retries and tries.every is not None:
        often = HOW_OFTEN[min(tries.retries, MOST_RETRIES)]
        chosen = option(f"{often}, {tries.every} min apart", f"{tries.retries}x{tries.every}")
        options.append(chosen)
    select = {
        "type": "static_select",
        "action_id": "retries",
        "options": options,
        "initial_option": chosen,
    }
    tick: Block = {"type": "checkboxes", "action_id": VOICEMAIL, "options": [VOICEMAIL_TOO]}
    if tries.voicemail:
        tick["initial_options"] = [VOICEMAIL_TOO]
    return [
        input_block("retries", "When nobody answers, try again", select),
        input_block(VOICEMAIL, "When a machine answers", tick, optional=True),
    ]


def read_tries(values: Mapping[str, Any]) -> Tries:
    """What was filled in; nonsense means not at all."""
    chosen, voicemail = str(values.get("retries") or "0"), bool(values.get(VOICEMAIL))
    by_hand = BY_HAND.fullmatch(chosen)
    if by_hand:
        times, every = min(int(by_hand[1]), MOST_RETRIES), int(by_hand[2])
        return Tries(times, pause_after(1, every) // MINUTE, voicemail)
    times = int(chosen) if len(chosen) == 1 and chosen.isdecimal() else 0
    return Tries(min(times, MOST_RETRIES), None, voicemail)


def tries_words(tries: Tries) -> str:
    """``Retry 2 times, 30 and 120 min later``."""
    if tries.retries == 0:
        return "One try; I tell you how it ended"
    often = "once" if tries.retries == 1 else f"{tries.retries} times"
    too = ", after a voicemail, too" if tries.voicemail else ""
    return f"Retry {often}, {_apart(tries)}{too}"


def _apart(tries: Tries) -> str:
    if tries.every is not None and tries.retries > 1:
        return f"{tries.every} min apart"
    waits = [f"{wait // MINUTE}" for wait in retry_pauses(tries.retries, tries.every)]
    return f"{' and '.join(filter(None, (', '.join(waits[:-1]), waits[-1])))} min later"
