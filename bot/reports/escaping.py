"""Other people's words inside Slack's mrkdwn."""


def escape(text: str) -> str:
    """User data inside mrkdwn: no mention, link or channel call can come out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
