"""A redelivery is recognised; two presses are two."""

import copy
from typing import Any

import pytest

from bot.slack.keys import delivery_key, team_of

COMMAND = {"team_id": "T1", "user_id": "U1", "trigger_id": "1.2.a", "text": "help"}
CLICK = {
    "team": {"id": "T1"},
    "user": {"id": "U1", "team_id": "T1"},
    "trigger_id": "1.2.b",
    "actions": [{"action_id": "call_now", "value": "c1", "action_ts": "1.1"}],
}
VIEW = {"team": {"id": "T1"}, "trigger_id": "1.2.c", "view": {"id": "V1", "hash": "h1"}}
EVENT = {"team_id": "T1", "event_id": "Ev1", "event": {"type": "member_joined_channel"}}
ALL: list[tuple[str, dict[str, Any]]] = [
    ("command", COMMAND),
    ("action", CLICK),
    ("view", VIEW),
    ("event", EVENT),
]
LATER = [
    ("command", {"trigger_id": "9.9.z"}),
    ("action", {"trigger_id": "9.9.z"}),
    ("view", {"view": {"id": "V1", "hash": "h2"}}),
    ("view", {"view": {"id": "V2", "hash": "h1"}}),
    ("event", {"event_id": "Ev2"}),
]


@pytest.mark.parametrize(("kind", "body"), ALL)
def test_a_redelivery_has_the_same_key(kind: str, body: dict[str, Any]) -> None:
    again = {**copy.deepcopy(body), "event_time": 99} if kind == "event" else copy.deepcopy(body)
    assert delivery_key(kind, again) == delivery_key(kind, body)
    assert len(delivery_key(kind, body)) < 255


@pytest.mark.parametrize(("kind", "changes"), LATER)
def test_another_one_of_the_same_has_another_key(kind: str, changes: dict[str, Any]) -> None:
    body = dict(ALL)[kind]
    assert delivery_key(kind, body | changes) != delivery_key(kind, body)


def test_keys_of_different_kinds_never_meet() -> None:
    keys = {delivery_key(kind, body) for kind, body in ALL}
    assert len(keys) == len(ALL)
    assert delivery_key("command", {"trigger_id": "1"}) != delivery_key(
        "action", {"trigger_id": "1"}
    )


def test_a_body_without_any_id_is_recognised_by_all_it_says() -> None:
    assert delivery_key("command", {"a": 1, "b": 2}) == delivery_key("command", {"b": 2, "a": 1})
    assert delivery_key("command", {"a": 1}) != delivery_key("command", {"a": 2})


@pytest.mark.parametrize(
    ("body", "team"),
    [
        (COMMAND, "T1"),
        (CLICK, "T1"),
        ({"team": None, "user": {"team_id": "T2"}}, "T2"),
        ({"user": "U1"}, ""),
        ({}, ""),
    ],
)
def test_the_workspace_is_found_wherever_slack_puts_it(body: dict[str, Any], team: str) -> None:
    assert team_of(body) == team
