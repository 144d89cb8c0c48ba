"""Every call that is open has a moment at which somebody looks at it, or a person who does."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping

from bot.calls.verdict import PASSING_HOLDS

LIVE = frozenset({"placed", "ringing", "in_progress"})
ENDED = frozenset({"completed", "voicemail", "no_answer", "busy", "failed"})
OVER = ENDED | {"cancelled", "expired", "handed_over"}
FOR_A_PERSON = frozenset({"late", "not_judged", "answered_after_all"})  # holds that a person ends


def is_moved_by_something(
    row: RowMapping, tries: Sequence[RowMapping], *, can_find: bool, given_up: Collection[str]
) -> bool:
    """``tries`` are the call's own; ``given_up`` are codes of calls that nobody looks for now."""
    state, reason = row["state"], row["reason_code"]
    opened = [one for one in tries if one["open"]]
    if state == "scheduled":
        return row["due"] is not None and not opened
    if state == "held":
        return not opened and reason in PASSING_HOLDS | FOR_A_PERSON
    if state == "handed_over":
        newest = max(tries, key=lambda one: int(one["n"]))
        return newest["next_poll"] is not None or reason == "window_over"
    if state in OVER:
        return not opened
    return len(opened) == 1 and _is_watched(
        row, opened[0], known_lost=row["code"] in given_up or not can_find
    )


def _is_watched(row: RowMapping, attempt: RowMapping, *, known_lost: bool) -> bool:
    if row["state"] == "dialling":
        return attempt["lease_until"] is not None
    if attempt["next_poll"] is not None:
        return row["state"] == "unsure" or attempt["provider_call_id"] is not None
    return row["state"] == "unsure" and known_lost


def waits_for_a_person(row: RowMapping, tries: Sequence[RowMapping]) -> bool:
    """Or is over: nothing more happens to it by itself."""
    match row["state"]:
        case "held":
            return row["reason_code"] in FOR_A_PERSON
        case "handed_over" | "unsure":
            return all(one["next_poll"] is None for one in tries)
        case state:
            return state in OVER
