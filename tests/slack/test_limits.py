"""Our own pace for Slack, by a clock of seconds that a test moves."""

from dataclasses import dataclass

import pytest

from bot.slack.limits import BURST, CHANNEL_BURST, PER_MINUTE, Bucket, Limiter


@dataclass
class Seconds:
    """A monotonic clock that stands still until it is moved."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_a_full_bucket_lets_its_burst_through_and_then_keeps_the_pace() -> None:
    bucket = Bucket(per_second=2.0, size=3, tokens=3, seen=0.0)
    assert [bucket.wait(0.0) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]


def test_tokens_come_back_with_time_and_never_beyond_the_size() -> None:
    bucket = Bucket(per_second=2.0, size=3, tokens=0, seen=0.0)
    assert bucket.wait(0.5) == 0
    assert [bucket.wait(1_000.0) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_parked_bucket_waits_until_slack_is_ready_again() -> None:
    bucket = Bucket(per_second=2.0, size=3, tokens=3, seen=0.0)
    bucket.park(30.0)
    assert [bucket.wait(10.0) for _ in range(3)] == [20.0, 20.5, 21.0]
    assert bucket.wait(60.0) == 0


async def test_a_burst_passes_at_once(seconds: Seconds) -> None:
    limiter = Limiter(seconds)
    for _ in range(BURST):
        await limiter.admit("chat.update", "C1")
    assert bucket_of(limiter, "chat.update").tokens == 0


async def test_after_a_429_only_that_method_waits(seconds: Seconds) -> None:
    limiter = Limiter(seconds)
    limiter.park("chat.update", 30)
    assert limiter.throttled == 1
    assert bucket_of(limiter, "chat.update").wait(seconds()) == 30
    await limiter.admit("users.info", None)  # comes back at once
    seconds.now += 30
    await limiter.admit("chat.update", None)


async def test_each_channel_has_its_own_pace_for_posts_and_none_for_edits(
    seconds: Seconds,
) -> None:
    limiter = Limiter(seconds)
    for _ in range(CHANNEL_BURST):
        await limiter.admit("chat.postMessage", "C1")
    await limiter.admit("chat.postMessage", "C2")
    await limiter.admit("chat.update", "C1")
    assert bucket_of(limiter, "#C1").tokens == 0
    assert bucket_of(limiter, "#C1").wait(seconds()) == 1.0
    assert bucket_of(limiter, "#C2").tokens == CHANNEL_BURST - 1


def test_no_method_is_faster_than_its_tier() -> None:
    tiers = {"chat.update": 50, "users.info": 100, "views.open": 100, "usergroups.users.list": 20}
    for method, most in tiers.items():
        assert PER_MINUTE[method] <= most


def bucket_of(limiter: Limiter, name: str) -> Bucket:
    return limiter._buckets[name]  # how many tokens are left is not told otherwise
