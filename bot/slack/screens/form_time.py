"""The time of a form: a picked minute on a chosen clock, or words, read like any others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window
from bot.reports.problems import problem_text
from bot.slack.blocks import clip
from bot.understanding.command import Context, KnownAgent, Problem, Reading, read_command

Errors = dict[str, str]
THEIRS = "theirs"  # "on whose clock": that of the number, whichever is in the form by then
ANYBODY = KnownAgent("anybody", "anybody")  # the form has a field of its own for the assistant
MOST_ERROR = 500  # characters under a field
GAP = "That clock time does not exist there: the clocks go forward then. Choose another."
NOT_SENT = "Slack did not send me this field. Choose the time once more. Nothing was dialled."
ONLY_TIME = "Write only the time here, without how often to try again. Nothing was dialled."
NO_ZONE = (
    "I can't tell one time zone from that number. Choose a place instead. Nothing was dialled."
)


@dataclass(frozen=True, slots=True)
class FormTime:
    """When, in whose words, and on whose clock (as ``Request.zone_source``)."""

    when: Instant | Window | None
    said: str = ""
    source: str = "user"


def read_time(
    values: Mapping[str, Any],
    meta: Mapping[str, Any],
    number: str,
    callee_zones: Sequence[str],
    now: datetime,
) -> tuple[FormTime, Errors]:
    """The time, or the errors by field. Words win over the picker."""
    words = str(values.get("words") or "").strip()
    asker = str(meta.get("zone", "UTC"))
    chosen = str(values.get("zone") or asker)
    if words:
        return _in_words(words, number, asker, chosen, now)
    if "when" not in values:  # empty means now, so it must have been left empty, not out
        return FormTime(None), {"when": NOT_SENT}
    when, errors = _picked(values.get("when"), asker, chosen, callee_zones)
    return FormTime(when, source=_source(chosen, asker)), errors


def problem_error(problem: Problem, typed: str) -> str:
    """A problem as the text under a field: plain, where marks of code would be read out."""
    text = problem_text(problem.code.value, found=problem.found or typed, detail=problem.detail)
    return clip(text.replace("`", "").replace("*", ""), MOST_ERROR)


def _in_words(
    words: str, number: str, asker: str, chosen: str, now: datetime
) -> tuple[FormTime, Errors]:
    """The parser of the command line; what is ambiguous goes back to the field."""
    zone = asker if chosen == THEIRS else chosen
    reading = reading_in(f"{number} {words}", now, zone, theirs=chosen == THEIRS)
    if reading.problem is not None:
        return FormTime(None), {"words": problem_error(reading.problem, words)}
    if reading.retries is not None:
        return FormTime(None), {"words": ONLY_TIME}
    source = reading.zone_source or "user"
    if source == "user":
        source = _source(zone, asker)
    return FormTime(reading.when, words, source), {}


def reading_in(words: str, now: datetime, zone: str = "UTC", *, theirs: bool = False) -> Reading:
    """Words typed into a form, which has a field of its own for the assistant."""
    context = Context(
        now=now.astimezone(ZoneInfo(zone)),
        user_zone=zone,
        default_region="US",
        agents=(ANYBODY,),
        chosen_agent=ANYBODY,
        theirs_by_default=theirs,
    )
    return read_command(words, context)


def _picked(
    picked: Any, asker: str, chosen: str, callee_zones: Sequence[str]
) -> tuple[Instant | None, Errors]:
    """The picked minute, read on the chosen clock: the picker itself knows only the viewer's."""
    if not picked:
        return None, {}
    if chosen == THEIRS:
        if len(callee_zones) != 1:
            return None, {"zone": NO_ZONE}
        chosen = callee_zones[0]
    wall = datetime.fromtimestamp(int(picked), UTC).astimezone(ZoneInfo(asker))
    start = wall.replace(tzinfo=ZoneInfo(chosen), fold=0)
    there = start.astimezone(UTC).astimezone(ZoneInfo(chosen))
    if there.replace(tzinfo=None) != start.replace(tzinfo=None):
        return None, {"when": GAP}
    return Instant(start, chosen), {}


def _source(chosen: str, asker: str) -> str:
    if chosen == THEIRS:
        return "recipient"
    return "user" if chosen == asker else "named"
