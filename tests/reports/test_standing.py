"""Each thing that stands still is named with its reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.calls.lanes import Lane, Limits
from bot.calls.patience import DELIVERY, MESSAGE, NEWS, PATIENCE, Look, Standing, Told
from bot.calls.states import State
from bot.reports.standing import OVER, Around, alert, explained, row, spoken_age, why
from tests.fakes import MORNING
from tests.samples import HOSTILE, LONG_NOTES

S = State
LABELS = {"voicy": "Voicy", "vozagent": "VozAgent"}
LIMITS = {"voicy": Limits(60, 10), "vozagent": Limits(live_calls=1)}


def thing(kind: str, minutes: float = 14, **about: Any) -> Standing:
    since = MORNING - timedelta(minutes=minutes)
    facts: dict[str, Any] = {"code": "C-4F7K", "since": since, "provider": "voicy"}
    return Standing(kind=kind, **(facts | about))


def around(**about: Any) -> Around:
    return Around(Look(MORNING, **about), LABELS, LIMITS, hour)


def hour(moment: datetime) -> str:
    return f"{moment:%H:%M}"


SHUT = {"voicy": Lane("voicy", shut_since=MORNING, shut_why="no account (401). No phone rang.")}
PARKED = {"voicy": Lane("voicy", parked_until=MORNING + timedelta(minutes=2))}
OPEN_AGAIN = {"voicy": Lane("voicy", parked_until=MORNING - timedelta(minutes=2))}
WORDS = [
    (S.SCHEDULED, {}, {"lanes": SHUT}, "Voicy's lane is shut: it refuses our key (401)"),
    (S.HELD, {"reason": "x"}, {"lanes": SHUT}, "Voicy's lane is shut: it refuses our key (401)"),
    (S.SCHEDULED, {}, {"lanes": PARKED}, "Voicy asked for a pause until 18:02"),
    (S.SCHEDULED, {}, {"full": {"voicy"}}, "all 10 lines of Voicy are busy"),
    (
        S.SCHEDULED,
        {"provider": "vozagent"},
        {"full": {"vozagent"}},
        "the one line of VozAgent is busy",
    ),
    (
        S.SCHEDULED,
        {},
        {"spent": {"voicy"}},
        "the 60 requests a minute that Voicy takes are used up",
    ),
    (
        S.SCHEDULED,
        {},
        {"lanes": OPEN_AGAIN},
        "nothing that I know of keeps it; is a worker running?",
    ),
    (S.HELD, {"reason": "It can't be reached."}, {}, "It can't be reached"),
    (
        S.SCHEDULED,
        {"provider": "gone"},
        {},
        "gone is not set up any more; an admin can put its key back",
    ),
    (
        S.PLACED,
        {"word": "queued"},
        {},
        "no news from Voicy for 14 min; its last word was “queued”",
    ),
    (S.RINGING, {}, {}, "no news from Voicy for 14 min"),
    (S.IN_PROGRESS, {"minutes": 200}, {}, "no news from Voicy for 3 h"),
    (S.DIALLING, {}, {}, "neither Voicy nor the process that dials it has answered"),
    (S.UNSURE, {}, {}, "only a person can say whether it rang"),
    (
        S.UNSURE,
        {"asked": True, "detail": "not seen yet"},
        {},
        "I keep asking Voicy whether it rang: not seen yet",
    ),
    (MESSAGE, {"reason": "not_in_channel"}, {}, "Slack refuses it: not in channel"),
    (MESSAGE, {"failures": 1}, {}, "Slack did not take it, once"),
    (MESSAGE, {}, {}, "it waits for its turn at Slack"),
    (
        DELIVERY,
        {"failures": 4, "detail": "R-1A2B KeyError", "asked": True},
        {},
        "it failed 4 times, last R-1A2B KeyError",
    ),
    (
        DELIVERY,
        {"failures": 20, "detail": "R-1A2B KeyError"},
        {},
        "given up after it failed 20 times, last R-1A2B KeyError",
    ),
    (DELIVERY, {"asked": True}, {}, "nobody took it up"),
]


@pytest.mark.parametrize(("kind", "about", "seen", "words"), WORDS)
def test_the_reason_is_said(
    kind: str, about: dict[str, Any], seen: dict[str, Any], words: str
) -> None:
    assert why(thing(kind, **about), around(**seen)) == words


@pytest.mark.parametrize("kind", sorted(set(PATIENCE) - {NEWS}))
def test_every_kind_can_be_told_and_nothing_hostile_gets_through(kind: str) -> None:
    about: dict[str, Any] = {
        "reason": HOSTILE,
        "detail": HOSTILE * 9,
        "word": LONG_NOTES,
        "failures": 3,
    }
    for asked in (True, False):
        text = row(thing(kind, asked=asked, **about), around(lanes=PARKED))
        assert "14 min" in text
        assert "<!" not in text
        assert "<@" not in text
        assert len(text) < 400


def test_the_log_speaks_of_utc() -> None:
    explain = explained(LABELS, LIMITS)
    text = explain(thing(S.SCHEDULED), Look(MORNING, lanes=PARKED))
    assert text == "Voicy asked for a pause until 18:02 UTC"


def test_an_alert_has_what_is_new_first_and_says_how_much_there_is() -> None:
    old = [thing(S.UNSURE, 90 + n, code=f"C-OLD{n}") for n in range(8)]
    new = [thing(S.SCHEDULED, 6 + n, code=f"C-NEW{n}") for n in range(4)]
    counts = {S.UNSURE.value: 8, S.SCHEDULED.value: 30, MESSAGE: 1, NEWS: 7}
    told = Told(MORNING - timedelta(minutes=30), frozenset(each.name for each in old))
    lines = alert(around(things=[*old, *new], counts=counts), told).splitlines()
    assert lines[0] == "🟠 38 calls and 1 message stand still longer than they should:"
    assert [line[2:8] for line in lines[1:5]] == ["C-NEW0", "C-NEW1", "C-NEW2", "C-NEW3"]
    assert len(lines) == 12
    assert lines[-1] == "… and 29 more"
    assert lines[1] == (
        "• C-NEW0 · due 6 min ago · nothing that I know of keeps it; is a worker running?"
    )


def test_one_thing_is_one_thing() -> None:
    text = alert(around(things=[thing(DELIVERY, code="view")], counts={DELIVERY: 1}), Told())
    assert text.splitlines() == [
        "🟠 1 delivery from Slack stands still longer than it should:",
        "• a view · from Slack, 14 min ago · given up after it failed 0 times",
    ]
    assert "stands still" in OVER


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "1 min"), (14.9, "14 min"), (125, "2 h"), (3_000, "2 days")]
)
def test_ages_are_short(minutes: float, words: str) -> None:
    assert spoken_age(timedelta(minutes=minutes)) == words
