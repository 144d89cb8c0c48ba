"""What people do with blocks: click, choose, fill in, submit, close, search."""

from collections.abc import Mapping
from typing import Any

from bot.demo.slack.answers import Answers, offered_options
from bot.demo.slack.courier import Courier
from bot.demo.slack.elements import SLOTS, label_of, options_of, walk
from bot.demo.slack.errors import Refused
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.payloads import Payloads
from bot.demo.slack.view_state import chosen_value, form_errors, slot_of
from bot.demo.slack.workspace import Delivery, Workspace

Json = dict[str, Any]


class Clicking:
    """Every method returns when the app has acknowledged, or when Slack would have given up."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._ws = workspace
        self._courier = courier
        self._payloads = Payloads(workspace)
        self._answers = Answers(workspace)

    # --- buttons and menus --------------------------------------------------------------

    async def click(
        self,
        user: str,
        where: Message | View,
        action_id: str,
        *,
        value: Any = None,
        block_id: str | None = None,
        quiet: bool = False,
    ) -> Delivery:
        """Press a button, or choose ``value`` in a menu, picker or dispatching field.

        Among several elements with the same action id ``block_id`` or, for buttons, ``value``
        tells which. Raises ``Refused`` when this person cannot see it.
        """
        self._must_see(user, where)
        blocks = where.all_blocks() if isinstance(where, Message) else where.blocks
        block, element = _pick(blocks, action_id, block_id, value)
        allowed = element.get("visible_to_user_ids")
        if allowed is not None and user not in allowed:
            raise Refused("not_visible", f"{user} does not see {label_of(element)!r}")
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise Refused("no_dispatch", f"{action_id!r} is sent with the form, not by itself")
        chosen = self._choose(user, where, block, element, value)
        action = self._payloads.action(block, element, chosen)
        if isinstance(where, Message):
            body, channel = self._payloads.message_action(user, where, action), where.channel
        else:
            body, channel = self._payloads.view_action(where, action), ""
        made = Delivery(self._ws.ids.next("dl"), "block_actions", "interactive", body, user)
        made.channel, made.confirm, made.quiet = channel, _confirm_text(element), quiet
        await self._courier.deliver(made)
        self._answers.to_click(made)
        return made

    async def act(
        self, user: str, where: Message | View, action: Json, values: Mapping[str, Any]
    ) -> Delivery:
        """A click as the page sends it: one entry of ``actions``, and the state around it."""
        self._must_see(user, where)
        self.fill(where, values, user)
        kind = action.get("type", "")
        slot = SLOTS[kind][0] if kind in SLOTS else "selected_option"
        value = action.get(slot) if kind in SLOTS or kind == "overflow" else None
        return await self.click(
            user, where, action["action_id"], value=value, block_id=action["block_id"], quiet=True
        )

    def _must_see(self, user: str, where: Message | View) -> None:
        if isinstance(where, View):
            if where.user != user or self._ws.views.find(where.id) is not where:
                raise Refused("not_visible", f"{user} does not have view {where.id} open")
            return
        seen = where.visible_to in (None, user) and not where.deleted
        if not seen or not self._ws.may_see(user, self._ws.world.channel(where.channel)):
            raise Refused("not_visible", f"{user} does not see message {where.ts}")

    def _choose(
        self, user: str, where: Message | View, block: Json, element: Json, value: Any
    ) -> Any:
        """Remember the choice, as Slack's client does until the message or view goes."""
        if element["type"] == "overflow":
            return _overflow_option(element, value)
        if element["type"] not in SLOTS:
            return value
        offered = where.offered.get(element["action_id"], [])
        chosen = chosen_value(element, value, offered)
        values = where.values if isinstance(where, View) else where.picked.setdefault(user, {})
        slot = slot_of(element, chosen)
        values.setdefault(block["block_id"], {})[element["action_id"]] = slot
        return chosen

    # --- forms --------------------------------------------------------------------------

    def fill(self, where: Message | View, values: Mapping[str, Any], user: str) -> None:
        """Put values into the fields: by block id, or as Slack's ``state.values``."""
        if isinstance(where, Message):
            blocks, store = where.all_blocks(), where.picked.setdefault(user, {})
        else:
            blocks, store = where.blocks, where.values
        for block, element in walk(blocks):
            if block["block_id"] not in values or element["type"] not in SLOTS:
                continue
            raw = values[block["block_id"]]
            if isinstance(raw, Mapping) and element["action_id"] in raw:
                raw = raw[element["action_id"]]
                if isinstance(raw, Mapping) and "type" in raw and "text" not in raw:
                    raw = raw.get(SLOTS[element["type"]][0])
            offered = where.offered.get(element["action_id"], [])
            slot = slot_of(element, chosen_value(element, raw, offered))
            store.setdefault(block["block_id"], {})[element["action_id"]] = slot

    async def submit(self, user: str, view: View, values: Mapping[str, Any]) -> Delivery:
        """Fill in and submit; errors the app sends back are in ``errors`` of the delivery.

        Raises ``Refused`` with ``errors`` for required fields that are empty: no client of
        Slack sends such a form.
        """
        self._must_see(user, view)
        if view is not self._ws.views.stack(user)[-1] or not view.content.get("submit"):
            raise Refused("cannot_submit", f"{view.title!r} is covered or has no submit button")
        given = values.get("values", values)
        unknown = set(given) - {block["block_id"] for block in view.blocks}
        if unknown:
            raise Refused("no_such_block", f"the view has no block {sorted(unknown)}")
        self.fill(view, given, user)
        errors = form_errors(view.blocks, view.state())
        if errors:
            raise Refused("missing_fields", f"the form {view.title!r} is not complete", errors)
        body = self._payloads.view_submission(view)
        made = Delivery(self._ws.ids.next("dl"), "view_submission", "interactive", body, user)
        await self._courier.deliver(made)
        self._answers.to_submission(made, view)
        return made

    async def close(self, user: str, view: View, *, everything: bool = False) -> list[Delivery]:
        """Press Cancel, or the cross that closes the whole stack; tells the app if it asked."""
        self._must_see(user, view)
        everything = everything or bool(view.content.get("clear_on_close"))
        stack = self._ws.views.stack(user)
        gone = list(reversed(stack)) if everything else [view]
        made = [
            Delivery(
                self._ws.ids.next("dl"),
                "view_closed",
                "interactive",
                self._payloads.view_closed(one, cleared=everything),
                user,
            )
            for one in gone
            if one.content.get("notify_on_close")
        ]
        self._ws.views.close(stack[0] if everything else view)
        self._ws.views_changed(user)
        for delivery in made:
            await self._courier.deliver(delivery)
        return made

    async def suggest(
        self,
        user: str,
        where: Message | View,
        action_id: str,
        value: str,
        *,
        block_id: str | None = None,
    ) -> tuple[Delivery, Json]:
        """Type into an external select; returns the options the app offers."""
        self._must_see(user, where)
        blocks = where.all_blocks() if isinstance(where, Message) else where.blocks
        block, element = _pick(blocks, action_id, block_id, None)
        body = self._payloads.suggestion(user, where, block["block_id"], action_id, value)
        made = Delivery(self._ws.ids.next("dl"), "block_suggestion", "interactive", body, user)
        if len(value) < element.get("min_query_length", 3):
            made.status = "too_short"
            return made, {"options": []}
        await self._courier.deliver(made)
        options = self._answers.to_suggestion(made)
        where.offered[action_id] = offered_options(options)
        return made, options


