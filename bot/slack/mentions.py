"""`@Switchboard call …` in channels and threads, and plain words in a direct message."""

import re
from collections.abc import Mapping
from typing import Any

from bot.calls.call import Home
from bot.calls.inbox import Delivery
from bot.flows.ask import Typed

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def said_to_us(delivery: Delivery, bot_user: str) -> Typed:
    """What was said, without our own name; answers go where it was said, a thread included."""
    event = delivery.body["event"]
    home = Home(
        team=delivery.team,
        channel=str(event["channel"]),
        asker=str(event["user"]),
        thread=event.get("thread_ts"),
    )
    return Typed(home, _without_us(str(event.get("text") or ""), bot_user), delivery.id, None)


def is_said_to_us(event: Mapping[str, Any]) -> bool:
    """A mention or a direct message by a person."""
    return event.get("type") in {"app_mention", "message"} and bool(event.get("user"))


def _without_us(text: str, bot_user: str) -> str:
    """Our name is an address, not a person to be called; other people's names stay."""
    kept = MENTION.sub(lambda found: "" if found[1] == bot_user else found[0], text)
    return " ".join(kept.split(" ")).strip(" ,:")
