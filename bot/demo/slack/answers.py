"""What the app's acknowledgements do: replies to commands, moves of a form, lists of options."""

from typing import Any

from bot.demo.slack.element_rules import option_problems
from bot.demo.slack.errors import SlackError
from bot.demo.slack.message_objects import slack_message
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.validation import problems_of_view, refusal_of_message
from bot.demo.slack.workspace import Delivery, Workspace

Json = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"


class Answers:
    """Applies an ack to the workspace; what Slack would not take is noted in the delivery."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    # --- commands and clicks ------------------------------------------------------------

    def to_command(self, delivery: Delivery) -> None:
        """Show the reply in the ack, or what Slack says when there was none."""
        command = delivery.payload["command"]
        if self._failed(delivery, f"{command} failed with the error"):
            return
        body = delivery.response
        if isinstance(body, dict) and (body.get("text") or body.get("blocks")):
            self._say(delivery, body)

    def to_click(self, delivery: Delivery) -> None:
        self._failed(delivery, "This app responded with the error")

    def _failed(self, delivery: Delivery, words: str) -> bool:
        if delivery.status == "ok":
            return False
        error = "operation_timeout" if delivery.status == "timeout" else "dispatch_failed"
        delivery.notice = f"{words} {error}"
        if delivery.channel and not delivery.quiet:
            self._ws.notice(delivery.user, delivery.channel, delivery.notice)
        return True

    def _say(self, delivery: Delivery, body: Json) -> None:
        refusal = refusal_of_message(body)
        if refusal is not None:
            self._wrong(delivery, "the reply to a command", *refusal)
            return
        open_to_all = body.get("response_type") == "in_channel"
        self._ws.post(
            self._ws.bot_message(
                delivery.channel,
                text=body.get("text") or "",
                blocks=body.get("blocks"),
                attachments=body.get("attachments") or [],
                visible_to=None if open_to_all else delivery.user,
            )
        )

    # --- forms --------------------------------------------------------------------------

    def to_submission(self, delivery: Delivery, view: View) -> None:
        """Close, keep with errors, replace, push or clear, as the app has answered."""
        view.notice = ""
        if delivery.status != "ok":
            view.notice = delivery.notice = TROUBLE
            return self._ws.views_changed(view.user)
        body = delivery.response if isinstance(delivery.response, dict) else {}
        action = body.get("response_action")
        try:
            self._act(delivery, view, action, body)
        except SlackError as problem:
            self._wrong(delivery, "the answer to a form", problem.code, [str(problem)])
        if delivery.problems:
            view.notice = delivery.notice = TROUBLE
        return self._ws.views_changed(view.user)

    def _act(self, delivery: Delivery, view: View, action: str | None, body: Json) -> None:
        if action is None:
            self._ws.views.close(view)
        elif action == "clear":
            self._ws.views.stack(view.user).clear()
        elif action == "errors":
            self._show_errors(delivery, view, body.get("errors"))
        elif action in ("update", "push"):
            self._replace(delivery, view, action, body.get("view"))
        else:
            self._wrong(delivery, "the answer to a form", "invalid_action", [str(action)])

    def _show_errors(self, delivery: Delivery, view: View, errors: Any) -> None:
        """Only input blocks can show an error; anything else Slack rejects as a whole."""
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            self._wrong(delivery, "errors of a form", "invalid_errors", ["no errors given"])
        elif wrong := sorted(set(errors) - inputs):
            problems = [f"{block_id!r} is not an input block of the view" for block_id in wrong]
            self._wrong(delivery, "errors of a form", "invalid_errors", problems)
        else:
            delivery.errors = {block_id: str(text) for block_id, text in errors.items()}

    def _replace(self, delivery: Delivery, view: View, action: str, content: Any) -> None:
        problems = problems_of_view(content)
        if problems:
            self._wrong(delivery, f"the view to {action}", "invalid_view", problems)
        elif action == "update":
            self._ws.views.update(view, content)
        else:
            self._ws.views.push(view.user, content)

    # --- options ------------------------------------------------------------------------

    def to_suggestion(self, delivery: Delivery) -> Json:
        """The options or groups, checked; an empty list when the app gave none."""
        body = delivery.response if isinstance(delivery.response, dict) else {}
        if delivery.status != "ok" or not ({"options", "option_groups"} & set(body)):
            self._wrong(delivery, "a list of options", "no_options", [delivery.status])
            return {"options": []}
        problems = [
            problem
            for option in offered_options(body)
            for problem in option_problems(option, "external_select")
        ]
        if len(offered_options(body)) > 100:
            problems.append("no more than 100 options")
        if problems:
            self._wrong(delivery, "a list of options", "invalid_options", problems)
        return body

    def _wrong(self, delivery: Delivery, what: str, code: str, problems: list[str]) -> None:
        delivery.status = "error"
        delivery.problems += problems
        self._ws.refuse(what, code, problems)


def offered_options(body: Json) -> list[Json]:
    """All options of an answer, groups flattened."""
    options = list(body.get("options") or [])
    for group in body.get("option_groups") or []:
        options.extend(group.get("options") or [])
    return options


def answer_to_response_url(ws: Workspace, key: str, body: Json) -> None:
    """What a POST to a response URL does. Raises ``SlackError`` where Slack refuses."""
    answer = ws.response_urls.use(key, ws.clock())
    origin = answer.origin if answer.origin and not answer.origin.deleted else None
    if body.get("delete_original"):
        if origin is not None and origin.bot:
            ws.delete(origin)
        return
    refusal = refusal_of_message(body)
    if refusal is not None:
        raise ws.refuse("response_url", *refusal)
    parts: Json = {
        "text": body.get("text") or "",
        "blocks": body.get("blocks"),
        "attachments": body.get("attachments") or [],
    }
    if body.get("replace_original") and origin is not None and origin.bot:
        replace(ws, origin, parts)
        return
    open_to_all = body.get("response_type") == "in_channel"
    thread = body.get("thread_ts") or (origin.thread_ts if origin and origin.is_reply else None)
    parts |= {"visible_to": None if open_to_all else answer.user, "thread_ts": thread}
    ws.post(ws.bot_message(answer.channel, **parts))


def replace(ws: Workspace, message: Message, parts: Json) -> None:
    """New text and blocks in the old place."""
    before = slack_message(message, ws.world)
    message.text, message.blocks = parts["text"], parts["blocks"]
    message.attachments = parts["attachments"]
    message.edited = not message.ephemeral
    message.picked.clear()
    ws.edited(message, before)
