"""From the moment a phone shall ring to a slot on the provider's clock, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls.timing import DAY, Window, open_until
from bot.providers.vozzo_timeslot import LEAST, MINUTE, NoRoom, Slot, slot_of

IST = {"Asia/Kolkata": "IST"}
KOLKATA, NEW_YORK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
LAST_MINUTE = time(23, 59)
ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Havana", "America/St_Johns",
    "Europe/Dublin", "Africa/Cairo", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Chatham", "UTC",
)  # fmt: skip


def in_kolkata(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), KOLKATA).astimezone(UTC)


def slot(begins: datetime, window: Window | None = None, minutes: int = 60) -> Slot:
    return slot_of(begins, window, IST, minutes)


def tried(
    begins: datetime, window: Window | None, words: dict[str, str], minutes: int = 60
) -> Slot | NoRoom:
    try:
        return slot_of(begins, window, words, minutes)
    except NoRoom as no_room:
        return no_room


def no_room(begins: datetime, window: Window | None = None) -> datetime | None:
    found = tried(begins, window, IST)
    assert isinstance(found, NoRoom)
    return found.goes_on


FRIDAY, SATURDAY = date(2026, 7, 3), date(2026, 7, 4)
MONDAY = date(2026, 7, 6)


def test_no_phone_rings_after_the_hours_of_the_person_called() -> None:
    begins = in_kolkata(MONDAY, 20, 30)
    latest = in_kolkata(MONDAY, 21)
    told = slot_of(begins, None, IST, 60, latest)
    assert (told.start, told.end) == (time(20, 30), time(20, 59))
    window = Window(begins, in_kolkata(MONDAY, 22), "Asia/Kolkata")
    assert slot_of(begins, window, IST, 60, latest).end == time(20, 59)


def test_with_too_little_left_of_their_hours_nothing_is_given() -> None:
    begins = in_kolkata(MONDAY, 20, 57)
    with pytest.raises(NoRoom):
        slot_of(begins, None, IST, 60, in_kolkata(MONDAY, 21))


def test_friday_afternoon_in_new_york_is_saturday_night_in_kolkata() -> None:
    begins = datetime.combine(FRIDAY, time(14, 40), NEW_YORK).astimezone(UTC)
    assert slot(begins) == Slot(
        zone="IST",
        day=SATURDAY,
        start=time(0, 10),
        end=time(1, 10),
        on_weekend=True,
        begins=begins,
        until=begins + timedelta(hours=1),
    )


def test_sunday_evening_in_new_york_is_no_weekend_in_kolkata() -> None:
    begins = datetime(2026, 7, 5, 20, 0, tzinfo=NEW_YORK)
    told = slot(begins)
    assert (told.day, told.start, told.on_weekend) == (MONDAY, time(5, 30), False)


def test_a_slot_begins_with_its_minute() -> None:
    told = slot(in_kolkata(FRIDAY, 10, 0, 59))
    assert (told.start, told.end) == (time(10), time(11))


def test_a_slot_ends_before_midnight() -> None:
    told = slot(in_kolkata(FRIDAY, 23, 30))
    assert (told.day, told.start, told.end) == (FRIDAY, time(23, 30), LAST_MINUTE)
    assert told.until == in_kolkata(FRIDAY, 23, 59)


@pytest.mark.parametrize(("minute", "second", "fits"), [(55, 0, True), (55, 1, False)])
def test_with_less_than_five_minutes_before_midnight_it_waits_for_midnight(
    minute: int, second: int, fits: bool
) -> None:
    begins = in_kolkata(FRIDAY, 23, minute, second)
    if fits:
        assert slot(begins).end == LAST_MINUTE
        return
    goes_on = no_room(begins)
    assert goes_on == in_kolkata(SATURDAY, 0)
    assert slot(goes_on).day == SATURDAY


def test_a_window_on_a_clock_the_provider_knows_is_written_as_it_was_said() -> None:
    nine, six = in_kolkata(FRIDAY, 9), in_kolkata(FRIDAY, 18)
    window = Window(nine.astimezone(KOLKATA), six.astimezone(KOLKATA), "Asia/Kolkata")
    words = {"Europe/Dublin": "GMT", "Asia/Kolkata": "IST"}
    told = slot_of(nine, window, words, 60)
    assert (told.zone, told.start, told.end) == ("IST", time(9), time(18))
    assert slot_of(nine, None, words, 60).zone == "GMT"


def test_a_window_on_another_clock_is_written_in_the_first_zone_with_a_word() -> None:
    nine = datetime.combine(FRIDAY, time(9), NEW_YORK)
    window = Window(nine, nine + 3 * DAY, "America/New_York", time(9), time(12))
    told = slot(nine + timedelta(hours=1), window)
    assert (told.zone, told.start, told.end) == ("IST", time(19, 30), time(21, 30))


def test_a_working_day_of_the_asker_may_be_a_weekend_there() -> None:
    three = datetime.combine(FRIDAY, time(15), NEW_YORK)
    window = Window(
        three, three + 9 * DAY, "America/New_York", time(15), time(17), allow_on_weekends=False
    )
    told = slot(three, window)
    assert (told.day, told.start, told.on_weekend) == (SATURDAY, time(0, 30), True)


def test_a_window_goes_on_after_midnight_or_on_its_next_day() -> None:
    two = datetime.combine(FRIDAY, time(14), NEW_YORK)
    window = Window(two, two + 2 * DAY, "America/New_York", time(14), time(17))
    assert slot(two, window).end == time(23, 59)
    assert no_room(two + timedelta(minutes=27), window) == in_kolkata(SATURDAY, 0)
    assert no_room(two + timedelta(hours=2, minutes=57), window) == two + DAY


def test_at_the_end_of_a_window_nothing_goes_on() -> None:
    two = datetime.combine(FRIDAY, time(12), NEW_YORK)
    window = Window(two, two + timedelta(hours=1), "America/New_York")
    assert no_room(two + timedelta(minutes=58), window) is None
    assert no_room(two + timedelta(hours=2), window) is None


def test_a_window_that_opens_within_a_minute_is_used_from_the_next_on() -> None:
    opens = in_kolkata(FRIDAY, 10, 0, 30)
    told = slot(opens, Window(opens, opens + timedelta(minutes=20), "UTC"))
    assert (told.start, told.end) == (time(10, 1), time(10, 20))


def in_dublin(hour: int, minute: int) -> Slot | NoRoom:
    """On the day its clocks went from 2:00 back to 1:00, at 1:00 UTC."""
    begins = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    return tried(begins, None, {"Europe/Dublin": "IST"})


def test_an_hour_that_comes_twice_is_not_used_to_say_when() -> None:
    before, after = in_dublin(-1, 30), in_dublin(2, 0)
    assert isinstance(before, Slot)
    assert isinstance(after, Slot)
    assert (before.start, before.end) == (time(0, 30), time(0, 59))
    assert (after.start, after.end) == (time(2), time(3))
    for hour, minute in [(-1, 57), (0, 0), (0, 30), (1, 0), (1, 59)]:
        waits = in_dublin(hour, minute)
        assert isinstance(waits, NoRoom)
        begins = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
        assert waits.goes_on == begins + timedelta(minutes=15)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(ZONES)


@st.composite
def near_a_change(draw: st.DrawFn) -> datetime:
    """Often within hours of a change of clocks in spring or autumn, or of a midnight."""
    year, month = draw(st.integers(2025, 2028)), draw(st.sampled_from([3, 4, 9, 10, 11]))
    day = draw(st.integers(1, 30))
    seconds = draw(st.integers(0, 86_399))
    return datetime(year, month, day, tzinfo=UTC) + timedelta(seconds=seconds)


@st.composite
def windows(draw: st.DrawFn, begins: datetime) -> Window:
    """Open at ``begins`` more often than not."""
    name = draw(zones)
    start = begins - timedelta(minutes=draw(st.integers(-60, 3 * 24 * 60)))
    length = draw(st.none() | st.integers(1, 6 * 24 * 60))
    opens = draw(st.none() | st.integers(0, 20 * 60))  # minutes of the day
    closes = draw(st.integers(opens + 20, 24 * 60 - 1)) if opens is not None else None
    return Window(
        start=start.astimezone(ZoneInfo(name)),
        end=(start + timedelta(minutes=length)).astimezone(ZoneInfo(name)) if length else None,
        zone=name,
        daily_start=None if opens is None else time(*divmod(opens, 60)),
        daily_end=None if closes is None else time(*divmod(closes, 60)),
        allow_on_weekends=draw(st.booleans()),
    )


def check_that_it_reads_back(told: Slot, zone: str) -> None:
    """Whichever way a time that comes twice is read, it lies inside what was meant."""
    clock = ZoneInfo(zone)
    starts = datetime.combine(told.day, told.start, clock)
    ends = datetime.combine(told.day, told.end, clock)
    assert starts.astimezone(UTC) == told.begins
    assert ends.replace(fold=1).astimezone(UTC) == told.until
    assert told.start < told.end
    assert (told.start.second, told.end.second) == (0, 0)
    assert told.on_weekend == (told.day.weekday() in {5, 6})


@given(moments | near_a_change(), zones, zones, st.integers(5, 1439))
def test_the_slot_of_a_moment_is_the_same_moment_on_every_clock(
    begins: datetime, asker: str, zone: str, minutes: int
) -> None:
    words = {zone: "WORD"}
    told = tried(begins.astimezone(ZoneInfo(asker)), None, words, minutes)
    if isinstance(told, NoRoom):
        assert told.goes_on is not None
        assert begins < told.goes_on <= begins + 3 * LEAST
        return
    check_that_it_reads_back(told, zone)
    assert begins - MINUTE < told.begins <= begins
    whole = told.begins + minutes * MINUTE
    assert told.until <= whole
    if told.until < whole:
        reached = (told.until + MINUTE).astimezone(ZoneInfo(zone))
        twice = reached.replace(fold=0).utcoffset() != reached.replace(fold=1).utcoffset()
        assert twice or reached.date() > told.day


@given(st.data(), moments | near_a_change(), zones)
def test_the_slot_of_a_window_is_never_outside_it(
    data: st.DataObject, begins: datetime, zone: str
) -> None:
    window = data.draw(windows(begins))
    words = {zone: "WORD"}
    told = tried(begins, window, words)
    if isinstance(told, NoRoom):
        assert told.goes_on is None or open_until(window, told.goes_on) is not None
        assert told.goes_on is None or told.goes_on > begins
        return
    check_that_it_reads_back(told, zone)
    closes = open_until(window, told.begins)
    assert closes is not None
    assert begins - MINUTE < told.begins < begins + MINUTE
    assert told.until <= closes
    assert told.until - told.begins >= LEAST - MINUTE


@given(near_a_change(), zones, st.data())
def test_a_call_that_waits_gets_its_slot_at_last(
    begins: datetime, zone: str, data: st.DataObject
) -> None:
    window = data.draw(st.none() | windows(begins))
    moment = begins
    for _ in range(40):
        found = tried(moment, window, {zone: "WORD"})
        if isinstance(found, Slot) or found.goes_on is None:
            return
        moment = found.goes_on
    raise AssertionError("it waits for ever")
