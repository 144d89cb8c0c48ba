"""Vozzo's agents, its calls, and the recipients whose slot has not opened yet."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.demo import telephony
from bot.demo.telephony import Post

DEMO_AGENT_ID = "5b1f7c0e-3d52-4e7a-9c46-8f20d1a6b3e9"


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent of the account; the API has no list of them."""

    id: str
    name: str
    language: str = "English"


AGENTS = (Agent(DEMO_AGENT_ID, "Priya", "Hindi"),)


@dataclass(slots=True, kw_only=True)
class Call(telephony.Call):
    """One call that rang. ``metadata`` is what the request's string held."""

    agent: Agent
    language: str
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who will be rung at ``opens`` (aware UTC); ``post`` is the request that asks it."""

    number: str
    agent: Agent
    language: str
    metadata: dict[str, Any]
    accepted_at: datetime
    opens: datetime
    post: Post
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
