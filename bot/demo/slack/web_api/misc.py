"""auth.test, apps.connections.open, bots.info, team.info, reactions.add, api.test."""

import re
from typing import Any

from bot.demo.slack.errors import SlackError
from bot.demo.slack.web_api.arguments import Call, Method

Json = dict[str, Any]


async def auth_test(call: Call) -> Json:
    world = call.ws.world
    return {
        "url": f"https://{world.team_domain}.slack.com/",
        "team": world.team_name,
        "user": world.user(world.app.bot_user).name,
        "team_id": world.team_id,
        "user_id": world.app.bot_user,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


async def connections_open(call: Call) -> Json:
    """A ticket for one socket."""
    host = call.ws.origin.removeprefix("http://")
    query = f"ticket={call.hub.ticket()}&app_id={call.ws.world.app.id}"
    return {"url": f"ws://{host}/link/?{query}"}


async def bots_info(call: Call) -> Json:
    world = call.ws.world
    if (call.text("bot") or world.app.bot_id) != world.app.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": world.app.bot_id,
            "deleted": False,
            "name": world.app.name,
            "updated": 1700000000,
            "app_id": world.app.id,
            "user_id": world.app.bot_user,
            "icons": {},
        }
    }


async def team_info(call: Call) -> Json:
    world = call.ws.world
    return {
        "team": {
            "id": world.team_id,
            "name": world.team_name,
            "domain": world.team_domain,
            "url": f"https://{world.team_domain}.slack.com/",
            "email_domain": "",
            "icon": {},
        }
    }


async def reactions_add(call: Call) -> Json:
    channel = call.channel()
    name, ts = call.need("name", "timestamp")
    if not re.fullmatch(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    message = call.ws.messages.find(channel.id, ts)
    if message is None or message.ephemeral:
        raise SlackError("message_not_found")
    if not call.ws.world.bot_is_in(channel):
        raise SlackError("not_in_channel")
    people = message.reactions.setdefault(name, [])
    if call.ws.world.app.bot_user in people:
        raise SlackError("already_reacted")
    people.append(call.ws.world.app.bot_user)
    call.ws.show(message)
    return {}


async def api_test(call: Call) -> Json:
    return {"args": call.args}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "bots.info": bots_info,
    "team.info": team_info,
    "reactions.add": reactions_add,
    "api.test": api_test,
}
