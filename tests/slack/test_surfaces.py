"""Slack takes whatever the bot draws, the demo page can draw it, and nothing in it gives away
a number or notifies a channel."""

import json
import re
from typing import Any

import pytest

from bot.demo.page.drawable import DRAWABLE_BLOCKS, DRAWABLE_ELEMENTS
from bot.demo.slack import problems_of_message, problems_of_view
from tests.slack import surfaces

Drawn = dict[str, Any]
MESSAGES, VIEWS = surfaces.messages(), list(surfaces.views())
CHANNEL = [*surfaces.roots(), *surfaces.results()]
TOKEN = re.compile(r"<(!date\^\d+\^[^|>]*\|[^<>]*|@[UW]\w+|#[CDG]\w+|https?://[^|<>\s]+\|Listen)>")
MOST_BLOCK_TEXT, LONGEST_VIEW = 13_200, 250_000
NUMBER = re.compile(r"\W{0,3}".join("4155550123"))


def ids(named: list[tuple[str, Drawn]]) -> list[str]:
    return [name for name, _ in named]


def parts(drawn: Any, kind: str) -> list[Any]:
    """Everything under that key, at any depth."""
    if isinstance(drawn, list):
        return [found for each in drawn for found in parts(each, kind)]
    if not isinstance(drawn, dict):
        return []
    own = [drawn[kind]] if kind in drawn else []
    return own + [found for each in drawn.values() for found in parts(each, kind)]


def texts(drawn: Any) -> list[str]:
    return [text for text in parts(drawn, "text") if isinstance(text, str)]


def mrkdwn(drawn: Drawn) -> list[str]:
    """What Slack reads as markup: the fallback text and every mrkdwn object."""
    found = [str(drawn["text"])] if isinstance(drawn.get("text"), str) else []
    objects = [*parts(drawn, "text"), *parts(drawn, "fields"), *parts(drawn, "elements")]
    flat = [one for each in objects for one in (each if isinstance(each, list) else [each])]
    return found + [
        each["text"] for each in flat if isinstance(each, dict) and each.get("type") == "mrkdwn"
    ]


@pytest.mark.parametrize(("name", "drawn"), MESSAGES, ids=ids(MESSAGES))
def test_slack_takes_every_message(name: str, drawn: Drawn) -> None:
    assert problems_of_message(drawn) == []
    assert len(drawn["text"]) <= 4_000  # the most of an edit
    assert sum(map(len, texts(drawn["blocks"]))) <= MOST_BLOCK_TEXT
    assert {block["type"] for block in drawn["blocks"]} <= DRAWABLE_BLOCKS
    elements = [each for row in parts(drawn["blocks"], "elements") for each in row]
    assert {each["type"] for each in elements} <= DRAWABLE_ELEMENTS | {"mrkdwn"}
    assert all(len(value) <= 2_000 for value in parts(drawn, "value"))


@pytest.mark.parametrize(("name", "drawn"), MESSAGES, ids=ids(MESSAGES))
def test_markup_is_ours_alone_and_whole(name: str, drawn: Drawn) -> None:
    for text in mrkdwn(drawn):
        rest = TOKEN.sub("", text).replace("\n>", "\n")
        assert "<" not in rest, rest
        assert ">" not in rest, rest
        assert re.sub("&(amp|lt|gt);", "", rest).count("&") == 0, rest
        assert "&amp;lt;" not in text.replace("&amp;lt;/", "")
        assert "<!channel" not in text


@pytest.mark.parametrize(("name", "drawn"), CHANNEL, ids=ids(CHANNEL))
def test_the_channel_never_sees_the_whole_number(name: str, drawn: Drawn) -> None:
    assert not NUMBER.search(json.dumps(drawn, ensure_ascii=False))


@pytest.mark.parametrize(("name", "drawn"), VIEWS, ids=ids(VIEWS))
def test_slack_takes_every_form(name: str, drawn: Drawn) -> None:
    assert problems_of_view(drawn) == []
    assert {block["type"] for block in drawn["blocks"]} <= DRAWABLE_BLOCKS
    elements = [block["element"]["type"] for block in drawn["blocks"] if "element" in block]
    assert set(elements) <= DRAWABLE_ELEMENTS
    assert len(drawn["private_metadata"]) <= 3_000
    assert len(json.dumps(drawn).encode()) <= LONGEST_VIEW
    for groups in parts(drawn, "option_groups"):
        assert len(groups) <= 100
        assert all(len(group["options"]) <= 100 for group in groups)
        assert all(len(group["label"]["text"]) <= 75 for group in groups)


@pytest.mark.parametrize(("name", "drawn"), list(surfaces.confirmations()))
def test_every_confirmation_shows_both_clocks(name: str, drawn: Drawn) -> None:
    for said in (json.dumps(drawn["blocks"], ensure_ascii=False), drawn["text"]):
        assert "your time" in said or "their time and yours" in said
        assert "their time" in said or "Their time zone is unknown" in said
    assert (
        f"Nothing is {'changed' if name.startswith('move') else 'scheduled'} yet" in drawn["text"]
    )
