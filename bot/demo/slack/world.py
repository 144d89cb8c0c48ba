"""The workspace people meet: team, users, groups, channels, the app; and a sensible default."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


class NotInWorld(LookupError):
    """No such user, channel or group; the text says what was looked for."""


@dataclass
class User:
    """A person or a bot user; ``tz`` is an IANA zone name."""

    id: str
    name: str
    real_name: str
    tz: str = "America/New_York"
    role: str = "rep"
    is_bot: bool = False
    email: str = ""
    is_admin: bool = False
    deleted: bool = False

    def tz_offset(self, now: datetime) -> int:
        """Seconds east of UTC in the user's zone at that moment."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass
class Channel:
    """A channel, or a direct message when ``is_im``."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_im: bool = False
    is_private: bool = False
    is_archived: bool = False
    topic: str = ""


@dataclass
class Group:
    """A user group; ``handle`` is what people type after the @."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Command:
    """A slash command of the app."""

    command: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app; ``type`` is "message" or "global"."""

    callback_id: str
    name: str
    type: str = "message"


# The event subscriptions of the app; messages are subscribed to by kind of conversation.
ALL_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "file_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
    }
)


@dataclass
class App:
    """The one installed app and its bot user."""

    id: str = "A0SWITCHBRD"
    name: str = "Switchboard"
    bot_id: str = "B0SWITCHBRD"
    bot_user: str = "U0SWITCHBRD"
    commands: list[Command] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    events: frozenset[str] = ALL_EVENTS


@dataclass
class World:
    """Everything that exists before anybody says a word."""

    team_id: str
    team_name: str
    team_domain: str
    app: App
    users: list[User] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def user(self, who: str) -> User:
        """Find by id, handle, real name or first name; raises ``NotInWorld``."""
        wanted = who.lstrip("@").lower()
        for user in self.users:
            names = {user.id, user.name, user.real_name, user.real_name.split(" ")[0]}
            if wanted in {name.lower() for name in names}:
                return user
        raise NotInWorld(f"no user {who!r}")

    def has_user(self, user_id: str) -> bool:
        return any(user.id == user_id for user in self.users)

    def channel(self, which: str, user: str = "") -> Channel:
        """Find by id, name or ``#name``; ``dm`` is the user's direct message with the bot."""
        if which == "dm":
            return self.dm(self.user(user).id)
        for channel in self.channels:
            if channel.id == which or (not channel.is_im and channel.name == which.lstrip("#")):
                return channel
        raise NotInWorld(f"no channel {which!r}")

    def dm(self, user_id: str) -> Channel:
        """The direct message of that user and the bot; made when first asked for."""
        pair = {user_id, self.app.bot_user}
        for channel in self.channels:
            if channel.is_im and set(channel.members) == pair:
                return channel
        self.user(user_id)
        made = Channel(f"D{user_id[1:]}", "directmessage", [user_id, self.app.bot_user], is_im=True)
        self.channels.append(made)
        return made

    def group(self, group_id: str) -> Group:
        """Raises ``NotInWorld``."""
        for group in self.groups:
            if group_id in (group.id, group.handle):
                return group
        raise NotInWorld(f"no user group {group_id!r}")

    def bot_is_in(self, channel: Channel) -> bool:
        return self.app.bot_user in channel.members

    def mention(self) -> str:
        """How the bot is mentioned in a message text."""
        return f"<@{self.app.bot_user}>"


def user_object(user: User, team_id: str, now: datetime) -> dict[str, Any]:
    """The user as users.info answers it."""
    zone = now.astimezone(ZoneInfo(user.tz))
    return {
        "id": user.id,
        "team_id": team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": zone.tzname() or user.tz,
        "tz_offset": user.tz_offset(now),
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "email": user.email,
            "team": team_id,
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }


RITA, LEE, OMAR = "U0RITA", "U0LEE", "U0OMAR"
SALES, RANDOM = "C0SALES", "C0RANDOM"


def acme(command: str = "/dial") -> World:
    """A small sales team in three zones; the bot is in #sales but not in #random."""
    app = App(
        commands=[Command(command, "Call someone", "+1 415 555 0123 tomorrow 10am")],
        shortcuts=[Shortcut("call_this_number", "Call this number…", "message")],
    )
    people = [
        User(RITA, "rita", "Rita Rep", "America/New_York", "rep", email="rita@acme.example"),
        User(LEE, "lee", "Lee Lead", "America/Chicago", "lead", email="lee@acme.example"),
        User(OMAR, "omar", "Omar Oncall", "Europe/London", "on-call", email="omar@acme.example"),
        User(app.bot_user, "switchboard", app.name, "America/Los_Angeles", "bot", is_bot=True),
    ]
    everyone = [RITA, LEE, OMAR]
    world = World("T0ACME", "Acme", "acme", app, people)
    world.channels = [
        Channel(SALES, "sales", [*everyone, app.bot_user], topic="Calls of the sales team"),
        Channel(RANDOM, "random", list(everyone)),
    ]
    world.groups = [
        Group("S0LEADS", "sales-leads", "Sales leads", [LEE]),
        Group("S0ONCALL", "on-call", "On call", [OMAR]),
    ]
    for person in everyone:
        world.dm(person)
    return world
