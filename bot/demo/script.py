"""Plays a text script against the demo and prints the conversation.

One instruction a line; ``#`` begins a comment line. Instructions::

    as lee                        who acts: rita (rep, at the start), nora (rep in New York),
                                  lee (lead), omar (on-call)
    in #random                    where; #sales at the start
    /dial +1 415 555 2671 …       type a slash command
    press Schedule call           the newest button of that name, in a message or the open form
    fill notes = Ring twice       a field of the open form, by its id
    submit                        the open form
    skip to 10:00 tomorrow        move the clock, in the acting person's zone (today, tomorrow)
    skip 20 minutes               or seconds, hours, days
    skip to next call             to the minute the next waiting call is due
    calls go no-answer            how calls go from now on, at all providers: a key of
                                  ``cards.OUTCOMES``, such as answered, busy, voicemail, failed
    calls go busy at voicy        the same at one: vozagent, vozzo, unleashx, voicy
    trouble answer-lost at vozzo  what goes wrong with the next dial there: a key of
                                  ``troubles.TROUBLES``, such as bad-key, too-many, error, silent
    webhook before                Voicy's comes before the poll knows; or after it; or off
    wait for Reached              until the person can read that in this channel
    expect Summary                fails when it cannot be read now; `expect not …` the reverse
    show                          print the conversation as it stands
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.demo.cards import OUTCOMES, WEBHOOKS, Card
from bot.demo.slack.elements import label_of, walk
from bot.demo.slack.errors import Refused
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.stage import Stage
from bot.demo.troubles import TROUBLES

Say = Callable[[str], None]
WAIT = 20.0  # seconds
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class ScriptFailed(Exception):
    """An instruction could not be done; the text names the line and shows the conversation."""


async def play(stage: Stage, script: str, say: Say) -> None:
    """Do every line; print the conversation at the end. Raises ``ScriptFailed``."""
    player = Player(stage, say)
    for number, line in enumerate(script.splitlines(), 1):
        if not line.strip() or line.strip().startswith("#!") or line.startswith("# "):
            continue
        try:
            await player.do(line.strip())
        except (Refused, LookupError, ValueError, TimeoutError) as error:
            raise ScriptFailed(f"line {number}: {line.strip()}\n{error}") from error
    player.show("")


class Player:
    """Acts as one person in one channel at a time."""

    def __init__(self, stage: Stage, say: Say) -> None:
        self._stage = stage
        self._slack = stage.slack
        self._say = say
        self._person, self._channel = "rita", "#sales"
        self._filled: dict[str, str] = {}
        self._instructions: dict[str, Callable[[str], Awaitable[None]]] = {
            "as": self._as, "in": self._in, "press": self._press, "fill": self._fill,
            "submit": self._submit, "skip": self._skip, "calls": self._calls,
            "trouble": self._trouble, "webhook": self._webhook,
            "wait": self._wait_for, "expect": self._expect, "show": self._show,
        }  # fmt: skip

    async def do(self, line: str) -> None:
        """One instruction. Raises ``ValueError`` for one that is unknown."""
        if line.startswith("/"):
            self._say(f"{self._person} types: {line}")
            await self._slack.command(self._person, self._channel, line)
            return
        word, _, rest = line.partition(" ")
        if word not in self._instructions:
            known = ", ".join(sorted(self._instructions))
            raise ValueError(f"I know no instruction “{word}”; there are: /command, {known}")
        await self._instructions[word](rest.strip())

    def show(self, rest: str) -> None:
        """Print the conversation as the acting person sees it."""
        self._say(self._slack.transcript(self._person, self._channel))

    async def _as(self, rest: str) -> None:
        self._person = self._slack.world.user(rest).id

    async def _in(self, rest: str) -> None:
        self._channel = rest

    async def _press(self, label: str) -> None:
        where, action, block = await self._slack.until(lambda _: self._find(label), WAIT)
        self._say(f"{self._person} presses: [{label}]")
        await self._slack.click(self._person, where, action, block_id=block)

    def _find(self, label: str) -> tuple[Message | View, str, str]:
        """The newest place with that button: the open form first, then messages backwards."""
        places: list[Message | View] = [
            *self._slack.seen_by(self._person, self._channel),
            *self._slack.views(self._person),
        ]
        for place in reversed(places):
            blocks = place.all_blocks() if isinstance(place, Message) else place.blocks
            for block, element in walk(blocks):
                if element["type"] == "button" and label_of(element) == label:
                    return place, str(element["action_id"]), str(block.get("block_id", ""))
        raise LookupError(f"no button [{label}] to be seen")

    async def _fill(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self._filled[name.strip()] = value.strip()

    async def _submit(self, rest: str) -> None:
        view = await self._slack.until(lambda s: s.views(self._person)[-1], WAIT)
        answer = await self._slack.submit(self._person, view, self._filled)
        self._filled = {}
        if answer.errors:
            raise ValueError(f"the form came back with errors: {answer.errors}")

    async def _skip(self, rest: str) -> None:
        target = await self._target(rest)
        self._slack.move_to(target)
        zone = ZoneInfo(self._slack.world.user(self._person).tz)
        self._say(f"the clock is at {target.astimezone(zone):%a %-d %b, %H:%M}")

    async def _target(self, rest: str) -> datetime:
        now = self._slack.clock()
        zone = ZoneInfo(self._slack.world.user(self._person).tz)
        if rest == "to next call":
            due = await self._slack.until(lambda _: self._stage.next_due(), WAIT)
            return datetime.fromtimestamp(float(due or 0), zone)
        clock = re.fullmatch(r"to (\d{1,2}):(\d\d)(?: (today|tomorrow))?", rest)
        if clock:
            day = now.astimezone(zone).date() + timedelta(days=clock[3] == "tomorrow")
            return datetime.combine(day, time(int(clock[1]), int(clock[2])), zone)
        length = re.fullmatch(r"(\d+) (second|minute|hour|day)s?", rest)
        if length:
            return now + timedelta(seconds=int(length[1]) * UNITS[length[2]])
        raise ValueError("skip to HH:MM [tomorrow], skip to next call, or skip N minutes")

    async def _calls(self, rest: str) -> None:
        kind, cards = self._at(rest.removeprefix("go "))
        _check(kind, OUTCOMES, "calls can go")
        for card in cards:
            card.outcome(kind)

    async def _trouble(self, rest: str) -> None:
        name, cards = self._at(rest)
        _check(name, TROUBLES, "there is the trouble")
        for card in cards:
            card.trouble(name)

    async def _webhook(self, rest: str) -> None:
        _check(rest, WEBHOOKS, "the webhook can come")
        self._stage.cards.voicy.webhook(rest)

    def _at(self, rest: str) -> tuple[str, list[Card]]:
        """``busy at voicy``: the word before, and the card of that provider, or all."""
        word, _, provider = rest.partition(" at ")
        every = self._stage.cards.all
        if provider:
            _check(provider.strip(), every, "there are the providers")
        return word.strip(), [every[provider.strip()]] if provider else list(every.values())

    async def _wait_for(self, rest: str) -> None:
        text = rest.removeprefix("for ").strip()
        await self._slack.until(lambda _: text in self._reads(), WAIT)

    async def _expect(self, rest: str) -> None:
        if rest.startswith("not "):
            wrong = rest.removeprefix("not ") in self._reads()
        else:
            wrong = rest not in self._reads()
        if wrong:
            raise ValueError(f"not as expected:\n{self._reads()}")

    async def _show(self, rest: str) -> None:
        await asyncio.sleep(0)
        self.show(rest)

    def _reads(self) -> str:
        return self._slack.transcript(self._person, self._channel)


def _check(word: str, known: Iterable[str], what: str) -> None:
    """Raises ``ValueError`` for a word that is not known."""
    if word not in known:
        raise ValueError(f"{what}: {', '.join(known)}; not “{word}”")
