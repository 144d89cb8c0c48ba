"""What is said of a chaos at its end: a table, and every call that is not as it should be."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.calls.posts import Role
from bot.understanding.phones import masked
from tests.faults.chaos.drawn import Drawn
from tests.faults.chaos.events import Accidents
from tests.faults.chaos.facts import Case
from tests.faults.chaos.judge import Wrong, tally
from tests.faults.chaos.stage import LIVE_CALLS, PER_MINUTE, Stage
from tests.faults.chaos.vigil import LOOK_EVERY, Vigil
from tests.faults.chaos.worker import Death

SWEEP = 1.0  # seconds: the sweep's pause and its own work
WITHIN = 60.0 + SWEEP + LOOK_EVERY  # from a process's death to the end of its last dial
EXIT_WITHIN = 12.0  # seconds after SIGTERM; ten are promised, and a busy machine is late
MOST_SHOWN = 10  # wrong calls
EXCEPTION = re.compile(r"^(?:\w+\.)*([A-Z]\w*(?:Error|Exception|Away|Placed))\b", re.MULTILINE)
# Exit codes. One that was asked to stop is killed in the end, and has taken too long then.
EXPECTED = {"killed": (-9,), "stopped": (0, -15, -9), "not started": (2,)}
BUSY = 4.0  # processes a core that want to run: then times tell of the machine, not of the bots


@dataclass(frozen=True, slots=True)
class Told:
    """All figures of one chaos."""

    drawn: Drawn
    diary: Sequence[str]
    accidents: Mapping[str, int]
    missed: int
    states: Mapping[str, int]
    dials: Sequence[int]  # arrived, of them rang, were refused, got no clear answer
    wrongs: Sequence[Wrong]
    vigil: Vigil
    deaths: Sequence[Death]
    limits: Sequence[int]  # most requests in a minute, most live calls at Voicy
    messages: int  # posted in Slack, without edits
    doubled_messages: Sequence[str]
    logged: Mapping[str, int]
    laps: Mapping[str, float]  # seconds of each part
    load: float  # processes that wanted to run, in the last minute

    @property
    def odd_ends(self) -> list[Death]:
        """Processes that ended otherwise than they were told to."""
        return [death for death in self.deaths if death.code not in EXPECTED.get(death.how, ())]

    @property
    def slowest_exit(self) -> float:
        """Seconds from SIGTERM to the end."""
        return max((death.took for death in self.deaths if death.how == "stopped"), default=0.0)

    @property
    def broken(self) -> list[str]:
        """Promises that were not kept, one sentence each."""
        broken = []
        if self.wrongs:
            broken.append(f"{len(self.wrongs)} calls are lost, doubled or untrue")
        if self.odd_ends:
            broken.append(f"bots ended by themselves: {self.odd_ends}")
        if self.doubled_messages:
            broken.append(f"messages came twice: {', '.join(self.doubled_messages)}")
        if not self.busy:
            broken += self._slow()
        if self.limits[0] > PER_MINUTE or self.limits[1] > LIVE_CALLS:
            broken.append(f"Voicy's limits were not kept: {self.limits}")
        return broken

    @property
    def busy(self) -> bool:
        """Whether the machine had so much else to do that no time can be judged."""
        return self.load > BUSY * (os.cpu_count() or 1)

    def lines(self) -> list[str]:
        """The table, and what is wrong."""
        kinds = Counter(wrong.kind for wrong in self.wrongs)
        arrived, rang, refused, silent = self.dials
        busiest, most_live = self.limits
        rows = {
            "chaos": self._setting(),
            "drawn": str(self.drawn),
            "accidents": f"{_listed(self.accidents)}; {self.missed} hit nobody",
            "calls": _listed(self.states),
            "dials": f"{arrived}: {rang} rang, {refused} refused, {silent} unanswered and no ring",
            "lost": str(kinds["lost"]),
            "doubled": str(kinds["doubled"]),
            "untrue": str(kinds["untrue"]),
            "in doubt after": _worst(self.vigil.waits) + self._hurry(),
            "during chaos": _worst(self.vigil.waits_in_chaos),
            "SIGTERM to end": f"{self.slowest_exit:.1f} s at most",
            "Voicy a minute": f"{busiest} requests at most, of {PER_MINUTE}",
            "Voicy live": f"{most_live} calls at most, of {LIVE_CALLS}",
            "Slack": f"{self.messages} messages, {len(self.doubled_messages)} of them twice",
            "logged": _listed(self.logged) or "no error",
            "took": ", ".join(f"{name} {span:.0f} s" for name, span in self.laps.items()),
            "load average": f"{self.load:.1f}" + (", so no time is judged" if self.busy else ""),
        }
        return [*(f"{name:<15} {text}" for name, text in rows.items()), *self._verdict()]

    def _slow(self) -> Iterator[str]:
        """Promises about times."""
        if max(self.vigil.waits, default=0) > WITHIN:
            yield f"a dead process's dial stood too long: {max(self.vigil.waits):.1f} s"
        if self.slowest_exit > EXIT_WITHIN:
            yield f"a bot took {self.slowest_exit:.1f} s to end"

    def _setting(self) -> str:
        given = self.drawn.options
        bots = f"{given.workers} bots" if given.workers > 1 else "one bot"
        what = f"{given.calls} calls, {bots}, {given.seconds:.0f} s over {given.database}"
        return f"{what}, seed {given.seed}"

    def _hurry(self) -> str:
        return ", and their leases were cut short" if self.drawn.options.hurry else ""

    def _verdict(self) -> Iterator[str]:
        yield "KEPT" if not self.broken else "BROKEN: " + "; ".join(self.broken)
        if self.broken:
            yield from self.diary
        for wrong in self.wrongs[:MOST_SHOWN]:
            yield ""
            yield from _shown(wrong)


def told_of(
    drawn: Drawn,
    stage: Stage,
    accidents: Accidents,
    vigil: Vigil,
    cases: Sequence[Case],
    wrongs: Sequence[Wrong],
    laps: Mapping[str, float],
) -> Told:
    """Collect everything; the bots have stopped."""
    dials = [dial for case in cases for dial in case.dials]
    rang = sum(bool(dial.rings) for dial in dials)
    refused = sum(dial.refused for dial in dials)
    posted = _posted(stage)
    return Told(
        drawn=drawn,
        diary=accidents.diary,
        accidents=accidents.counts,
        missed=accidents.missed,
        states=tally(cases),
        dials=(len(dials), rang, refused, len(dials) - rang - refused),
        wrongs=wrongs,
        vigil=vigil,
        deaths=[death for worker in stage.workers for death in worker.deaths],
        limits=(stage.voicy.most_in_a_minute(), stage.voicy.most_live),
        messages=posted.total(),
        doubled_messages=[what for what, times in posted.items() if times > 1],
        logged=Counter(line for worker in stage.workers for line in _errors(worker.log())),
        laps=laps,
        load=os.getloadavg()[0],
    )


def _posted(stage: Stage) -> Counter[str]:
    """How often each message about a call was posted, by what it says of itself."""
    told = [message.metadata or {} for message in stage.slack.seen_by("rita", "#sales")]
    about = [each["event_payload"] for each in told if "event_payload" in each]
    return Counter(f"{one['role']} of {one['call_id']}{_line(one)}" for one in about)


def _line(about: Mapping[str, Any]) -> str:
    """The thread gets several lines of the diary, of everything else there is one message."""
    return f" at {about['rev']}" if about["role"] == Role.DIARY else ""


def _errors(log: str) -> Iterator[str]:
    """The errors in a log, each as its event and the last line of its trace."""
    for line in log.splitlines():
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        if told.get("level") in {"error", "critical"}:
            raised = EXCEPTION.findall(str(told.get("exception", "")))
            yield " ".join([told["event"], *raised[-1:]])


def _shown(wrong: Wrong) -> Iterator[str]:
    """One wrong call with its history, as the bots and as its provider have it."""
    case, call = wrong.case, wrong.case.call or {}
    plan = case.plan
    yield f"{wrong.kind}: {call.get('code', plan.mark)} to {masked(plan.number)}: {wrong.what}"
    yield (
        f"  planned: {plan.mark}, {plan.provider}, {plan.outcome}, {plan.retries} retries, "
        f"after {plan.after:.1f} s, window {plan.window}, {len(case.siblings)} to that number"
    )
    yield from (f"  {line}" for line in case.typed)
    for line in case.history:
        yield f"  {line['at']:%H:%M:%S.%f} {line['before']} -> {line['after']}: {line['what']}"
    for attempt in case.attempts:
        yield (
            f"  attempt {attempt['n']} by {attempt['claimed_by']} at "
            f"{attempt['claimed_at']:%H:%M:%S.%f}: {attempt['answer'] or 'no answer'} "
            f"{attempt['detail']} {attempt['provider_call_id'] or ''}"
        )
    for dial in case.dials:
        rings = ", ".join(f"{ring.id} {ring.kind}" for ring in dial.rings) or "no ring"
        yield f"  arrived {dial.at:%H:%M:%S.%f}: {rings}; {dial.status} {dial.fault}"


def _worst(waits: Sequence[float]) -> str:
    if not waits:
        return "no dial of a dead process"
    return f"{max(waits):.1f} s at most, {len(waits)} dials of dead processes"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
