"""What there is to judge by: the stand-ins' records, and what the bots believe."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from bot.demo import telephony
from bot.storage.database import Database
from bot.storage.tables import attempts, audit, calls, drafts, inbox
from tests.faults.chaos.plan import Plan
from tests.faults.chaos.stage import Stage
from tests.faults.chaos.wire import Arrival

Row = Mapping[str, Any] | RowMapping


@dataclass(frozen=True, slots=True)
class Ring:
    """A phone that rang, as its provider has it."""

    id: str
    number: str
    kind: str  # how it was meant to go: answered, no-answer, …
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dial:
    """One dial request that arrived at a provider, and what came of it there.

    ``status`` is what it was answered, ``None`` for no answer.
    """

    at: datetime
    rings: tuple[Ring, ...]
    status: int | None
    fault: str = ""

    @property
    def refused(self) -> bool:
        """Whether the provider itself said that no phone would ring."""
        return not self.rings and self.status is not None and 400 <= self.status < 500


@dataclass(slots=True)
class Case:
    """One planned call: what its provider saw of it, and what the bots have written down."""

    plan: Plan
    dials: list[Dial] = field(default_factory=list)
    call: Row | None = None
    attempts: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)  # of one by hand: what became of the lines
    siblings: list["Case"] = field(default_factory=list)  # all to that number, itself included

    @property
    def rings(self) -> list[Ring]:
        """Phones that rang for it."""
        return [ring for dial in self.dials for ring in dial.rings]

    @property
    def state(self) -> str:
        """As the bots believe; empty when they know of no such call."""
        return str(self.call["state"]) if self.call else ""


async def cases_of(stage: Stage, plans: Sequence[Plan]) -> list[Case]:
    """Every planned call with all that is known of it."""
    cases = [Case(plan) for plan in plans]
    by_number: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_number[case.plan.number].append(case)
    for case in cases:
        case.siblings = by_number[case.plan.number]
    _add_dials(stage, cases, by_number)
    await _add_rows(stage.database, by_number)
    await _add_typed(stage.database, [case for case in cases if case.plan.by_hand])
    return cases


def _add_dials(
    stage: Stage, cases: Sequence[Case], by_number: Mapping[str, Sequence[Case]]
) -> None:
    by_mark = {case.plan.mark: case for case in cases}
    for name, stand_in in (("vozagent", stage.vozagent), ("voicy", stage.voicy)):
        rang = {call.id: call for call in stand_in.calls}
        for arrival in stage.wires[name].arrivals:
            (number,) = arrival.post.numbers
            case = by_mark.get(_mark(arrival)) or by_number[number][0]
            case.dials.append(_dial(arrival, rang))
    for case in cases:
        case.dials.sort(key=lambda dial: dial.at)


def _mark(arrival: Arrival) -> str:
    """The notes, where each of the two providers is told them."""
    variables = arrival.post.said("vars_provided") or {}
    return str(arrival.post.said("notes") or variables.get("notes"))


def _dial(arrival: Arrival, rang: Mapping[str, telephony.Call]) -> Dial:
    rings = tuple(
        Ring(call.id, call.number, call.outcome.kind, call.ended_at)
        for call in (rang[call_id] for call_id in arrival.post.call_ids)
    )
    return Dial(arrival.at, rings, arrival.status, arrival.fault or "")


async def _add_rows(database: Database, by_number: Mapping[str, Sequence[Case]]) -> None:
    async with database.read() as connection:
        found = {
            table.name: (await connection.execute(select(table))).mappings().all()
            for table in (calls, attempts, audit)
        }
    by_call: dict[str, Case] = {}
    for row in found["calls"]:
        mark = row["request"]["notes"]
        case = next(
            (c for c in by_number[row["number"]] if c.plan.by_hand or c.plan.mark == mark), None
        )
        if case is None or case.call is not None:
            raise AssertionError(f"{row['code']} is a call that nobody planned")
        case.call, by_call[row["id"]] = row, case
    for row in sorted(found["attempts"], key=lambda row: int(row["n"])):
        by_call[row["call_id"]].attempts.append(row)
    for row in sorted(found["audit"], key=lambda row: int(row["rev"])):
        if row["subject"] in by_call:
            by_call[row["subject"]].history.append(row)


async def _add_typed(database: Database, cases: Sequence[Case]) -> None:
    """What Slack delivered for each, and the confirmations that were made of it."""
    async with database.read() as connection:
        heard = (await connection.execute(select(inbox))).mappings().all()
        asked = (await connection.execute(select(drafts))).mappings().all()
    for case in cases:
        made = [draft for draft in asked if draft["request"].get("number") == case.plan.number]
        marks = {case.plan.number, *(str(draft["id"]) for draft in made)}
        case.typed = [f"draft {draft['id']}: {draft['state']}" for draft in made]
        case.typed += [
            f"{row['kind']} heard {row['received_at']:%H:%M:%S}, done {row['done_at']}, "
            f"{row['failures']} failures {row['last_failure'] or ''}"
            for row in heard
            if any(mark in str(row["body"]) for mark in marks)
        ]
