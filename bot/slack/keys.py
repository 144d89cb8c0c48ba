"""By what a Slack delivery is recognised when it comes again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def delivery_key(kind: str, body: Mapping[str, Any]) -> str:
    """Equal for redeliveries of the same thing, different for two clicks on one button."""
    if kind == "event" and body.get("event_id"):
        return str(body["event_id"])
    if kind == "view" and body.get("view"):
        view = body["view"]
        return f"view:{view['id']}:{view.get('hash', '')}"
    if body.get("trigger_id"):
        return f"{kind}:{body['trigger_id']}"
    whole = json.dumps(body, sort_keys=True, default=str).encode()
    return f"{kind}:sha256:{hashlib.sha256(whole).hexdigest()}"


def team_of(body: Mapping[str, Any]) -> str:
    """The workspace a delivery came from."""
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    user = body.get("user")
    if not team and isinstance(user, Mapping):
        team = user.get("team_id")
    return str(team or "")
