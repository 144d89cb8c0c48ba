"""Every kind of trouble a dial can meet, and what it must be taken for."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from bot.calls.errors import MaybePlaced, NotPlaced
from bot.calls.provider import CallProvider, Order
from bot.demo.telephony import Fault, Kind, StandIn
from tests.contracts.one_provider import always

PLACED, NO_ID, NOT_PLACED, MAYBE = "placed", "placed without id", "not placed", "maybe"


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def full_port() -> Iterator[int]:
    """A port whose queue of connections is full: connecting to it hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(("127.0.0.1", port))
        yield port
        for each in waiting:
            each.close()


@contextmanager
def at_its_address(stand_in: StandIn) -> Iterator[str]:
    yield stand_in.base_url


@contextmanager
def nobody_listens(stand_in: StandIn) -> Iterator[str]:
    with deaf_port() as port:
        yield f"http://127.0.0.1:{port}{stand_in.api.base_path}"


@contextmanager
def nobody_accepts(stand_in: StandIn) -> Iterator[str]:
    with full_port() as port:
        yield f"http://127.0.0.1:{port}{stand_in.api.base_path}"


@contextmanager
def no_tls_there(stand_in: StandIn) -> Iterator[str]:
    yield stand_in.base_url.replace("http:", "https:")


@dataclass(frozen=True, slots=True)
class Trouble:
    """``requests`` is how many complete ones the stand-in receives."""

    name: str
    verdict: str
    requests: int
    faults: Sequence[Fault] = ()
    address: Callable[[StandIn], AbstractContextManager[str]] = at_its_address


def _fault(kind: Kind, verdict: str, requests: int = 1, *, seconds: float = 0.1) -> Trouble:
    return Trouble(kind.value, verdict, requests, [Fault(kind, seconds=seconds)])


def _error(status: int, verdict: str, *, effect: bool = False) -> Trouble:
    name = f"{status}, rung" if effect else f"{status}"
    return Trouble(name, verdict, 1, [Fault(Kind.ERROR, status=status, effect=effect)])


TROUBLES = (
    Trouble("no trouble", PLACED, 1),
    Trouble("nobody listens", NOT_PLACED, 0, address=nobody_listens),
    Trouble("nobody accepts", NOT_PLACED, 0, address=nobody_accepts),
    Trouble("no TLS there", NOT_PLACED, 0, address=no_tls_there),
    _fault(Kind.CLOSE_ON_CONNECT, MAYBE, 0),
    _fault(Kind.RESET_ON_CONNECT, MAYBE, 0),
    _fault(Kind.READ_THEN_CLOSE, MAYBE),
    _fault(Kind.READ_THEN_RESET, MAYBE),
    _fault(Kind.LOST_ANSWER, MAYBE),
    _fault(Kind.BLACK_HOLE, MAYBE),
    _fault(Kind.SLOW, PLACED),
    Trouble("too slow", MAYBE, 1, [Fault(Kind.SLOW, seconds=5)]),
    _fault(Kind.HALF_ANSWER, NO_ID),
    _fault(Kind.BAD_GZIP, NO_ID),
    _fault(Kind.HTML, NO_ID),
    _fault(Kind.NO_CALL_ID, NO_ID),
    _fault(Kind.UNKNOWN_WORD, PLACED),
    _fault(Kind.LISTING_LAG, PLACED),
    _fault(Kind.REDIRECT, MAYBE),
    *(_error(status, NOT_PLACED) for status in (400, 401, 402, 403, 404, 422, 429)),
    *(
        _error(status, MAYBE, effect=effect)
        for status in (300, 405, 408, 409, 418, 500, 502, 503, 504)
        for effect in (False, True)
    ),
)


async def verdict_on(provider: CallProvider, order: Order) -> str:
    """What a dial is taken for."""
    try:
        receipt = await provider.place([order], may_send=always)
    except NotPlaced:
        return NOT_PLACED
    except MaybePlaced:
        return MAYBE
    return PLACED if receipt.provider_call_id else NO_ID
