"""What must hold whatever happens, checked against what the phone companies really did."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, select

from bot.calls.states import State, may_move
from bot.calls.verdict import PASSING_HOLDS
from bot.storage.tables import attempts, audit, calls
from tests.schedule.model.company import (
    NOBODY_WAS_REACHED,
    Attempted,
    Line,
    PhoneCompany,
    Requested,
)
from tests.schedule.model.stage import StagedDatabase

WE = "switchboard"
LIVE = frozenset({"placed", "ringing", "in_progress"})
ENDED = frozenset({"completed", "voicemail", "no_answer", "busy", "failed"})
OVER = ENDED | {"cancelled", "expired", "handed_over"}
IN_DOUBT = frozenset({"dialling", "unsure"})
FOR_A_PERSON = frozenset({"late", "not_judged"})  # holds that only a person ends
LOOKED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Booked:
    """What a person asked for."""

    company: str
    retries: int


class Ledger:
    """Looks at the tables after every transaction, and at every request as it arrives.

    ``wrongs`` are the promises that were broken; ``seen`` counts what happened, by name.
    """

    def __init__(
        self,
        database: StagedDatabase,
        companies: Mapping[str, PhoneCompany],
        now: Callable[[], datetime],
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
        self._now = now
        self._owners: dict[str, Attempted] = {}  # of lines; two in doubt may be exchanged
        self._line_of: dict[Attempted, Line] = {}
        self._revs: Counter[str] = Counter()
        self._last: dict[str, str] = {}
        self._talked: set[Attempted] = set()  # shown as being talked to

    def wrong(self, *words: object) -> None:
        """A promise was broken."""
        self.wrongs.append(" ".join(str(word) for word in words))

    def known_ids(self, company: str) -> Sequence[str]:
        """Ids there of which the tables know already."""
        ids = [row["provider_call_id"] for row in self.attempts.values()]
        return [one for one in ids if one and one.startswith(company)]

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
        self.requests[request.attempt] = request
        if request.line is not None:
            self._line_of[request.attempt] = request.line
            self._owners[request.line.id] = request.attempt
        self.seen["retry" if rang else "request"] += 1

    def _nobody_reached(self, attempt: Attempted) -> bool:
        line = self._line_of.get(attempt)
        if line is None or attempt in self._talked:
            return False
        return line.state in NOBODY_WAS_REACHED and line.state in line.told

    # Tables -----------------------------------------------------------------------------------

    async def look(self) -> None:
        """Read what is written now, and compare."""
        async with self._database.peek() as connection:
            rows = (await connection.execute(select(calls).order_by(calls.c.id))).mappings().all()
            tries = (await connection.execute(select(attempts))).mappings().all()
            lines = await connection.execute(select(audit).order_by(audit.c.subject, audit.c.rev))
            changes = lines.mappings().all()
        before, self.calls = self.calls, list(rows)
        codes = {row["id"]: str(row["code"]) for row in rows}
        known, self.attempts = (
            self.attempts,
            {(codes[row["call_id"]], int(row["n"])): row for row in tries},
        )
        doubtful = {row["code"] for row in before if row["state"] in IN_DOUBT}
        for attempt, row in self.attempts.items():
            self._check_id(attempt, row, known, doubtful)
        for change in changes:
            self._check_change(codes.get(change["subject"]), change)
        for row in rows:
            self._check_call(row)
        ids = Counter(row["provider_call_id"] for row in tries if row["provider_call_id"])
        if any(count > 1 for count in ids.values()):
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

    def _check_change(self, code: str | None, change: RowMapping) -> None:
        """One line of the audit for each revision, each from where the last one led."""
        subject, rev = change["subject"], change["rev"]
        if code is None or rev <= self._revs[subject]:
            return
        before, after = change["before"], change["after"]
        if rev != self._revs[subject] + 1 or before != self._last.get(subject, "draft"):
            self.wrong("a revision without its reason:", code, rev, before, after)
        self._revs[subject], self._last[subject] = rev, after
        self.seen[change["what"]] += 1
        if before == "draft":
            return
        if before != after and not may_move(State(before), State(after)):
            self.wrong("a forbidden move:", code, before, after)
        self._check_end(code, change)
        newest = max((n for of, n in self.attempts if of == code), default=0)
        if after == "in_progress":
            self._talked.add((code, newest))
        if after == "dialling":
            self.seen[f"attempt {min(newest, 3)}"] += 1

    def _check_end(self, code: str, change: RowMapping) -> None:
        """What is over stays over; only a person says how a handed-over call went."""
        before, after, by = change["before"], change["after"], change["by"]
        if before in OVER:
            person = before == "handed_over" and by != WE
            if not (before == after == "handed_over" or (person and after in ENDED)):
                self.wrong("what was over has changed:", code, before, after, by)
        if by != WE and after in ENDED and after not in self.said[code]:
            self.wrong("words were put into a person's mouth:", code, after)
        if by == WE and after in ENDED:
            self._check_told(code, after)
        if after == "scheduled" and before in LIVE | IN_DOUBT and by != WE:
            self.wrong("nobody asked for that:", code, before, after)

    def _check_told(self, code: str, after: str) -> None:
        """An end that no person told is the one its company has."""
        newest = max(n for of, n in self.attempts if of == code)
        request = self.requests.get((code, newest))
        if after == "failed" and request is not None and request.said_no:
            return
        rang = [one for one in range(1, newest + 1) if (code, one) in self._line_of]
        line = self._line_of[code, rang[-1]] if rang else None
        if line is None or line.state.value != after:
            self.wrong("an end that its company does not know:", code, after, line)

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
        given_up = self._now() - attempt["claimed_at"] > LOOKED_FOR
        return row["state"] == "unsure" and (given_up or not can_find)
