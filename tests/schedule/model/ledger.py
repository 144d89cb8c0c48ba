"""What must hold whatever happens, checked against what the phone companies really did."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import RowMapping, select

from bot.calls.call import Call
from bot.calls.looks import GaveUp
from bot.calls.pauses import Pause, pause_over
from bot.calls.states import State, may_move
from bot.calls.verdict import PASSING_HOLDS
from bot.storage.tables import attempts, audit, calls, pauses
from tests.schedule.model.booked import Booked
from tests.schedule.model.company import Attempted, Line, PhoneCompany, Requested
from tests.schedule.model.stage import StagedDatabase
from tests.schedule.model.standing import (
    ENDED,
    LIVE,
    OVER,
    is_moved_by_something,
    waits_for_a_person,
)

WE = "switchboard"
IN_DOUBT = frozenset({"dialling", "unsure"})
PAUSE = ("scope", "team", "by", "at", "reason")
ANSWERS = frozenset({"placed", "not placed", "refused", "handed over"})
LOOKED_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=60)
TABLES = (
    select(calls).order_by(calls.c.id),
    select(attempts),
    select(audit).order_by(audit.c.subject, audit.c.rev),
    select(pauses),
)


class Time(Protocol):
    """``true`` is right; ``now`` is what our own clock shows."""

    true: datetime

    def now(self) -> datetime: ...


class Ledger:
    """Looks at the tables after every transaction, and at every request as it arrives.

    ``wrongs`` are the promises that were broken; ``seen`` counts what happened, by name; ``story``
    tells it in order.
    """

    def __init__(
        self, database: StagedDatabase, companies: Mapping[str, PhoneCompany], time: Time
    ) -> None:
        self.wrongs: list[str] = []
        self.story: list[str] = []
        self.seen: Counter[str] = Counter()
        self.booked: dict[str, Booked] = {}  # by the code of the call
        self.said: dict[str, set[str]] = defaultdict(set)  # ends that persons said, by call
        self.closed: set[str] = set()  # codes of calls that a person has closed
        self.requests: dict[Attempted, Requested] = {}
        self.calls: list[RowMapping] = []
        self.attempts: dict[Attempted, RowMapping] = {}
        self._database = database
        self._companies = companies
        self._time = time
        self._owners: dict[str, Attempted] = {}  # of lines; two in doubt may be exchanged
        self._line_of: dict[Attempted, Line] = {}
        self._revs: Counter[str] = Counter()
        self._last: dict[str, str] = {}
        self._talked: set[Attempted] = set()  # shown as being talked to
        self._claimed: dict[Attempted, datetime] = {}  # by the true time
        self._pauses: list[Pause] = []  # before the transaction that is looked at
        self._given_up: set[str] = set()  # codes of calls that nobody looks for any more

    def wrong(self, *words: object) -> None:
        """A promise was broken."""
        self.wrongs.append(" ".join(str(word) for word in words))
        self.tell("WRONG:", self.wrongs[-1])

    def tell(self, *words: object) -> None:
        """A line of the story."""
        self.story.append(" ".join(str(word) for word in (f"{self._time.true:%d %X}", *words)))

    def expect(self, code: str, wanted: Booked) -> None:
        """A person asked for that, and this call came of it."""
        if self.booked.setdefault(code, wanted) != wanted:
            self.wrong("not as often as was asked for:", code, wanted, self.booked[code])

    def called_again(self, code: str) -> None:
        """A person asks for a call like that one: nothing of it may ring any more, or have."""
        self.seen["called again"] += 1
        (row,) = (row for row in self.calls if row["code"] == code)
        waits = row["state"] == "handed_over" and row["reason_code"] != "window_over"
        if row["state"] not in OVER or waits:
            self.wrong("called again while its phone may ring:", code, row["state"])

    def known_ids(self, company: str) -> Sequence[str]:
        """Ids there of which the tables know already."""
        ids = [row["provider_call_id"] for row in self.attempts.values()]
        return [one for one in ids if one and one.startswith(company)]

    def standing(self, calls: Sequence[Call], states: Collection[str]) -> list[Call]:
        """Those of them that are in such a state now."""
        codes = {row["code"] for row in self.calls if row["state"] in states}
        return [call for call in calls if call.code in codes]

    def unfinished(self) -> list[RowMapping]:
        """Calls that are not over and do not wait for a person."""
        return [row for row in self.calls if not waits_for_a_person(row, self._tries(row))]

    def _tries(self, row: RowMapping) -> list[RowMapping]:
        return [one for (code, _), one in self.attempts.items() if code == row["code"]]

    # Requests ---------------------------------------------------------------------------------

    def requested(self, request: Requested) -> None:
        """A request arrives at a company: may it?"""
        code, _ = request.attempt
        if request.attempt in self.requests:
            self.wrong("two requests for one attempt:", request.attempt)
        if code in self.closed:
            self.wrong("a request after a person had closed the call:", request.attempt)
        earlier = [one for at, one in self.requests.items() if at[0] == code]
        rang = sum(1 for one in earlier if not one.said_no)
        if rang > self.booked[code].retries:
            self.wrong("more tries than were allowed:", request.attempt)
        for one in earlier:
            if not (one.said_no or self._nobody_reached(one.attempt)):
                self.wrong("a phone that rang, or may have, is rung again:", request.attempt)
        if self._time.true - self._claimed[request.attempt] > LEASE:
            self.wrong("a request after its lease had run out:", request.attempt)
        self.requests[request.attempt] = request
        self.tell("request", *request.attempt, request.line.id if request.line else "no ring")
        if request.line is not None:
            self._line_of[request.attempt] = request.line
            self._owners[request.line.id] = request.attempt
        self.seen["retry" if rang else "request"] += 1

    def _nobody_reached(self, attempt: Attempted) -> bool:
        """Whether its company has told that nobody was, or nobody that counts."""
        line, worth = self._line_of.get(attempt), self.booked[attempt[0]].worth_another_try
        if line is None:
            return False
        told = line.told & worth
        return bool(told - {State.NO_ANSWER, State.BUSY} if attempt in self._talked else told)

    def _surely_not_placed(self, attempt: Attempted) -> bool:
        request = self.requests.get(attempt)
        return request is None or request.said_no

    # Tables -----------------------------------------------------------------------------------

    async def look(self) -> None:
        """Read what is written now, and compare."""
        rows, tries, changes, paused = await self._database.seen(*TABLES)
        before, self.calls = {row["code"]: row for row in self.calls}, list(rows)
        codes = {row["id"]: str(row["code"]) for row in rows}
        known, self.attempts = (
            self.attempts,
            {(codes[row["call_id"]], int(row["n"])): row for row in tries},
        )
        for attempt, row in self.attempts.items():
            self._claimed.setdefault(attempt, self._time.true)
            self._check_id(attempt, row, known, before)
        for row in rows:
            self.expect(row["code"], Booked.in_request(row["request"]))
        for change in changes:
            code = codes.get(change["subject"])
            if code is not None and change["rev"] > self._revs[change["subject"]]:
                self._check_change(code, change, before.get(code))
        self.seen["paused"] += len(paused) > len(self._pauses)
        self._pauses = [Pause(*(row[name] for name in PAUSE)) for row in paused]
        for row in rows:
            self._check_call(row)
        ids = Counter(row["provider_call_id"] for row in tries if row["provider_call_id"])
        if len(ids) < ids.total():
            self.wrong("two attempts have one id:", ids)

    def _check_id(
        self,
        attempt: Attempted,
        row: RowMapping,
        known: Mapping[Attempted, RowMapping],
        calls_before: Mapping[str, RowMapping],
    ) -> None:
        """A call is found as itself; two that were both in doubt may be taken for each other.

        So may one that a person has closed in the meantime, if both have rung.
        """
        before = known[attempt]["provider_call_id"] if attempt in known else None
        line_id = row["provider_call_id"]
        if line_id == before:
            return
        self.tell(*attempt, "is", line_id)
        owner = self._owners.get(line_id)
        if before is not None or owner is None:
            self.wrong("an id that was never this call's:", attempt, before, line_id)
            return
        if owner == attempt:
            return
        own, other = self._line_of.get(attempt), known.get(owner)
        nameless = other is not None and other["provider_call_id"] is None
        if own is None or not nameless or not _is_anybodys_guess(calls_before[owner[0]]):
            self.wrong("another call's record was taken:", attempt, line_id, "is", owner)
            return
        self.seen["exchanged"] += 1
        self._line_of[attempt], self._line_of[owner] = self._line_of[owner], own
        self._owners[line_id], self._owners[own.id] = attempt, owner

    def _check_change(self, code: str, change: RowMapping, was: RowMapping | None) -> None:
        """One line of the audit for each revision, each from where the last one led."""
        subject, rev = change["subject"], change["rev"]
        before, after = change["before"], change["after"]
        if rev != self._revs[subject] + 1 or before != self._last.get(subject, "draft"):
            self.wrong("a revision without its reason:", code, rev, before, after)
        self._revs[subject], self._last[subject] = rev, after
        self.seen[change["what"]] += 1
        self.tell(code, rev, before, "→", after, f"({change['what']})")
        if before == "unsure" and change["what"] in ANSWERS:
            self.seen["an answer after the lease"] += 1
        if was is None:
            return
        if change["what"] in set(GaveUp):
            self._check_giving_up(code, change, was)
        if before != after and not may_move(State(before), State(after)):
            self.wrong("a forbidden move:", code, before, after)
        allowed = self._may_we if change["by"] == WE else self._may_they
        if not allowed(code, was, after):
            self.wrong("that should never happen:", code, before, after, change["what"])
        if change["what"] == "claimed" and pause_over(self._pauses, was["provider"]):
            self.wrong("claimed in spite of a pause:", code)
        newest = (code, was["attempts_made"])
        if after == "in_progress":
            self._talked.add(newest)

    def _check_giving_up(self, code: str, change: RowMapping, was: RowMapping) -> None:
        """After a day, by the clock that it was claimed by."""
        self._given_up.add(code)
        newest = self.attempts[code, was["attempts_made"]]
        if change["at"] - newest["claimed_at"] <= LOOKED_FOR:
            self.wrong("it is given up too early:", code)

    def _may_we(self, code: str, was: RowMapping, after: str) -> bool:
        """What happens by itself, and what must be true for it."""
        before, newest = was["state"], (code, was["attempts_made"])
        if before in OVER:
            return bool(before == after == "handed_over")
        if before == "held" and after == "scheduled":
            return was["reason_code"] in PASSING_HOLDS
        if after in {"scheduled", "held"} and before in IN_DOUBT:
            return self._surely_not_placed(newest)
        if after == "scheduled" and before in LIVE:
            return self._nobody_reached(newest)
        if after in ENDED:
            return self._was_told(code, after) or (
                after == "failed" and before in IN_DOUBT and self._surely_not_placed(newest)
            )
        return True

    def _may_they(self, code: str, was: RowMapping, after: str) -> bool:
        """What only a person does: they said so, and were not too late."""
        before, said = was["state"], self.said[code]
        if after in {"scheduled", "cancelled"}:
            return before in {"scheduled", "held"}
        if before in {"scheduled", "held"}:  # between two tries it ends as the last one did
            return "cancelled" in said and self._was_told(code, after)
        if before == after == "handed_over":
            return True
        return before in {"unsure", "handed_over"} and after in said

    def _was_told(self, code: str, end: str) -> bool:
        """Whether its company has told that the last of its tries that rang ended so."""
        tries = [line for (of, _), line in sorted(self._line_of.items(), key=_n) if of == code]
        return bool(tries) and end in tries[-1].told

    def _check_call(self, row: RowMapping) -> None:
        if row["rev"] != self._revs[row["id"]] or row["state"] != self._last[row["id"]]:
            self.wrong("a change without its line in the audit:", row["code"], row["state"])
        numbers = sorted(n for code, n in self.attempts if code == row["code"])
        if numbers != list(range(1, row["attempts_made"] + 1)):
            self.wrong("attempts are missing:", row["code"], numbers)
        can_find = self._companies[row["provider"]].can.can_find
        given_up = self._given_up
        tries = self._tries(row)
        if not is_moved_by_something(row, tries, can_find=can_find, given_up=given_up):
            self.wrong("nothing moves it any more:", row["code"], row["state"], row["reason_code"])


def _is_anybodys_guess(row: RowMapping) -> bool:
    """Whether nobody can tell which record is its own: in doubt, or closed by a person."""
    return row["state"] in IN_DOUBT or (row["state"] in OVER and row["changed_by"] != WE)


def _n(pair: tuple[Attempted, Line]) -> int:
    return pair[0][1]
