"""From a draft to a call, and what can be done to it before the dial."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.calls.call import Call, CallId
from bot.calls.errors import NotAllowed, NotFound, TooLate
from bot.calls.lanes import NO_LIMITS
from bot.calls.states import State
from bot.calls.timing import Window
from bot.calls.verdict import ALLOWED
from bot.flows.book import check_time
from tests.fakes import MORNING, instant, request
from tests.flows.conftest import Office

LINE = "+1 415 555 2671 with Voz tomorrow noon"
NOON = MORNING + timedelta(days=1)
RITA, LEE, OMAR = "U0RITA", "U0LEE", "U0OMAR"
PACIFIC = "America/Los_Angeles"


async def booked(office: Office, line: str = LINE) -> Call:
    made = await office.proposal(line)
    return (await office.booking.confirm(made.draft.id, RITA)).call


async def dialled(office: Office, call: Call) -> Call:
    office.clock.moment = call.due
    await office.calls.claim_due(
        office.clock.now(),
        provider="vozagent",
        limits=NO_LIMITS,
        worker="w1",
        limit=5,
        lease=timedelta(minutes=1),
        judge=lambda _: ALLOWED,
    )
    return await office.booking.find(call.id)


async def test_a_confirmed_draft_is_one_call_however_often_it_is_pressed(office: Office) -> None:
    made = await office.proposal(LINE)
    first = await office.booking.confirm(made.draft.id, RITA)
    again = await office.booking.confirm(made.draft.id, RITA)
    assert (first.fresh, again.fresh) == (True, False)
    assert first.call.id == again.call.id
    assert (first.call.state, first.call.due) == (State.SCHEDULED, NOON)


async def test_now_is_due_when_it_is_confirmed(office: Office) -> None:
    made = await office.proposal("+1 415 555 2671 with Voz now")
    office.clock.advance(minutes=3)
    call = (await office.booking.confirm(made.draft.id, RITA)).call
    assert call.due == office.clock.now()


async def test_a_minute_that_passed_while_it_was_read_is_now(office: Office) -> None:
    made = await office.proposal("+1 415 555 2671 with Voz in 5 minutes")
    office.clock.advance(minutes=8)
    call = (await office.booking.confirm(made.draft.id, RITA)).call
    assert call.due <= office.clock.now()


async def test_a_window_is_due_when_it_opens(office: Office) -> None:
    call = await booked(office, "+1 415 555 2671 with Voz tomorrow between 1pm and 3pm")
    assert call.window is not None
    assert call.due == NOON + timedelta(hours=1)


async def test_an_expired_dropped_or_unknown_draft_books_nothing(office: Office) -> None:
    late, dropped = await office.proposal(LINE), await office.proposal(LINE, "d2")
    assert await office.booking.drop(dropped.draft.id, RITA)
    assert not await office.booking.drop(dropped.draft.id, RITA)
    office.clock.advance(minutes=16)
    for draft in (late.draft.id, dropped.draft.id, "no-such-draft"):
        with pytest.raises(NotFound, match="no longer open"):
            await office.booking.confirm(draft, RITA)  # type: ignore[arg-type]  # a text is a draft id in rows
    assert await office.calls.latest_of("T0ACME", RITA, 5) == []


async def test_a_question_cannot_be_booked(office: Office) -> None:
    asked = await office.question("+1 415 555 2671 with Vox tomorrow noon")
    with pytest.raises(NotFound):
        await office.booking.confirm(asked.draft.id, RITA)


async def test_a_draft_whose_hour_has_become_forbidden_is_refused_with_the_next_free_one(
    office: Office,
) -> None:
    made = await office.proposal("+1 415 555 2671 with Voz now")
    office.clock.moment = MORNING + timedelta(hours=10, minutes=55)  # 20:55 in San Francisco
    fresh = await office.proposal("+1 415 555 2671 with Voz now", "d2")
    office.clock.advance(minutes=6)
    with pytest.raises(NotAllowed, match="outside_hours") as caught:
        await office.booking.confirm(fresh.draft.id, RITA)
    assert "next allowed time is Sat 21 Nov, 8:00 AM" in caught.value.for_user
    assert caught.value.for_user.endswith("Nothing was dialled.")
    assert made.draft.id != fresh.draft.id


async def test_a_revised_draft_says_the_new_thing(office: Office) -> None:
    made = await office.proposal(LINE)
    other = request(when=instant(NOON + timedelta(hours=1)))
    assert (await office.booking.revise(made.draft.id, other)).request == other
    night = request(when=instant(NOON), callee_zones=("Asia/Tokyo",))
    with pytest.raises(NotAllowed):
        await office.booking.revise(made.draft.id, night)


async def test_a_call_is_cancelled_by_its_asker_or_a_helper_and_nobody_else(
    office: Office,
) -> None:
    call = await booked(office)
    with pytest.raises(NotAllowed, match="only they, a lead"):
        await office.booking.cancel(call.id, OMAR, {LEE})
    done = await office.booking.cancel(call.id, LEE, {LEE})
    assert (done.state, done.changed_by) == (State.CANCELLED, LEE)
    with pytest.raises(TooLate, match="already cancelled"):
        await office.booking.cancel(call.id, RITA, ())


async def test_once_it_is_dialled_nothing_can_be_changed_and_that_is_said(office: Office) -> None:
    call = await dialled(office, await booked(office))
    assert call.state == State.DIALLING
    for change in (
        office.booking.cancel(call.id, RITA, ()),
        office.booking.reschedule(call.id, None, RITA, ()),
    ):
        with pytest.raises(TooLate, match="may be ringing now"):
            await change


async def test_a_call_is_moved_and_hastened(office: Office) -> None:
    call = await booked(office)
    moved = await office.booking.reschedule(call.id, instant(NOON + timedelta(hours=2)), RITA, ())
    assert (moved.due, moved.state) == (NOON + timedelta(hours=2), State.SCHEDULED)
    assert moved.rev > call.rev
    hastened = await office.booking.reschedule(call.id, None, RITA, ())
    assert (hastened.due, hastened.request.when) == (MORNING, None)


async def test_a_call_cannot_be_moved_to_a_forbidden_hour(office: Office) -> None:
    call = await booked(office)
    with pytest.raises(NotAllowed, match="outside_hours"):
        await office.booking.reschedule(call.id, instant(NOON + timedelta(hours=12)), RITA, ())
    assert (await office.booking.find(call.id)).due == NOON


async def test_an_unknown_call_is_said_to_be_unknown(office: Office) -> None:
    with pytest.raises(NotFound, match="Nothing was changed"):
        await office.booking.find(CallId("no-such-call"))


# the rules of a time ---------------------------------------------------------------------------


def test_a_time_to_come_in_their_hours_is_good() -> None:
    check_time(request(when=instant(NOON)), MORNING)
    check_time(request(when=None), MORNING)


def test_a_minute_ago_is_now_and_more_is_past() -> None:
    check_time(request(when=instant(MORNING - timedelta(seconds=60))), MORNING)
    with pytest.raises(NotAllowed, match="past_time"):
        check_time(request(when=instant(MORNING - timedelta(seconds=61))), MORNING)


def test_a_window_that_never_opens_again_is_past() -> None:
    start = MORNING.astimezone(ZoneInfo(PACIFIC)) - timedelta(hours=3)
    check_time(request(when=Window(start, start + timedelta(hours=4), PACIFIC)), MORNING)
    with pytest.raises(NotAllowed, match="past_time"):
        check_time(request(when=Window(start, start + timedelta(hours=2), PACIFIC)), MORNING)


def test_their_night_is_refused_with_the_next_allowed_time() -> None:
    night = instant(MORNING + timedelta(hours=12))  # 22:00 in San Francisco
    with pytest.raises(NotAllowed, match="outside_hours") as caught:
        check_time(request(when=night), MORNING)
    assert "8:00 AM on their clock" in caught.value.for_user
    assert "it would be 10:00 PM for them" in caught.value.for_user


def test_an_unknown_clock_forbids_nothing() -> None:
    check_time(request(when=instant(MORNING + timedelta(hours=12)), callee_zones=()), MORNING)
