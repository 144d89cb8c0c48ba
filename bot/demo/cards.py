"""The demo's panel: one card for each stand-in, with what it received and its knobs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.demo.received import Received, masked
from bot.demo.stand_ins import StandIns
from bot.demo.telephony import Outcome, Post, Refusal, StandIn
from bot.demo.troubles import TROUBLES, make_trouble, trouble_of
from bot.demo.voicy import Parcel, VoicyStandIn
from bot.demo.voicy.webhooks import Courier
from bot.demo.vozzo import VozzoStandIn
from bot.demo.vozzo.checks import checked

Json = dict[str, Any]

OUTCOMES = {
    "answered": "is answered",
    "no-answer": "is not answered",
    "busy": "finds the line busy",
    "voicemail": "reaches a voicemail",
    "failed": "fails",
}
WEBHOOKS = {
    "before": "comes before the poll",
    "after": "comes after the poll",
    "off": "is off",
}
UNSEEN = 30.0  # seconds for which Voicy shows no call, so that its webhook comes before the poll
LATE = 6.0  # seconds from the end of a call to its webhook, so that the poll comes before it
SUMMARY = (
    "The customer is interested in a kitchen remodel, has a budget of about 20,000 dollars and "
    "would like a visit on Tuesday afternoon."
)
TRANSCRIPT = "\n".join(
    (
        "Assistant: Hello, this is the AI assistant of Acme Kitchens. Is now good?",
        "Customer: Sure, I have two minutes.",
        "Assistant: You asked for a quote. What do you have in mind?",
        "Customer: New cabinets and a counter, around twenty thousand dollars.",
        "Assistant: Thank you. Would a visit suit you?",
        "Customer: Tuesday afternoon would be fine.",
        "Assistant: I noted Tuesday afternoon. Thank you for your time.",
    )
)


@dataclass(frozen=True, slots=True)
class Face:
    """How a provider is introduced; ``about`` says what a dial request asked of it."""

    label: str
    peculiar: str
    about: Callable[[Post], str]


def _slot(post: Post) -> str:
    """When Vozzo was asked to ring."""
    try:
        slot = checked(post.body).scheduled_call_config.timeslot_settings
    except Refusal:
        return ""
    days = "weekends too" if slot.allow_on_weekends else "weekdays only"
    hours = f"{slot.start_time}–{slot.end_time}"
    return f"{slot.start_date} {hours} {slot.timezone}, {days}"


FACES: Mapping[str, Face] = {
    "vozagent": Face(
        "VozAgent",
        "Tells how a call goes whenever it is asked.",
        lambda post: f"assistant {post.said('assistant_id') or post.said('assistant_name')}",
    ),
    "vozzo": Face("Vozzo", "Daily windows in Indian time; reports nothing back.", _slot),
    "unleashx": Face(
        "UnleashX",
        "A call can’t be read, only found in a list of executions.",
        lambda post: f"agent {post.said('agent_id')}",
    ),
    "voicy": Face(
        "Voicy",
        "60 requests a minute; a webhook when a call has ended.",
        lambda post: f"from {masked(str(post.said('from_number')))}",
    ),
}


class Card:
    """One stand-in as the page shows it, and as a script turns it."""

    def __init__(self, name: str, stand_in: StandIn) -> None:
        self.face = FACES[name]
        self.received = Received(stand_in.account.clock, stand_in.api, self.face.about)
        self._name = name
        self._stand_in = stand_in
        self._outcome = ""
        self.outcome("answered")
        stand_in.app.middlewares.insert(0, self.received.watch)

    def outcome(self, kind: str) -> None:
        """How calls go from now on; one of ``OUTCOMES``."""
        self._stand_in.outcome(
            Outcome(kind, summary=SUMMARY, transcript=TRANSCRIPT, seconds=134, cost=0.27)
        )
        self._outcome = kind

    def trouble(self, name: str) -> None:
        """What goes wrong with the next dial; one of ``TROUBLES``."""
        make_trouble(self._stand_in, name)

    def turn(self, knob: str, value: str) -> None:
        """Turn one of the knobs. Raises ``LookupError`` and ``ValueError``."""
        {"outcome": self.outcome, "trouble": self.trouble}[knob](value)

    def as_page(self) -> Json:
        """Everything the page draws of it."""
        return {
            "id": self._name,
            "name": self.face.label,
            "about": self.face.peculiar,
            "dials": len(self._stand_in.posts),
            "tally": self._tally(),
            "knobs": self._knobs(),
            "received": self.received.as_page(),
        }

    def _knobs(self) -> list[Json]:
        troubles = {name: trouble.label for name, trouble in TROUBLES.items()}
        return [
            self._knob("outcome", "A call", self._outcome, OUTCOMES),
            self._knob("trouble", "The next dial", trouble_of(self._stand_in), troubles),
        ]

    def _knob(self, knob: str, label: str, value: str, choices: Mapping[str, str]) -> Json:
        shown = [{"value": one, "label": words} for one, words in choices.items()]
        return {"id": f"{self._name}.{knob}", "label": label, "value": value, "choices": shown}

    def _tally(self) -> str:
        dials, rang = len(self._stand_in.posts), len(self._stand_in.calls)
        return " · ".join((_counted(dials, "dial"), f"{rang} rang", *self._more()))

    def _more(self) -> list[str]:
        return [_counted(len(self._stand_in.account.reads), "question")]


class VozzoCard(Card):
    """Nobody may ask it anything, but it keeps calls until their slot opens."""

    def __init__(self, name: str, stand_in: VozzoStandIn) -> None:
        self._vozzo = stand_in
        super().__init__(name, stand_in)

    def _more(self) -> list[str]:
        waiting = len(self._vozzo.waiting)
        return [f"{waiting} to ring later"] if waiting else []


class VoicyCard(Card):
    """Its webhook can come before or after the poll, or never."""

    def __init__(self, name: str, stand_in: VoicyStandIn) -> None:
        super().__init__(name, stand_in)
        self._account = stand_in.account
        self._account.courier = NotedCourier(self.received)
        self._url = ""
        self._webhook = "after"

    def listen_at(self, url: str) -> None:
        """Where the bot hears webhooks."""
        self._url = url
        self.webhook(self._webhook)

    def webhook(self, when: str) -> None:
        """From the next call on; one of ``WEBHOOKS``."""
        self._webhook = when
        self._account.webhook_url = None if when == "off" else self._url
        self._account.webhook_delay = LATE if when == "after" else 0.0
        self._account.listing_lag = UNSEEN if when == "before" else 0.0

    def turn(self, knob: str, value: str) -> None:
        """See ``Card``."""
        if knob == "webhook" and value in WEBHOOKS:
            self.webhook(value)
        else:
            super().turn(knob, value)

    def _knobs(self) -> list[Json]:
        return [*super()._knobs(), self._knob("webhook", "Webhook", self._webhook, WEBHOOKS)]

    def _more(self) -> list[str]:
        told = [_counted(len(self._account.courier.parcels), "webhook")]
        return [*super()._more(), *(told if self._account.courier.parcels else [])]


class NotedCourier(Courier):
    """Whose webhooks are seen in the log of the card."""

    def __init__(self, received: Received) -> None:
        super().__init__()
        self._received = received

    async def send(self, parcel: Parcel) -> int | None:
        """See ``Courier``."""
        status = await super().send(parcel)
        self._received.told("sent a webhook, call_ended", status)
        return status


class Cards:
    """All four, in the order in which they are shown; made before the stand-ins are started."""

    def __init__(self, stand_ins: StandIns) -> None:
        self.voicy = VoicyCard("voicy", stand_ins.voicy)
        self.all: Mapping[str, Card] = {
            "vozagent": Card("vozagent", stand_ins.vozagent),
            "vozzo": VozzoCard("vozzo", stand_ins.vozzo),
            "unleashx": Card("unleashx", stand_ins.unleashx),
            "voicy": self.voicy,
        }

    def as_page(self) -> list[Json]:
        """What the page draws."""
        return [card.as_page() for card in self.all.values()]

    def turn(self, knob: str, value: str) -> None:
        """``voicy.webhook`` and the like. Raises ``ValueError`` for what is not there."""
        provider, _, name = knob.partition(".")
        try:
            self.all[provider].turn(name, value)
        except LookupError:
            raise ValueError(f"there is no {knob} that could be set to {value!r}") from None


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
