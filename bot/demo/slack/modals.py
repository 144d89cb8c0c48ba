"""Views: each person's stack of up to three modals, and each person's App Home."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.demo.slack.errors import SlackError
from bot.demo.slack.ids import Ids
from bot.demo.slack.view_state import Values, kept, state_of
from bot.demo.slack.world import World

Json = dict[str, Any]

STACK_LIMIT = 3
VIEW_BYTES = 250_000


@dataclass
class View:
    """A view a person has open; the id stays, the hash changes with each update."""

    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None = None
    values: Values = field(default_factory=dict)
    notice: str = ""
    offered: dict[str, list[Json]] = field(default_factory=dict)  # action id -> external options

    @property
    def blocks(self) -> list[Json]:
        return list(self.content.get("blocks") or [])

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id") or "")

    @property
    def title(self) -> str:
        return str((self.content.get("title") or {}).get("text", ""))

    def state(self) -> Json:
        """Everything chosen so far, initial values included."""
        return state_of(self.blocks, self.values)


class Views:
    """Opens, pushes, updates and closes; raises ``SlackError`` as Slack does."""

    def __init__(self, world: World, ids: Ids) -> None:
        self._world = world
        self._ids = ids
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        return self.stacks.setdefault(user, [])

    def find(self, view_id: str) -> View | None:
        for stack in [*self.stacks.values(), list(self.homes.values())]:
            for view in stack:
                if view.id == view_id:
                    return view
        return None

    def by_external_id(self, external_id: str) -> View | None:
        for stack in self.stacks.values():
            for view in stack:
                if view.content.get("external_id") == external_id:
                    return view
        return None

    def open(self, user: str, content: Json) -> View:
        """A new stack; whatever was open is gone."""
        self._check(content)
        view = self._new(user, content)
        self.stacks[user] = [view]
        return view

    def push(self, user: str, content: Json) -> View:
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        self._check(content)
        view = self._new(user, content, below=stack[-1])
        stack.append(view)
        return view

    def update(self, view: View, content: Json, wanted_hash: str | None = None) -> View:
        if wanted_hash and wanted_hash != view.hash:
            raise SlackError("hash_conflict")
        self._check(content, view)
        view.content = with_ids(content, self._ids)
        view.hash = self._hash()
        view.values = kept(view.blocks, view.values)
        view.notice = ""
        return view

    def publish(self, user: str, content: Json, wanted_hash: str | None) -> View:
        home = self.homes.get(user)
        if home is not None:
            return self.update(home, content, wanted_hash)
        self._check(content)
        self.homes[user] = self._new(user, content)
        return self.homes[user]

    def close(self, view: View) -> None:
        """Close one view and whatever lies on top of it."""
        stack = self.stack(view.user)
        if view in stack:
            del stack[stack.index(view) :]

    def as_slack(self, view: View, *, with_state: bool = True) -> Json:
        """The view object as Slack sends it."""
        content, app = view.content, self._world.app
        return {
            "id": view.id,
            "team_id": self._world.team_id,
            "type": content["type"],
            "blocks": view.blocks,
            "private_metadata": content.get("private_metadata") or "",
            "callback_id": view.callback_id,
            "state": view.state() if with_state else {"values": {}},
            "hash": view.hash,
            "title": content.get("title") or {"type": "plain_text", "text": "View Title"},
            "clear_on_close": bool(content.get("clear_on_close")),
            "notify_on_close": bool(content.get("notify_on_close")),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": app.id,
            "external_id": content.get("external_id") or "",
            "app_installed_team_id": self._world.team_id,
            "bot_id": app.bot_id,
        }

    def _new(self, user: str, content: Json, below: View | None = None) -> View:
        made = self._ids.next("V")
        filled = with_ids(content, self._ids)
        if below is None:
            return View(made, user, filled, self._hash(), root=made)
        return View(made, user, filled, self._hash(), root=below.root, previous=below.id)

    def _hash(self) -> str:
        return f"{self._ids.next('')}.{self._ids.next('h')[-6:]}"

    def _check(self, content: Json, itself: View | None = None) -> None:
        if len(json.dumps(content).encode()) > VIEW_BYTES:
            raise SlackError("view_too_large")
        external = content.get("external_id")
        other = self.by_external_id(external) if external else None
        if other is not None and other is not itself:
            raise SlackError("duplicate_external_id")


def with_ids(content: Json, ids: Ids) -> Json:
    """The same content, with block and action ids where the app gave none."""
    return content | {"blocks": blocks_with_ids(content.get("blocks") or [], ids)}


def blocks_with_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """As Slack does when it stores blocks."""
    return [_block_with_ids(block, ids) for block in blocks]


def _block_with_ids(block: Json, ids: Ids) -> Json:
    filled = block | {"block_id": block.get("block_id") or ids.next("b")[-6:]}
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            filled[key] = _element_with_id(block[key], ids)
    if block["type"] in ("actions", "context_actions"):
        filled["elements"] = [_element_with_id(element, ids) for element in block["elements"]]
    return filled


def _element_with_id(element: Json, ids: Ids) -> Json:
    if element.get("type") == "image" or element.get("action_id"):
        return element
    return element | {"action_id": ids.next("a")[-6:]}
