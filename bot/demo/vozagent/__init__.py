"""A stand-in for VozAgent: real paths, stateful calls that progress, and misbehaviour on demand."""

from bot.demo.telephony import Fault, Kind, Outcome
from bot.demo.vozagent.calls import Assistant, Call
from bot.demo.vozagent.server import VozAgentStandIn

__all__ = ["Assistant", "Call", "Fault", "Kind", "Outcome", "VozAgentStandIn"]
