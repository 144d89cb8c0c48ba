"""views.*: open, push, update, publish."""

from typing import Any

from bot.demo.slack.errors import SlackError, bad_arguments
from bot.demo.slack.modals import View
from bot.demo.slack.validation import problems_of_view
from bot.demo.slack.web_api.arguments import Call, Method

Json = dict[str, Any]


def _content(call: Call, kind: str) -> Json:
    """The view to show. Raises ``invalid_arguments`` with every problem."""
    content = call.args.get("view")
    if content is None:
        raise bad_arguments("missing required field: view")
    problems = problems_of_view(content)
    if not problems and content["type"] != kind:
        problems = [f"a view of type {kind} is needed here"]
    if problems:
        raise call.ws.refuse("a view", "invalid_arguments", problems)
    return dict(content)


def _answer(call: Call, view: View) -> Json:
    call.ws.views_changed(view.user)
    return {"view": call.ws.views.as_slack(view, with_state=False)}


async def open_(call: Call) -> Json:
    """The trigger is spent once the view is on the screen."""
    (trigger,) = call.need("trigger_id")
    content = _content(call, "modal")
    view = call.ws.views.open(call.ws.triggers.check(trigger), content)
    call.ws.triggers.spend(trigger)
    return _answer(call, view)


async def push(call: Call) -> Json:
    (trigger,) = call.need("trigger_id")
    content = _content(call, "modal")
    view = call.ws.views.push(call.ws.triggers.check(trigger), content)
    call.ws.triggers.spend(trigger)
    return _answer(call, view)


async def update(call: Call) -> Json:
    """By view id or external id; a view that was closed is ``not_found``."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if bool(view_id) == bool(external_id):
        raise bad_arguments("exactly one of view_id and external_id is needed")
    views = call.ws.views
    view = views.find(view_id) if view_id else views.by_external_id(external_id)
    if view is None:
        raise SlackError("not_found")
    content = _content(call, view.content["type"])
    views.update(view, content, call.text("hash") or None)
    return _answer(call, view)


async def publish(call: Call) -> Json:
    (user,) = call.need("user_id")
    if not call.ws.world.has_user(user):
        raise SlackError("user_not_found")
    content = _content(call, "home")
    view = call.ws.views.publish(user, content, call.text("hash") or None)
    call.ws.home_changed(view)
    return {"view": call.ws.views.as_slack(view, with_state=False)}


METHODS: dict[str, Method] = {
    "views.open": open_,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
