"""A stand-in for Voicy: real paths and limits, calls that progress, signed webhooks."""

from bot.demo.telephony import Fault, Kind, Outcome
from bot.demo.voicy.calls import AGENTS, DANA, DEMO_FROM, SALES, SWITCHED_OFF, Agent, Call
from bot.demo.voicy.server import DEMO_KEY, VoicyStandIn
from bot.demo.voicy.webhooks import Parcel

__all__ = [
    "AGENTS",
    "DANA",
    "DEMO_FROM",
    "DEMO_KEY",
    "SALES",
    "SWITCHED_OFF",
    "Agent",
    "Call",
    "Fault",
    "Kind",
    "Outcome",
    "Parcel",
    "VoicyStandIn",
]
