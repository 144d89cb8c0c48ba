"""A stand-in for UnleashX: its three pages, agents that break its rules, and misbehaviour."""

from bot.demo.telephony import Fault, Kind, Outcome
from bot.demo.unleashx.agents import VoiceAgent
from bot.demo.unleashx.calls import Call
from bot.demo.unleashx.server import DEMO_KEY, UnleashXStandIn

__all__ = ["DEMO_KEY", "Call", "Fault", "Kind", "Outcome", "UnleashXStandIn", "VoiceAgent"]
