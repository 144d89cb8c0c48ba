"""users.* and usergroups.*: people and groups."""

from typing import Any

from bot.demo.slack.errors import SlackError
from bot.demo.slack.web_api.arguments import Call, Method
from bot.demo.slack.world import Group, NotInWorld, user_object

Json = dict[str, Any]


async def info(call: Call) -> Json:
    (wanted,) = call.need("user")
    for user in call.ws.world.users:
        if user.id == wanted:
            return {"user": user_object(user, call.ws.world.team_id, call.ws.clock())}
    raise SlackError("user_not_found")


async def list_(call: Call) -> Json:
    page, cursor = call.page(call.ws.world.users)
    team, now = call.ws.world.team_id, call.ws.clock()
    people = [user_object(user, team, now) for user in page]
    return {"members": people, "response_metadata": {"next_cursor": cursor}}


async def lookup_by_email(call: Call) -> Json:
    (wanted,) = call.need("email")
    for user in call.ws.world.users:
        if user.email and user.email.lower() == wanted.lower():
            return {"user": user_object(user, call.ws.world.team_id, call.ws.clock())}
    raise SlackError("users_not_found")


def group_object(group: Group, team_id: str, *, users: bool) -> Json:
    """The user group; its members only if asked for."""
    body: Json = {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": 1700000000,
        "date_update": 1700000000,
        "date_delete": 0,
        "user_count": len(group.users),
        "prefs": {"channels": [], "groups": []},
    }
    return body | ({"users": list(group.users)} if users else {})


async def groups_list(call: Call) -> Json:
    users = call.flag("include_users")
    team = call.ws.world.team_id
    return {"usergroups": [group_object(g, team, users=users) for g in call.ws.world.groups]}


async def group_members(call: Call) -> Json:
    (wanted,) = call.need("usergroup")
    try:
        return {"users": list(call.ws.world.group(wanted).users)}
    except NotInWorld:
        raise SlackError("no_such_subteam") from None


METHODS: dict[str, Method] = {
    "users.info": info,
    "users.list": list_,
    "users.lookupByEmail": lookup_by_email,
    "usergroups.list": groups_list,
    "usergroups.users.list": group_members,
}
