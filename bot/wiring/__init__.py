"""The one place where the rooms are joined."""

from bot.wiring.shop import Shop, clock_of, slack_client

__all__ = ["Shop", "clock_of", "slack_client"]
