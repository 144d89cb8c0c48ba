"""In practice mode every message and form says so, and Slack still takes them all."""

import ast
from pathlib import Path
from typing import Any

import pytest

import bot.slack
from bot.demo.slack import problems_of_message, problems_of_view
from bot.slack.blocks import context, section
from bot.slack.client import HARMLESS, READS
from bot.slack.practice import FILES, MESSAGES, NOTE, VIEWS, marked, said
from tests.slack import surfaces
from tests.slack.test_surfaces import MOST_BLOCK_TEXT, texts

Drawn = dict[str, Any]
MANY, FORMS = surfaces.messages(), list(surfaces.views())
# Nobody reads what these are given.
SILENT = HARMLESS | READS | {"conversations.open", "files.getUploadURLExternal"}


@pytest.mark.parametrize(("name", "drawn"), MANY, ids=[name for name, _ in MANY])
def test_every_message_says_it_and_slack_takes_it(name: str, drawn: Drawn) -> None:
    shown = marked(drawn)
    assert problems_of_message(shown) == []
    assert shown["text"].startswith(NOTE)
    assert NOTE in str(shown["blocks"][0])
    assert shown["blocks"][1:] == drawn["blocks"]
    assert sum(map(len, texts(shown["blocks"]))) <= MOST_BLOCK_TEXT
    assert len(shown["text"]) <= 4_000


@pytest.mark.parametrize(("name", "drawn"), FORMS, ids=[name for name, _ in FORMS])
def test_every_form_says_it_and_slack_takes_it(name: str, drawn: Drawn) -> None:
    shown = said("views.open", {"trigger_id": "1.2", "view": drawn})
    assert problems_of_view(shown["view"]) == []
    assert NOTE in str(shown["view"]["blocks"][0])
    assert shown["view"]["blocks"][1:] == drawn["blocks"]
    assert NOTE not in str(drawn["blocks"][0])


@pytest.mark.parametrize("method", sorted(MESSAGES))
def test_posts_edits_and_whispers_say_it(method: str) -> None:
    shown = said(method, {"channel": "C0SALES", "ts": "1.2", "text": "Hello", "blocks": []})
    assert shown == {
        "channel": "C0SALES",
        "ts": "1.2",
        "text": f"{NOTE}. Hello",
        "blocks": [],
    }


@pytest.mark.parametrize("method", sorted(VIEWS))
def test_forms_and_the_home_tab_say_it(method: str) -> None:
    shown = said(method, {"view": {"type": "home", "blocks": [section("Hello")]}})
    assert shown["view"]["blocks"] == [context(f"*{NOTE}*"), section("Hello")]


def test_files_are_shared_with_words_that_say_it() -> None:
    assert said(FILES, {"files": []}) == {"files": [], "initial_comment": f"{NOTE}."}
    shown = said(FILES, {"files": [], "initial_comment": "Results"})
    assert shown["initial_comment"] == f"{NOTE}. Results"


def test_what_only_deletes_a_message_stays_as_it_is() -> None:
    assert marked({"delete_original": True}) == {"delete_original": True}
    assert said("users.info", {"user": "U0RITA"}) == {"user": "U0RITA"}


@pytest.mark.parametrize(
    "first",
    [
        section("Hello"),
        context("small print"),
        {"type": "divider"},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}]},
        section("x" * 2_900),
    ],
)
@pytest.mark.parametrize("other", [section("Hello"), {"type": "divider"}])
def test_a_message_with_as_many_blocks_as_slack_allows_says_it_too(
    first: Drawn, other: Drawn
) -> None:
    shown = marked({"text": "Hello", "blocks": [first, *[other] * 49]})
    assert len(shown["blocks"]) == 50
    assert sum(NOTE in str(block) for block in shown["blocks"]) == 1
    assert problems_of_message(shown) == []


def test_nothing_people_see_goes_to_slack_by_another_method() -> None:
    """A method that is new here must be sorted: does it show words to people, or not?"""
    trees = (
        ast.parse(file.read_text(encoding="utf-8"))
        for file in Path(bot.slack.__file__).parent.rglob("*.py")
    )
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    named = {
        node.args[0].value
        for node in calls
        if isinstance(node.func, ast.Attribute) and node.func.attr == "call" and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    assert named <= MESSAGES | VIEWS | SILENT | {FILES}
    assert {"chat.postMessage", "chat.update", "views.open"} <= named
