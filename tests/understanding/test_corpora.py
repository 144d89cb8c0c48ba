"""How much of the language is understood, measured on whole corpora and not line by line."""

import time

import pytest

from bot.understanding.seam import parse_line, parse_when_line
from bot.understanding.warm import warm_up
from tests.understanding.corpora import asked, lines
from tests.understanding.judge import (
    has_wrong_phone,
    is_right_command,
    is_right_when,
    is_silently_wrong_command,
    is_silently_wrong_when,
)

PHRASES = ("when_dev.jsonl", "own_when.jsonl")
COMMANDS = ("commands_dev.jsonl", "own_commands.jsonl")


@pytest.mark.parametrize("corpus", PHRASES)
def test_phrases_are_understood(corpus: str) -> None:
    answers = [(parse_when_line(asked(line)), line) for line in lines(corpus)]
    wrong = [(line["text"], got) for got, line in answers if not is_right_when(got, line["expect"])]
    assert len(wrong) <= 0.02 * len(answers), wrong


@pytest.mark.parametrize("corpus", PHRASES)
def test_hardly_a_phrase_is_scheduled_wrongly_in_silence(corpus: str) -> None:
    silent = [
        line["text"]
        for line in lines(corpus)
        if is_silently_wrong_when(parse_when_line(asked(line)), line["expect"])
    ]
    assert len(silent) <= 1, silent


@pytest.mark.parametrize("corpus", COMMANDS)
def test_commands_are_understood(corpus: str) -> None:
    answers = [(parse_line(asked(line)), line) for line in lines(corpus)]
    wrong = [
        (line["text"], got) for got, line in answers if not is_right_command(got, line["expect"])
    ]
    assert len(wrong) <= 0.03 * len(answers), wrong


@pytest.mark.parametrize("corpus", COMMANDS)
def test_no_command_goes_to_a_wrong_number_or_time_in_silence(corpus: str) -> None:
    for line in lines(corpus):
        got = parse_line(asked(line))
        assert not is_silently_wrong_command(got, line["expect"]), (line["text"], got)
        assert not has_wrong_phone(got, line["expect"]), (line["text"], got)


def test_a_warm_line_takes_a_few_milliseconds() -> None:
    warm_up()
    spent = []
    for name in (*PHRASES, *COMMANDS):
        parse = parse_when_line if name in PHRASES else parse_line
        for line in lines(name):
            began = time.perf_counter()
            parse(asked(line))
            spent.append(time.perf_counter() - began)
    assert sorted(spent)[int(len(spent) * 0.99)] < 0.025  # seconds
