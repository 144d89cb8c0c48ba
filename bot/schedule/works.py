"""All loops of the schedule, joined: one dialler, one watcher per provider, and the sweeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.calls.lanes import Lanes
from bot.calls.news_box import NewsBox
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider
from bot.schedule.circuit import Circuit
from bot.schedule.dialler import Dialler
from bot.schedule.follow import Follower
from bot.schedule.loop import Loop
from bot.schedule.settle import Settler
from bot.schedule.sweep import Abandoned, Doubts, Unasked
from bot.schedule.watch import Watcher


@dataclass(frozen=True, slots=True)
class Works:
    """What runs the schedule in one process; the dialler is drained before the others stop."""

    dialler: Dialler
    loops: tuple[Loop, ...]


def works(
    *,
    calls: Calls,
    lanes: Lanes,
    box: NewsBox,
    providers: Mapping[str, CallProvider],
    clock: Clock,
    worker: str,
    boot_clock: Callable[[], float],
    changed: Callable[[], None],
    reopened: Callable[[], None] | None = None,
) -> Works:
    """Joined and not yet running; ``changed`` is called when there is something new to show.

    ``reopened``, else ``changed``, is called when a provider takes our key again.
    """
    dialler = Dialler(
        calls=calls,
        providers=providers,
        circuit=Circuit(lanes, reopened or changed),
        clock=clock,
        worker=worker,
        boot_clock=boot_clock,
        changed=changed,
    )
    settler, follower = Settler(calls=calls, clock=clock), Follower(calls=calls, clock=clock)
    unasked = Unasked(box=box, calls=calls, clock=clock, follower=follower, changed=changed)
    watchers = {
        name: Watcher(provider, calls=calls, clock=clock, follower=follower, changed=changed)
        for name, provider in providers.items()
    }
    doubts = {
        name: Doubts(provider, calls=calls, clock=clock, settler=settler, changed=changed)
        for name, provider in providers.items()
    }
    dialling = Loop("dialler", dialler.turn)
    dialler.when_free = dialling.nudge
    abandoned = Abandoned(calls=calls, clock=clock, settler=settler, changed=changed)
    return Works(
        dialler,
        (
            dialling,
            *(Loop(f"watch {name}", watcher.turn) for name, watcher in watchers.items()),
            *(Loop(f"doubts {name}", doubt.turn) for name, doubt in doubts.items()),
            Loop("unasked", unasked.turn),
            Loop("abandoned", abandoned.turn),
        ),
    )
