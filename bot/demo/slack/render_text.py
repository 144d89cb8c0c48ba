"""Draws conversations and forms as plain text, the way one person sees them."""

from typing import Any

from bot.demo.slack.elements import SLOTS, label_of, options_of
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.mrkdwn import Reader, plain
from bot.demo.slack.world import World

Json = dict[str, Any]


class Drawing:
    """Renders for one reader: their zone, and only the buttons they see."""

    def __init__(self, reader: Reader, user: str) -> None:
        self._reader = reader
        self._user = user

    def message(self, message: Message, world: World) -> str:
        """One message with its head line."""
        name = message.username or _name(message.user, world)
        stamp = self._reader.clock_time(float(message.ts))
        head = f"{stamp} {name}" + (" (only you see this)" if message.ephemeral else "")
        if message.deleted:
            return f"{head}: This message was deleted."
        lines = self.blocks(message.all_blocks(), message.picked.get(self._user, {}))
        if not message.blocks and message.text:
            lines = [plain(message.text, self._reader), *lines]
        lines += [f"[file {file['name']}]" for file in message.files]
        return "\n".join([f"{head}:", *(f"  {line}" for line in _split(lines))])

    def view(self, view: View) -> str:
        """A form with what is filled in."""
        lines = [f"=== {view.title or 'App Home'} ==="]
        lines += self.blocks(view.blocks, view.values)
        if view.notice:
            lines.append(f"! {view.notice}")
        ends = [view.content.get(key) for key in ("submit", "close")]
        buttons = [f"[{end['text']}]" for end in ends if end]
        return "\n".join([*lines, *([" ".join(buttons)] if buttons else [])])

    def blocks(self, blocks: list[Json], values: Json) -> list[str]:
        lines: list[str] = []
        for block in blocks:
            lines += self._block(block, values.get(block.get("block_id", ""), {}))
        return lines

    def _block(self, block: Json, chosen: Json) -> list[str]:
        kind = block["type"]
        if kind == "section":
            return self._section(block, chosen)
        if kind == "context":
            return ["ctx: " + " ".join(self._text(e) for e in block["elements"])]
        if kind in ("actions", "context_actions"):
            drawn = [self._element(e, chosen) for e in block["elements"]]
            return [" ".join(one for one in drawn if one)]
        if kind == "input":
            label = self._text(block["label"])
            hint = [f"  ({self._text(block['hint'])})"] if block.get("hint") else []
            return [f"{label}: {self._element(block['element'], chosen)}", *hint]
        return self._rare(block, chosen)

    def _rare(self, block: Json, chosen: Json) -> list[str]:
        kind = block["type"]
        simple = self._simple(block)
        if simple is not None:
            return [simple]
        if kind in ("table", "data_table"):
            caption = [str(block["caption"])] if block.get("caption") else []
            return caption + [" | ".join(self._rich(cell) for cell in row) for row in block["rows"]]
        if kind == "container":
            title = [self._text(block["title"])] if block.get("title") else []
            return title + self.blocks(block.get("child_blocks") or [], chosen)
        return [f"({kind})"]

    def _simple(self, block: Json) -> str | None:
        """Blocks that are one text."""
        kind = block["type"]
        if kind == "header":
            return f"# {self._text(block['text'])}"
        if kind == "markdown":
            return str(block["text"])
        if kind == "rich_text":
            return self._rich(block)
        if kind == "image":
            return f"(image: {block.get('alt_text', '')})"
        return "---" if kind == "divider" else None

    def _section(self, block: Json, chosen: Json) -> list[str]:
        lines = [self._text(block["text"])] if block.get("text") else []
        lines += [self._text(field) for field in block.get("fields") or []]
        if block.get("accessory"):
            drawn = self._element(block["accessory"], chosen)
            lines[-1] = f"{lines[-1]} {drawn}".rstrip()
        return lines

    def _element(self, element: Json, chosen: Json) -> str:
        kind = element["type"]
        allowed = element.get("visible_to_user_ids")
        if allowed is not None and self._user not in allowed:
            return ""
        if kind == "image":
            return f"(image: {element.get('alt_text', '')})"
        if kind == "overflow":
            return "[⋯ " + " / ".join(self._text(o["text"]) for o in options_of(element)) + "]"
        if kind not in SLOTS:
            return f"[{label_of(element)}]"
        slot, initial = SLOTS[kind]
        value = (chosen.get(element.get("action_id", "")) or {}).get(slot, element.get(initial))
        if kind in ("radio_buttons", "checkboxes"):
            return self._ticks(element, value)
        return f"[{self._value(value) or label_of(element)}]"

    def _ticks(self, element: Json, value: Any) -> str:
        chosen = value if isinstance(value, list) else [value]
        marks = [("(x) " if o in chosen else "( ) ", o) for o in options_of(element)]
        return "  ".join(mark + self._text(option["text"]) for mark, option in marks)

    def _value(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._value(one) for one in value)
        if isinstance(value, dict):
            text = value.get("text")
            return self._text(text) if isinstance(text, dict) else str(value.get("name", ""))
        if isinstance(value, int):
            return self._reader.moment(value)
        return str(value or "")

    def _text(self, text: Json) -> str:
        if text.get("type") == "image":
            return f"({text.get('alt_text', '')})"
        if text.get("type") == "mrkdwn":
            return plain(str(text["text"]), self._reader)
        return str(text.get("text", ""))

    def _rich(self, part: Json) -> str:
        """Rich text, and cells of tables."""
        if "elements" in part:
            joint = "\n" if part["type"] in ("rich_text", "rich_text_list") else ""
            return joint.join(self._rich(one) for one in part["elements"])
        if part["type"] == "user":
            return self._reader.person(part["user_id"])
        if part["type"] == "channel":
            return self._reader.channel(part["channel_id"])
        if part["type"] == "date":
            return self._reader.date(part["timestamp"], part["format"])
        keys = ("text", "value", "url", "name", "range")
        return next((str(part[key]) for key in keys if key in part), "")


def _split(lines: list[str]) -> list[str]:
    return [part for line in lines for part in line.split("\n")]


def _name(user: str, world: World) -> str:
    return world.user(user).real_name if world.has_user(user) else user