def _pick(
    blocks: list[Json], action_id: str, block_id: str | None, value: Any
) -> tuple[Json, Json]:
    """The one element that is meant. Raises ``Refused`` if there is none, or more than one."""
    found = [
        (block, element)
        for block, element in walk(blocks)
        if element.get("action_id") == action_id and block_id in (None, block["block_id"])
    ]
    if len(found) > 1 and value is not None:
        wanted = [(b, e) for b, e in found if _offers(e, value)]
        found = wanted or found
    if not found:
        there = sorted({str(element.get("action_id")) for _, element in walk(blocks)})
        raise Refused("no_such_element", f"no {action_id!r} here; there is {there}")
    if len(found) > 1:
        raise Refused("ambiguous", f"{len(found)} elements are called {action_id!r}")
    return found[0]


def _offers(element: Json, value: Any) -> bool:
    values = [element.get("value"), *(option.get("value") for option in options_of(element))]
    return value in values


def _overflow_option(element: Json, value: Any) -> Json:
    for option in options_of(element):
        if value in (option, option["value"], option["text"]["text"]):
            return option
    raise Refused("no_such_option", f"{value!r} is not in the menu")


def _confirm_text(element: Json) -> str:
    """The confirm dialog as one line, the way a person reads it."""
    confirm = element.get("confirm")
    if not confirm:
        return ""
    words = {key: confirm[key]["text"] for key in ("title", "text", "confirm", "deny")}
    return "{title}: {text} [{confirm}] [{deny}]".format(**words)
