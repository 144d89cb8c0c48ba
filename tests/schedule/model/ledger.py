"""What must hold whatever happens, checked against what the phone companies really did."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import RowMapping, select

from bot.calls.states import State, may_move
from bot.calls.verdict import PASSING_HOLDS
from bot.storage.tables import attempts, audit, calls
from tests.schedule.model.company import Attempted, Line, PhoneCompany, Requested
from tests.schedule.model.stage import StagedDatabase

WE = "switchboard"
LIVE = frozenset({"placed", "ringing", "in_progress"})
ENDED = frozenset({"completed", "voicemail", "no_answer", "busy", "failed"})
OVER = ENDED | {"cancelled", "expired", "handed_over"}
IN_DOUBT = frozenset({"dialling", "unsure"})
FOR_A_PERSON = frozenset({"late", "not_judged", "answered_after_all"})  # holds that a person ends
LOOKED_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=60)
TABLES = (
    select(calls).order_by(calls.c.id),
    select(attempts),
    select(audit).order_by(audit.c.subject, audit.c.rev),
)


@dataclass(frozen=True, slots=True)
class Booked:
    """What a person asked for."""

    retries: int
    after_voicemail: bool

    @property
    def worth_another_try(self) -> set[State]:
        """Ends of a try after which the next may follow."""
        return {State.NO_ANSWER, State.BUSY} | (
            {State.VOICEMAIL} if self.after_voicemail else set()
        )


class Time(Protocol):
    """``true`` is right; ``now`` is what our own clock shows."""

    true: datetime

    def now(self) -> datetime: ...


class Ledger:
    """Looks at the tables after every transaction, and at every request as it arrives.

    ``wrongs`` are the promises that were broken; ``seen`` counts what happened, by name.
    """

    def __init__(
        self,
        database: StagedDatabase,
        companies: Mapping[str, PhoneCompany],
        time: Time,
    ) -> None:
        self.wrongs: list[str] = []
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

    def wrong(self, *words: object) -> None:
        """A promise was broken."""
        self.wrongs.append(" ".join(str(word) for word in words))

    def known_ids(self, company: str) -> Sequence[str]:
        """Ids there of which the tables know already."""
        ids = [row["provider_call_id"] for row in self.attempts.values()]
        return [one for one in ids if one and one.startswith(company)]

    def state_of(self, code: str) -> str:
        """As the tables have it."""
        return next(str(row["state"]) for row in self.calls if row["code"] == code)

    def unfinished(self) -> list[RowMapping]:
        """Calls that are not over and do not wait for a person."""
        return [row for row in self.calls if not self._waits_for_a_person(row)]

    def _waits_for_a_person(self, row: RowMapping) -> bool:
        own = [one for (code, _), one in self.attempts.items() if code == row["code"]]
        match row["state"]:
            case "held":
                return row["reason_code"] in FOR_A_PERSON
            case "handed_over" | "unsure":
                return all(one["next_poll"] is None for one in own)
            case state:
                return state in OVER

    # Requests ---------------------------------------------------------------------------------

    def requested(self, request: Requested) -> None:
        """A request arrives at a company: may it?"""
        code, n = request.attempt
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
        rows, tries, changes = await self._database.seen(*TABLES)
        before, self.calls = {row["code"]: row for row in self.calls}, list(rows)
        codes = {row["id"]: str(row["code"]) for row in rows}
        known, self.attempts = (
            self.attempts,
            {(codes[row["call_id"]], int(row["n"])): row for row in tries},
        )
        doubtful = {code for code, row in before.items() if row["state"] in IN_DOUBT}
        for attempt, row in self.attempts.items():
            self._claimed.setdefault(attempt, self._time.true)
            self._check_id(attempt, row, known, doubtful)
        for change in changes:
            if change["rev"] > self._revs[change["subject"]]:
                code = codes[change["subject"]]
                self._check_change(code, change, before.get(code))
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
        doubtful: set[Any],
    ) -> None:
        """A call is found as itself; two that were both in doubt may be taken for each other."""
        before = known[attempt]["provider_call_id"] if attempt in known else None
        line_id = row["provider_call_id"]
        if line_id == before:
            return
        owner = self._owners.get(line_id)
        if before is not None or owner is None:
            self.wrong("an id that was never this call's:", attempt, before, line_id)
            return
        if owner == attempt:
            return
        own, other = self._line_of.get(attempt), known.get(owner)
        in_doubt = other is not None and other["open"] and other["provider_call_id"] is None
        if own is None or not in_doubt or owner[0] not in doubtful:
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
        if was is None:
            return
        if before != after and not may_move(State(before), State(after)):
            self.wrong("a forbidden move:", code, before, after)
        allowed = self._may_we if change["by"] == WE else self._may_they
        if not allowed(code, was, after):
            self.wrong("that should never happen:", code, before, after, change["what"])
        newest = (code, was["attempts_made"])
        if after == "in_progress":
            self._talked.add(newest)

    def _may_we(self, code: str, was: RowMapping, after: str) -> bool:
        """What happens by itself, and what must be true for it."""
        before, newest = was["state"], (code, was["attempts_made"])
        if before in OVER:
            return before == after == "handed_over"
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
        if after == "scheduled" or after == "cancelled":
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
        tries = sorted(n for code, n in self.attempts if code == row["code"])
        if tries != list(range(1, row["attempts_made"] + 1)):
            self.wrong("attempts are missing:", row["code"], tries)
        if not self._is_moved_by_something(row):
            self.wrong("nothing moves it any more:", row["code"], row["state"], row["reason_code"])

    def _is_moved_by_something(self, row: RowMapping) -> bool:
        """Every call that is open has a moment at which somebody looks at it, or a person who does."""
        state, reason = row["state"], row["reason_code"]
        own = [one for (code, _), one in self.attempts.items() if code == row["code"]]
        opened = [one for one in own if one["open"]]
        if state == "scheduled":
            return row["due"] is not None and not opened
        if state == "held":
            return not opened and reason in PASSING_HOLDS | FOR_A_PERSON
        if state == "handed_over":
            newest = max(own, key=lambda one: int(one["n"]))
            return newest["next_poll"] is not None or reason == "window_over"
        if state in OVER:
            return not opened
        return len(opened) == 1 and self._is_watched(row, opened[0])

    def _is_watched(self, row: RowMapping, attempt: RowMapping) -> bool:
        if row["state"] == "dialling":
            return attempt["lease_until"] is not None
        if attempt["next_poll"] is not None:
            return row["state"] == "unsure" or attempt["provider_call_id"] is not None
        can_find = self._companies[row["provider"]].can.can_find
        given_up = self._time.now() - attempt["claimed_at"] > LOOKED_FOR
        return row["state"] == "unsure" and (given_up or not can_find)


def _n(pair: tuple[Attempted, Line]) -> int:
    return pair[0][1]
