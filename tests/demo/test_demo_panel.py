"""The panel of the demo: what reached each stand-in, and the knobs that decide what comes next."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.demo.cards import Card, Cards
from bot.demo.stand_ins import StandIns
from bot.demo.troubles import NONE
from bot.demo.voicy import DEMO_FROM

Json = dict[str, Any]
NUMBER = "+14155550171"
DIAL = {"from_number": DEMO_FROM, "to_number": NUMBER}
SHOWN = "POST call-dial +1 415-555-••71"


@dataclass
class Visitor:
    """Asks Voicy's stand-in as a bot would, and looks at its card."""

    stand_ins: StandIns
    cards: Cards
    http: aiohttp.ClientSession

    @property
    def card(self) -> Card:
        return self.cards.all["voicy"]

    async def ask(self, path: str, **options: Any) -> int:
        async with self.http.get(f"{self.stand_ins.voicy.base_url}{path}", **options) as answer:
            return answer.status

    async def dial(self, *, key: str | None = None) -> int | None:
        """The status; ``None`` for no answer."""
        headers = {"Authorization": f"Bearer {key}"} if key else None
        url = f"{self.stand_ins.voicy.base_url}/call-dial"
        try:
            async with self.http.post(url, json=DIAL, headers=headers) as answer:
                return answer.status
        except (aiohttp.ServerDisconnectedError, TimeoutError):
            return None

    def lines(self) -> list[str]:
        """What the card shows, newest first."""
        shown = self.card.as_page()["received"]
        return [f"{line['words']} → {line['answer']} ×{line['times']}" for line in shown]


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    stand_ins = StandIns(pace=0.01)
    cards = Cards(stand_ins)
    await stand_ins.start()
    headers = {"Authorization": f"Bearer {stand_ins.voicy.api_key}"}
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as http:
        yield Visitor(stand_ins, cards, http)
    await stand_ins.stop()


async def test_a_dial_is_seen_with_its_number_masked(visitor: Visitor) -> None:
    assert await visitor.dial() == 201
    page = visitor.card.as_page()
    assert visitor.lines() == [f"{SHOWN} → 201 ×1"]
    assert page["received"][0]["note"] == "from +1 202-555-••88"
    assert (page["dials"], page["tally"]) == (1, "1 dial · 1 rang · 0 questions")


async def test_questions_that_are_alike_share_a_line_until_the_next_dial(visitor: Visitor) -> None:
    for _ in range(3):
        await visitor.ask("/agent-list")
    await visitor.dial()
    call_id = visitor.stand_ins.voicy.posts[0].call_id
    assert await visitor.ask(f"/call-get/{call_id}") == 200
    assert await visitor.ask("/agent-list") == 200
    assert await visitor.ask(f"/call-get/{call_id}") == 200
    assert visitor.lines() == [
        "GET call-get/… → 200 ×2",
        "GET agent-list → 200 ×1",
        f"{SHOWN} → 201 ×1",
        "GET agent-list → 200 ×3",
    ]


async def test_a_dial_with_a_wrong_key_is_seen_too(visitor: Visitor) -> None:
    assert await visitor.dial(key="stolen") == 401
    assert visitor.lines() == [f"{SHOWN} → 401 ×1"]
    assert visitor.card.as_page()["tally"] == "1 dial · 0 rang · 0 questions"


@pytest.mark.parametrize(
    ("trouble", "status", "note"),
    [
        ("answer-lost", None, "the phone rang all the same"),
        ("bad-key", 401, ""),
        ("too-many", 429, ""),
        ("error", 500, ""),
    ],
)
async def test_trouble_strikes_one_dial(
    visitor: Visitor, trouble: str, status: int | None, note: str
) -> None:
    visitor.cards.turn("voicy.trouble", trouble)
    assert knob(visitor.card, "trouble")["value"] == trouble
    assert await visitor.dial() == status
    line = visitor.card.as_page()["received"][0]
    assert line["answer"] == str(status or "no answer")
    assert line["note"].endswith(note)
    assert knob(visitor.card, "trouble")["value"] == NONE
    assert await visitor.dial() == 201


async def test_a_dial_that_gets_no_answer_is_seen_while_it_waits(visitor: Visitor) -> None:
    visitor.card.trouble("silent")
    waiting = asyncio.create_task(visitor.dial())
    async with asyncio.timeout(5):
        while not visitor.stand_ins.voicy.posts:
            await asyncio.sleep(0.01)
    assert visitor.lines() == [f"{SHOWN} → … ×1"]
    waiting.cancel()  # whoever asked goes away
    async with asyncio.timeout(5):
        while visitor.lines() != [f"{SHOWN} → no answer ×1"]:
            await asyncio.sleep(0.01)
    assert visitor.card.as_page()["received"][0]["note"].endswith("no phone rang")


async def test_trouble_can_be_taken_back(visitor: Visitor) -> None:
    visitor.card.trouble("error")
    visitor.card.trouble(NONE)
    assert await visitor.dial() == 201


async def test_a_webhook_is_seen_with_what_was_answered(visitor: Visitor) -> None:
    nobody = visitor.stand_ins.vozzo.origin + "/webhooks"  # a server that has no such page
    visitor.cards.voicy.listen_at(nobody)
    visitor.cards.turn("voicy.webhook", "before")
    await visitor.dial()
    async with asyncio.timeout(5):
        while len(visitor.lines()) < 2:
            await asyncio.sleep(0.01)
    assert visitor.lines()[0] == "sent a webhook, call_ended → 404 ×1"
    visitor.cards.turn("voicy.webhook", "off")
    assert visitor.stand_ins.voicy.account.webhook_url is None


def test_every_card_says_what_is_peculiar_and_has_all_its_choices() -> None:
    cards = Cards(StandIns()).as_page()
    assert [card["name"] for card in cards] == ["VozAgent", "Vozzo", "UnleashX", "Voicy"]
    for card in cards:
        assert card["about"].endswith(".")
        for one in card["knobs"]:
            assert one["value"] in [choice["value"] for choice in one["choices"]]
    assert [len(card["knobs"]) for card in cards] == [2, 2, 2, 3]


@pytest.mark.parametrize(
    ("one", "value"),
    [
        ("acme.trouble", "error"),
        ("voicy.volume", "high"),
        ("voicy.trouble", "fire"),
        ("voicy.webhook", "maybe"),
        ("voicy.outcome", "great"),
    ],
)
def test_a_knob_that_is_not_there_turns_nothing(one: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"could be set|no such outcome"):
        Cards(StandIns()).turn(one, value)


def knob(card: Card, name: str) -> Json:
    (found,) = [one for one in card.as_page()["knobs"] if one["id"].endswith(f".{name}")]
    return dict(found)
