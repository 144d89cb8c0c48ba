"""One line in, one object out: the shape of the corpora and of `switchboard parse`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.calls.timing import Instant, Window
from bot.understanding.command import read_command
from bot.understanding.reading import Context, KnownAgent, Reading
from bot.understanding.when import Ambiguous, Nothing, When, read_when
from bot.understanding.zones import is_zone

DEFAULT_ZONE = "UTC"
DEFAULT_REGION = "US"


class InvalidLine(ValueError):
    """The line is not of the agreed shape; the message says what is wrong."""


def parse_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """A command of the corpora to its answer; a bad line gives ``{"error": "invalid_line: …"}``."""
    try:
        context = Context(
            now=_now(line),
            user_zone=_zone(line, "user_tz"),
            default_region=_region(line),
            agents=_agents(line),
        )
        return shown_reading(read_command(_text(line), context))
    except InvalidLine as error:
        return {"phones": [], "error": f"invalid_line: {error}", "warnings": []}


def shown_reading(reading: Reading) -> dict[str, Any]:
    """A reading as a plain object; the time is left out when there is a problem."""
    problem = reading.problem
    shown: dict[str, Any] = {
        "phones": list(reading.phones),
        "agent": reading.agent.name if reading.agent is not None else None,
        "name": reading.name,
        "notes": reading.notes,
        "when": shown_when(reading.when) if reading.when is not None and problem is None else None,
        "timezone_source": reading.zone_source if problem is None else None,
        "error": problem.code.value if problem is not None else None,
        "warnings": list(reading.warnings),
    }
    if reading.retries is not None:
        shown["retry"] = {"times": reading.retries.times, "every_minutes": reading.retries.every}
    if problem is None:
        return shown
    if problem.suggestion is not None:
        shown["suggestion"] = problem.suggestion
    if problem.detail:
        shown["detail"] = problem.detail
    if problem.candidates:
        shown["candidates"] = [shown_when(each) for each in problem.candidates]
    return shown


def parse_when_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """``{"text", "now", "tz"}`` to ``{"kind", …}``; a bad line gives an ``error`` too."""
    try:
        zone = _zone(line, "tz")
        return shown_when(read_when(_text(line), _now(line), zone))
    except InvalidLine as error:
        return {"kind": "none", "reason": "invalid_line", "error": f"invalid_line: {error}"}


def shown_when(when: When) -> dict[str, Any]:
    """An answer as a plain object."""
    match when:
        case Instant():
            return {"kind": "instant", "start": when.start.isoformat(), "tz": when.zone}
        case Window():
            return _shown_window(when)
        case Ambiguous():
            kind = "ambiguous"
        case Nothing():
            kind = "none"
    shown: dict[str, Any] = {"kind": kind, "reason": when.reason}
    if when.candidates:
        shown["candidates"] = [shown_when(each) for each in when.candidates]
    return shown


def _shown_window(window: Window) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": "window",
        "start": window.start.isoformat(),
        "end": window.end.isoformat() if window.end is not None else None,
        "tz": window.zone,
    }
    if window.daily_start is not None and window.daily_end is not None:
        shown["daily_start"] = window.daily_start.strftime("%H:%M")
        shown["daily_end"] = window.daily_end.strftime("%H:%M")
        shown["allow_on_weekends"] = window.allow_on_weekends
    return shown


def _text(line: Mapping[str, Any]) -> str:
    text = line.get("text")
    if text is None:
        return ""
    if not isinstance(text, str):
        raise InvalidLine("text is not a string")
    return text


def _now(line: Mapping[str, Any]) -> datetime:
    said = line.get("now")
    try:
        now = datetime.fromisoformat(str(said))
    except ValueError:
        raise InvalidLine("now is not an ISO date and time") from None
    if now.tzinfo is None:
        raise InvalidLine("now has no offset")
    return now


def _zone(line: Mapping[str, Any], key: str) -> str:
    zone = line.get(key) or DEFAULT_ZONE
    if not isinstance(zone, str) or not is_zone(zone):
        raise InvalidLine(f"{key} is not an IANA zone")
    return zone


def _region(line: Mapping[str, Any]) -> str:
    region = line.get("default_region") or DEFAULT_REGION
    if not isinstance(region, str) or len(region) != 2:
        raise InvalidLine("default_region is not a country code of two letters")
    return region.upper()


def _agents(line: Mapping[str, Any]) -> tuple[KnownAgent, ...]:
    agents = line.get("agents") or []
    if not isinstance(agents, list):
        raise InvalidLine("agents is not a list")
    return tuple(_agent(agent) for agent in agents)


def _agent(agent: Any) -> KnownAgent:
    if not isinstance(agent, Mapping) or not isinstance(agent.get("name"), str):
        raise InvalidLine("an agent has no name")
    return KnownAgent(agent["name"], str(agent.get("provider") or ""))
