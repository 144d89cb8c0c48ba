"""A stand-in for Vozzo: takes recipients with a slot of time, rings in it, reports nothing back."""

from bot.demo.telephony import Fault, Kind, Outcome
from bot.demo.vozzo.calls import AGENTS, DEMO_AGENT_ID, Agent, Call
from bot.demo.vozzo.server import DEMO_KEY, VozzoStandIn
from bot.demo.vozzo.slots import Slot

__all__ = [
    "AGENTS",
    "DEMO_AGENT_ID",
    "DEMO_KEY",
    "Agent",
    "Call",
    "Fault",
    "Kind",
    "Outcome",
    "Slot",
    "VozzoStandIn",
]
