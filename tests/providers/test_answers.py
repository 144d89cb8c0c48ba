"""How answers are read: pauses, the provider's own words, and what people are told."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.calls.errors import MaybePlaced, NotPlaced
from bot.providers.answers import not_readable, refusal, wait_of, words_of

DATE = "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", "date": DATE}, 30),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT", "date": DATE}, 0),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT"}, None),
        ({"x-ratelimit-reset": "40"}, 40),
        ({"x-ratelimit-reset": "1795176020", "date": DATE}, 20),
        ({"x-ratelimit-reset": "1795176020"}, None),
        ({"retry-after": "soon", "x-ratelimit-reset": "9"}, 9),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "999999999"}, 3600),
        ({"retry-after": "Fri, 99 Foo 2026", "date": "never"}, None),
        ({"retry-after": "٣"}, None),
    ],
)
def test_the_wait_is_what_the_headers_ask_within_an_hour(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert wait_of(headers) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "invalid_request", "message": "No such agent."}},
        {"error": {"message": "No such agent.", "details": {"x": [1]}}},
        {"error": "No such agent."},
        {"error": True, "message": "No such agent."},
        {"status": "error", "message": "No such  \n agent."},
    ],
)
def test_every_documented_shape_of_an_error_has_its_words(body: Any) -> None:
    assert words_of(body) == "No such agent."


@pytest.mark.parametrize(
    "body", [None, [], "text", 7, {}, {"error": None}, {"error": {"message": 5}}, {"message": "  "}]
)
def test_an_error_without_words_has_none(body: Any) -> None:
    assert words_of(body) is None


def test_numbers_and_keys_are_hidden_in_a_providers_words() -> None:
    words = words_of({"error": "+12025550142, (202) 555-0143: key gw_abc and Bearer xyz are bad"})
    assert words == "•••42, (•••43: key ••• and ••• are bad"


def test_long_words_are_cut() -> None:
    words = words_of({"error": "no " * 1000})
    assert words is not None
    assert len(words) == 300
    assert words.endswith("…")


@pytest.mark.parametrize("status", [*range(300, 310), *range(400, 452), *range(500, 600)])
def test_every_refusal_says_whether_a_phone_could_have_rung(status: int) -> None:
    error = refusal("VozAgent", status, {}, {"error": {"code": "+12025550142", "message": "x"}})
    last = "No phone rang." if isinstance(error, NotPlaced) else "The phone may have rung."
    assert error.for_user.endswith(last)
    assert str(error) == str(status)
    certain = status in {400, 401, 402, 403, 404, 422, 429}
    assert isinstance(error, NotPlaced if certain else MaybePlaced)


def test_what_is_logged_holds_the_code_and_not_the_words() -> None:
    body = json.loads('{"error": {"code": "invalid_request", "message": "+12025550142"}}')
    assert str(refusal("VozAgent", 400, {}, body)) == "400 invalid_request"
    assert str(not_readable("VozAgent", 500, body)) == "500 invalid_request"
