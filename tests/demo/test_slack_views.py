"""Forms: triggers, the stack, hashes, and what an ack does to a form."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.demo.slack import Refused, SlackStandIn
from bot.demo.slack.triggers import Triggers
from tests.demo.conftest import (
    TinyApp,
    actions,
    button,
    home,
    modal,
    opened,
    plain,
    section,
    text_input,
    trigger,
)

Json = dict[str, Any]


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_trigger_can_be_used_only_once(forms: TinyApp) -> None:
    token = await trigger(forms)
    view = modal("form", section("x"))
    bad = forms.client.views_open(trigger_id=token, view=view | {"title": plain("x" * 30)})
    assert await refused(bad) == "invalid_arguments"  # and the trigger is still good
    await forms.client.views_open(trigger_id=token, view=view)
    again = forms.client.views_open(trigger_id=token, view=view)
    assert await refused(again) == "exchanged_trigger_id"
    unknown = forms.client.views_open(trigger_id="1.2.abc", view=view)
    assert await refused(unknown) == "invalid_trigger_id"


async def test_a_trigger_lives_three_seconds(forms: TinyApp) -> None:
    now = [100.0]
    forms.slack.workspace.triggers = Triggers(real=lambda: now[0])
    early, late = await trigger(forms), await trigger(forms)
    view = modal("form", section("x"))
    now[0] = 102.9
    await forms.client.views_open(trigger_id=early, view=view)
    now[0] = 103.1
    too_late = forms.client.views_open(trigger_id=late, view=view)
    assert await refused(too_late) == "expired_trigger_id"


async def test_the_stack_takes_three_views(forms: TinyApp) -> None:
    await opened(forms, actions(button("more")))
    for _ in range(2):
        top = forms.slack.views("rita")[-1]
        clicked = await forms.slack.click("rita", top, "more")
        view = modal("form", actions(button("more")))
        await forms.client.views_push(trigger_id=clicked.payload["trigger_id"], view=view)
    stack = forms.slack.views("rita")
    assert len(stack) == 3
    assert (stack[2].previous, stack[2].root) == (stack[1].id, stack[0].id)
    clicked = await forms.slack.click("rita", stack[2], "more")
    fourth = forms.client.views_push(
        trigger_id=clicked.payload["trigger_id"], view=modal("form", section("x"))
    )
    assert await refused(fourth) == "push_limit_reached"
    await forms.slack.close("rita", stack[2])
    assert forms.slack.views("rita") == stack[:2]
    await forms.slack.close("rita", stack[1], everything=True)
    assert forms.slack.views("rita") == []


async def test_an_update_keeps_the_id_changes_the_hash_and_checks_it(forms: TinyApp) -> None:
    view = await opened(forms, section("Checking…"))
    old = view.hash
    new = modal("form", section("Done"))
    answer = await forms.client.views_update(view_id=view.id, hash=old, view=new)
    assert (answer["view"]["id"], answer["view"]["hash"] == old) == (view.id, False)
    stale = forms.client.views_update(view_id=view.id, hash=old, view=new)
    assert await refused(stale) == "hash_conflict"
    await forms.slack.close("rita", view)
    closed = forms.client.views_update(view_id=view.id, view=new)
    assert await refused(closed) == "not_found"


async def test_external_ids_find_a_view_and_are_unique(forms: TinyApp) -> None:
    view = await opened(forms, section("one"), external_id="draft-7")
    again = modal("form", section("two"), external_id="draft-7")
    await forms.client.views_update(external_id="draft-7", view=again)
    assert forms.slack.drawn("rita", view).splitlines()[1] == "two"
    made = await forms.slack.command("lee", "#sales", "/dial")
    other = forms.client.views_open(trigger_id=made.payload["trigger_id"], view=again)
    assert await refused(other) == "duplicate_external_id"


async def test_errors_are_shown_and_the_form_stays(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"), section("note") | {"block_id": "note"})
    forms.next_ack = {"response_action": "errors", "errors": {"who": "Nobody"}}
    made = await forms.slack.submit("rita", view, {"who": "x"})
    assert (made.errors, forms.slack.views("rita")) == ({"who": "Nobody"}, [view])
    forms.next_ack = {"response_action": "errors", "errors": {"note": "not an input"}}
    made = await forms.slack.submit("rita", view, {"who": "x"})
    assert made.status == "error"
    assert "trouble connecting" in forms.slack.drawn("rita", view)
    assert "note" in made.problems[0]


async def test_an_ack_can_replace_push_or_clear(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"))
    forms.next_ack = {"response_action": "push", "view": modal("form", section("two"))}
    await forms.slack.submit("rita", view, {"who": "x"})
    bottom, top = forms.slack.views("rita")
    assert bottom is view
    with pytest.raises(Refused, match="cannot_submit"):
        await forms.slack.submit("rita", bottom, {"who": "x"})  # it is covered
    forms.next_ack = {"response_action": "update", "view": modal("form", section("three"))}
    await forms.slack.submit("rita", top)
    assert "three" in forms.slack.drawn("rita", top)
    forms.next_ack = {"response_action": "clear"}
    await forms.slack.submit("rita", top)
    assert forms.slack.views("rita") == []


async def test_a_wrong_view_in_an_ack_is_refused_and_visible(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"))
    forms.next_ack = {"response_action": "update", "view": {"type": "modal", "blocks": []}}
    made = await forms.slack.submit("rita", view, {"who": "x"})
    assert made.status == "error"
    assert forms.slack.refusals[-1].code == "invalid_view"
    assert forms.slack.views("rita") == [view]


async def test_closing_tells_the_app_only_if_it_asked(forms: TinyApp) -> None:
    view = await opened(forms, section("x"))
    assert await forms.slack.close("rita", view) == []
    view = await opened(forms, section("x"), notify_on_close=True)
    (made,) = await forms.slack.close("rita", view)
    assert (made.kind, made.payload["is_cleared"]) == ("view_closed", False)


async def test_home_is_published_with_a_hash(slack: SlackStandIn, forms: TinyApp) -> None:
    @forms.app.event("app_home_opened")
    async def show(client: Any, event: Json) -> None:
        await client.views_publish(user_id=event["user"], view=home(actions(button("more"))))

    await slack.home("rita")
    view = await slack.until(lambda s: s.home_view("rita"))
    publish = forms.client.views_publish
    answer = await publish(user_id="U0RITA", hash=view.hash, view=home(section("new")))
    assert answer["view"]["id"] == view.id
    stale = publish(user_id="U0RITA", hash="old", view=home(section("x")))
    assert await refused(stale) == "hash_conflict"
    wrong = publish(user_id="U0RITA", view=modal("form", section("x")))
    assert await refused(wrong) == "invalid_arguments"
