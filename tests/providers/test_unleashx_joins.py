"""Which record is which call: whatever is listed, none is taken for a call it may not be."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calls.provider import Watched
from bot.providers.unleashx_rows import AFTER, BEFORE, MOST_REMEMBERED, Joins, Row, sure
from tests.providers.unleashx_account import NOON, NUMBER, ORDER, OTHER_NUMBER

MOMENTS = st.tuples(
    st.sampled_from([NUMBER, OTHER_NUMBER]),
    st.sampled_from([412, 418]),
    st.integers(min_value=0, max_value=30),
)


def call(n: int, number: str, agent_id: int, minute: int) -> Watched:
    order = replace(ORDER, reference=f"C-{n}.1", number=number, agent_id=str(agent_id))
    return Watched(f"execution-{n}", order, NOON + timedelta(minutes=minute))


def record(n: int, number: str, agent_id: int, minute: int) -> Row:
    created = (NOON + timedelta(minutes=minute)).isoformat()
    told = {"ID": n, "AGENT_ID": agent_id, "CALLING_NUMBER": number, "CREATED_AT": created}
    return Row.model_validate(told)


CALLS = st.lists(MOMENTS, max_size=6).map(
    lambda told: [call(n, *each) for n, each in enumerate(told)]
)
RECORDS = st.lists(MOMENTS, max_size=8).map(
    lambda told: [record(n, *each) for n, each in enumerate(told)]
)


@given(CALLS, RECORDS)
def test_a_record_is_joined_where_it_is_clear_both_ways_and_nowhere_else(
    calls: list[Watched], records: list[Row]
) -> None:
    pairs = [
        (each.provider_call_id, row.id)
        for each in calls
        for row in records
        if row.fits(each.order, each.since - BEFORE, each.since + AFTER)
    ]
    clear = {
        one: other
        for one, other in pairs
        if [a for a, _ in pairs].count(one) == 1 and [b for _, b in pairs].count(other) == 1
    }
    joined = sure(Joins().may_be(calls, records))
    assert {call_id: row.id for call_id, row in joined.items()} == clear


@given(CALLS, RECORDS)
def test_a_record_that_was_joined_stays_with_its_call_however_many_follow(
    calls: list[Watched], records: list[Row]
) -> None:
    joins = Joins()
    known: dict[str, int] = {}
    for shown in range(len(records) + 1):
        for call_id, row in sure(joins.may_be(calls, records[:shown])).items():
            joins.keep(call_id, row.id)
            assert known.setdefault(call_id, row.id) == row.id
    assert len(set(known.values())) == len(known)


@given(CALLS, RECORDS, st.integers(min_value=0, max_value=9))
def test_an_id_that_is_a_records_is_that_record_or_nothing(
    calls: list[Watched], records: list[Row], row_id: int
) -> None:
    found = replace(call(99, NUMBER, 412, 0), provider_call_id=str(row_id))
    may_be = Joins().may_be([*calls, found], records)
    assert [row.id for row in may_be[str(row_id)]] == [row_id] * (row_id < len(records))
    others = (row.id for each in calls for row in may_be[each.provider_call_id])
    assert row_id not in others


def test_the_oldest_joins_are_forgotten_first() -> None:
    joins = Joins()
    for n in range(MOST_REMEMBERED + 1):
        joins.keep(f"execution-{n}", n)
    watched = [call(0, NUMBER, 412, 0), call(1, NUMBER, 412, 0)]
    may_be = joins.may_be(watched, [record(n, OTHER_NUMBER, 412, 0) for n in (0, 1)])
    assert [[row.id for row in rows] for rows in may_be.values()] == [[], [1]]
