"""One process of the bot, its loops turning when they are nudged; and the clocks it goes by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.schedule.housekeeping import Housekeeping
from bot.schedule.loop import Loop
from bot.schedule.works import works
from bot.storage.calls import CallStore
from bot.storage.drafts import DraftStore
from bot.storage.inbox import InboxStore
from bot.storage.lanes import LaneStore
from bot.storage.news import NewsBoxStore
from bot.storage.pauses import PauseStore
from tests.fakes import MORNING
from tests.schedule.model.company import Exchange
from tests.schedule.model.stage import Errand, Life, StagedDatabase


class Time:
    """``true`` is right; our wall clock may be set wrong, the clock since boot never is."""

    def __init__(self) -> None:
        self.true = MORNING
        self.off = timedelta(0)

    def now(self) -> datetime:
        """By our wall clock."""
        return self.true + self.off

    def boot(self) -> float:
        """Seconds since the machine began."""
        return (self.true - MORNING).total_seconds()


@dataclass(frozen=True, slots=True)
class Stores:
    """All that processes share."""

    calls: CallStore
    drafts: DraftStore
    lanes: LaneStore
    box: NewsBoxStore
    pauses: PauseStore

    @classmethod
    def on(cls, database: StagedDatabase) -> "Stores":
        """That database."""
        return cls(
            CallStore(database),
            DraftStore(database),
            LaneStore(database),
            NewsBoxStore(database),
            PauseStore(database),
        )


class Process(Life):
    """All loops of one process; each turns when it is nudged."""

    def __init__(
        self,
        name: str,
        database: StagedDatabase,
        exchanges: Mapping[str, Exchange],
        time: Time,
    ) -> None:
        super().__init__()
        stores = Stores.on(database)
        schedule = works(
            calls=stores.calls,
            lanes=stores.lanes,
            box=stores.box,
            providers=exchanges,
            clock=time,
            worker=name,
            boot_clock=time.boot,
            changed=lambda: None,
        )
        inbox = InboxStore(database, time, name)
        tidying = Housekeeping(inbox=inbox, drafts=stores.drafts, news=stores.box, clock=time)
        loops = [*schedule.loops, Loop("housekeeping", tidying.turn)]
        self.loops = {loop.name: (loop, Errand(self, f"{name} {loop.name}")) for loop in loops}

    def others(self, companies: Collection[str]) -> list[str]:
        """All loops but the dialler, and those about other companies."""
        theirs = {"unasked", "abandoned", *companies}
        return [name for name in self.loops if name.rpartition(" ")[2] in theirs]

    def nudge(self, name: str, *, steps: bool) -> None:
        """Let that loop take a turn; one that is in the middle of a turn finishes that."""
        loop, errand = self.loops[name]
        busy = bool(errand.stopped)
        errand.finish()
        if busy:
            return
        errand.steps = steps
        if errand.task is None:
            errand.start(loop.run())
        else:
            loop.nudge()
