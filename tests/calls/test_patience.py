"""When on-call staff are told of what stands still, and when they are not told again."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.calls.patience import NEWS, Look, Standing, Told, seen_twice, to_tell
from bot.calls.states import State
from tests.fakes import MORNING

UNTOLD = Told()


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def look(minutes: float, *stuck_since: float) -> Look:
    """A look with calls that are late since those minutes."""
    things = [Standing(State.SCHEDULED, f"C-{since}", at(since)) for since in stuck_since]
    return Look(at(minutes), things, {State.SCHEDULED: len(things)} if things else {})


def told_of(minutes: float, *stuck_since: float) -> Told:
    """On-call staff heard of them then."""
    told = to_tell(look(minutes, *stuck_since), UNTOLD)
    assert told is not None
    return told


def test_the_first_trouble_is_told_and_the_same_is_not_told_again() -> None:
    told = told_of(6, 0)
    assert (told.alerted, told.seen, len(told.names)) == (at(6), at(6), 1)
    for minutes in (7, 17, 60, 600):
        assert to_tell(look(minutes, 0), told) is None


def test_a_new_trouble_is_told_ten_minutes_after_the_last_alert() -> None:
    told = told_of(6, 0)
    assert to_tell(look(12, 0, 5), told) is None
    later = to_tell(look(16, 0, 5), told)
    assert later == told_of(16, 0, 5)


def test_what_was_told_with_others_is_no_news_later() -> None:
    assert to_tell(look(17, 0.5), told_of(6, 0, 0.5)) is None


def test_the_same_call_in_trouble_once_more_is_news() -> None:
    again = Standing(State.SCHEDULED, "C-0", at(9))
    moved = replace(look(17, 0), things=[again])
    assert to_tell(moved, told_of(6, 0)) is not None


def test_the_end_is_told_once_and_at_once() -> None:
    over = to_tell(look(7), told_of(6, 0))
    assert over == Told(at(6), seen=at(7))
    assert over is not None
    assert to_tell(look(8), over) is None
    assert to_tell(look(9, 0), over) is None  # again in trouble, and told of it a moment ago
    assert to_tell(look(16, 0), over) == told_of(16, 0)


def test_without_any_trouble_there_is_no_end_to_tell() -> None:
    assert to_tell(look(6), UNTOLD) is None


def test_who_has_seen_less_than_was_told_keeps_silent() -> None:
    told = Told(at(0), seen=at(30))
    assert to_tell(look(29, 0), told) is None
    assert to_tell(look(31, 0), told) is not None


def test_webhooks_about_no_call_of_ours_trouble_nobody() -> None:
    assert to_tell(replace(look(6), counts={NEWS: 400}), UNTOLD) is None


def test_what_is_seen_once_may_move_by_itself() -> None:
    first = seen_twice(look(6, 0, 0.5), None)
    assert (first.things, first.total) == ([], 0)
    second = seen_twice(look(7, 0.5, 1), look(6, 0, 0.5))
    assert [thing.code for thing in second.things] == ["C-0.5"]
    assert second.total == 1


def test_more_than_are_named_are_counted_as_they_are() -> None:
    many = replace(look(6, 0), counts={State.SCHEDULED: 900, NEWS: 3})
    assert seen_twice(many, None).counts == {State.SCHEDULED: 0, NEWS: 3}
    assert seen_twice(many, many).counts == {State.SCHEDULED: 900, NEWS: 3}
