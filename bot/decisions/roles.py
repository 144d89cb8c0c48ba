"""Who may do what to a call that is not theirs."""

from collections.abc import Collection

from bot.calls.call import Call


def may_change(person: str, call: Call, helpers: Collection[str]) -> bool:
    """The asker may; so may leads, on-call staff and admins (``helpers``, Slack user ids)."""
    return person == call.home.asker or person in helpers
