"""A stand-in for VozAgent: real paths, stateful calls that progress, and misbehaviour on demand."""

from bot.demo.vozagent.calls import Assistant, Call, Outcome
from bot.demo.vozagent.faults import Fault, Kind
from bot.demo.vozagent.server import VozAgentStandIn

__all__ = ["Assistant", "Call", "Fault", "Kind", "Outcome", "VozAgentStandIn"]
