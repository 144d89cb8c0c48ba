"""What people see of calls whose provider tells nothing, and of recordings and long transcripts."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.telephony import Fault, Kind, Outcome
from bot.demo.vozzo import DEMO_AGENT_ID, VozzoStandIn
from tests.story.world import World

TO_PRIYA = "/dial +1 415 555 2671 with Priya tomorrow 10am"
NOW = "/dial +1 415 555 2671 with Voz now"
SATURDAY_10 = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # 10:00 in Chicago, 8:00 in San Francisco
LONG = "\n".join(f"Customer: line {n}, my number is +1 415 555 2671." for n in range(90))
UPLOAD, SHARE = "files.getUploadURLExternal", "files.completeUploadExternal"


class SilentWorld(World):
    """With a Vozzo account too, whose only agent is Priya."""

    def __init__(self, folder: Path, database_url: str, mode: str) -> None:
        super().__init__(folder, database_url, mode)
        self.vozzo = VozzoStandIn(clock=self.slack.clock)

    def settings(self) -> dict[str, str]:
        """With the agent, whom only the settings know."""
        return super().settings() | {
            "SWITCHBOARD_PROVIDERS__VOZZO__API_KEY": self.vozzo.api_key,
            "SWITCHBOARD_PROVIDERS__VOZZO__BASE_URL": self.vozzo.base_url,
            "SWITCHBOARD_PROVIDERS__VOZZO__AGENTS": json.dumps({"Priya": {"id": DEMO_AGENT_ID}}),
        }

    async def open(self) -> None:
        """Vozzo first."""
        await self.vozzo.start()
        await super().open()

    async def close(self) -> None:
        """Vozzo last."""
        await super().close()
        await self.vozzo.stop()

    async def hands_over(self) -> Message:
        """A call that is with Vozzo now."""
        root = await self.books(TO_PRIYA)
        self.skip_to(SATURDAY_10)
        await self.reads(root, "Handed to Vozzo")
        return root

    async def is_asked(self, root: Message, who: str = "rita") -> View:
        """The form behind *Mark outcome…*."""
        await self.press(root, "call_mark", who)
        return await self.slack.until(lambda s: s.views(who)[-1])


async def hears(world: World, who: str, words: str, where: str = "#sales") -> None:
    """Wait until somebody is told so, where only they see it."""
    await world.slack.until(
        lambda _: any(
            words in world.text(message, who)
            for message in world.slack.seen_by(who, where)
            if message.ephemeral or where == "dm"
        )
    )


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[SilentWorld]:
    """A workspace with a provider that reports nothing."""
    world = SilentWorld(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}", "socket")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


# handed over -----------------------------------------------------------------------------------


async def test_a_call_handed_over_is_followed_to_its_end_by_the_person_who_asked_for_it(
    silent: SilentWorld,
) -> None:
    root = await silent.hands_over()
    text = silent.text(root)
    assert "Priya will call +1 415-555-••71 between" in text
    assert "Vozzo reports no outcome" in text
    assert "8:00 AM - " in text
    assert "PST for them" in text
    assert "no provider can stop a call on its way" in text
    assert silent.slack.buttons("rita", root) == ["Mark outcome…"]
    await silent.reads_thread(root, "Handed to Vozzo, which reports no outcome")
    view = await silent.is_asked(root)
    form = silent.slack.drawn("rita", view)
    assert "( ) It was answered  ( ) Nobody answered  ( ) Voicemail" in form
    answer = {"outcome": "It was answered", "note": "She rang back: <visit> on Tuesday"}
    delivery = await silent.slack.submit("rita", view, answer)
    assert delivery.acked
    text = await silent.reads(root, "Reached, says @rita", "“She rang back: <visit> on Tuesday”")
    assert silent.slack.buttons("rita", root) == ["Call again…"]
    await silent.reads_thread(root, "It was answered, says @rita: “She rang back")
    assert silent.thread(root).count("It was answered") == 1
    assert silent.vozzo.posts_to("+14155552671") == 1


async def test_when_its_window_is_over_the_asker_is_asked_once_and_the_words_are_of_the_past(
    silent: SilentWorld,
) -> None:
    root = await silent.hands_over()
    silent.skip(hours=2)
    text = await silent.reads(root, "Was handed to Vozzo", "Priya was to call", timeout=20)
    assert "no provider can stop" not in text
    assert silent.slack.buttons("rita", root) == ["Mark outcome…", "Call again…"]
    asked = "Vozzo does not say how it went. @rita, how did it go?"
    await silent.reads_thread(root, asked)
    silent.skip(hours=5)
    view = await silent.is_asked(root)
    await silent.slack.submit("rita", view, {"outcome": "No idea"})
    await silent.reads_thread(root, "@rita does not know how it went")
    assert silent.thread(root).count("how did it go?") == 1
    assert "Was handed to Vozzo" in silent.text(root)
    assert "Mark outcome…" in silent.slack.buttons("rita", root)
    silent.skip(hours=30)
    await silent.types("/dial list")
    assert silent.vozzo.posts_to("+14155552671") == 1


async def test_a_stranger_can_not_say_how_a_call_went_but_a_lead_can(silent: SilentWorld) -> None:
    root = await silent.hands_over()
    await silent.press(root, "call_mark", who="omar")
    await hears(silent, "omar", "can say that. Nothing was changed.")
    assert silent.slack.views("omar") == []
    view = await silent.is_asked(root, who="lee")
    await silent.slack.submit("lee", view, {"outcome": "It never rang"})
    await silent.reads(root, "Never rang, says @lee")


async def test_who_may_no_longer_say_it_is_refused_when_they_send_the_form(
    silent: SilentWorld,
) -> None:
    root = await silent.hands_over()
    view = await silent.is_asked(root)
    delivery = await silent.slack.submit("rita", view, {"outcome": "Voicemail"})
    await silent.reads(root, "Not reached, says @rita")
    forged = json.loads(json.dumps(delivery.payload))
    forged["user"]["id"] = "U0OMAR"
    forged["view"]["id"] = "V0FORGED"
    delivery.payload = forged
    await silent.slack.redeliver(delivery)
    await hears(silent, "omar", "can say that. Nothing was changed.", "dm")


async def test_an_outcome_that_two_people_send_is_that_of_the_first(silent: SilentWorld) -> None:
    root = await silent.hands_over()
    hers, his = await silent.is_asked(root), await silent.is_asked(root, who="lee")
    await silent.slack.submit("rita", hers, {"outcome": "Nobody answered"})
    await silent.reads(root, "Not reached, says @rita", "nobody answered")
    await silent.slack.submit("lee", his, {"outcome": "It was answered"})
    await hears(silent, "lee", "is known already", "dm")
    assert "says @rita" in silent.text(root)


async def test_the_same_form_delivered_twice_is_told_once(silent: SilentWorld) -> None:
    root = await silent.hands_over()
    view = await silent.is_asked(root)
    delivery = await silent.slack.submit("rita", view, {"outcome": "Line busy"})
    await silent.reads(root, "the line was busy")
    assert (await silent.slack.redeliver(delivery)).acked
    await silent.reads_thread(root, "The line was busy, says @rita")
    assert silent.thread(root).count("The line was busy") == 1


async def test_a_doubt_at_a_provider_that_can_not_be_asked_is_for_people_alone(
    silent: SilentWorld,
) -> None:
    silent.vozzo.misbehave(Kind.LOST_ANSWER)
    root = await silent.books(TO_PRIYA)
    silent.skip_to(SATURDAY_10)
    text = await silent.reads(root, "Not sure it rang", timeout=20)
    assert "I sent the call to Vozzo" in text
    assert "Vozzo can't be asked. Only a person can know." in text
    assert silent.slack.buttons("rita", root) == ["It rang", "It did not"]
    await silent.reads_thread(root, "@rita, do you know whether it rang?")
    await silent.press(root, "call_not_rang")
    await silent.reads(root, "Did not ring, says @rita")
    await silent.reads_thread(root, "It did not ring, says @rita")
    assert silent.slack.buttons("rita", root) == ["Call again…"]
    assert silent.vozzo.posts_to("+14155552671") == 1


async def test_the_list_of_calls_names_the_provider_it_means(silent: SilentWorld) -> None:
    await silent.hands_over()
    answer = await silent.types("/dial list")
    assert "Handed to Vozzo · " in silent.text(answer)


# transcripts -----------------------------------------------------------------------------------


def files(world: World, root: Message) -> list[Any]:
    replies = world.slack.thread(root.channel, root.ts)[1:]
    return [file for reply in replies for file in reply.files]


async def reaches(world: World, line: str = NOW, transcript: str = LONG) -> Message:
    """A call that ends with a conversation."""
    world.vozagent.outcome(Outcome(transcript=transcript))
    root = await world.books(line)
    await world.slack.until(lambda _: "Summary" in world.thread(root), 20)
    return root


async def test_a_long_transcript_is_a_file_in_the_thread(one_world: World) -> None:
    root = await reaches(one_world)
    thread = one_world.thread(root)
    assert "(its beginning; all of it is a file in this thread)" in thread
    (file,) = files(one_world, root)
    assert file["name"].endswith(" transcript.txt")
    assert file["name"][:6] in one_world.text(root)
    words = one_world.slack.workspace.files[file["id"]].content.decode()
    assert "line 89, my number is +1 415-555-••71." in words
    assert "2671" not in words
    assert "2671" not in thread


async def test_a_short_transcript_stays_in_the_message(one_world: World) -> None:
    root = await reaches(one_world, transcript="Customer: hello")
    assert "Customer: hello" in one_world.thread(root)
    assert files(one_world, root) == []
    assert one_world.slack.requests(UPLOAD) == []


@pytest.mark.parametrize("step", [UPLOAD, SHARE])
@pytest.mark.parametrize("code", ["missing_scope", "file_uploads_disabled"])
async def test_without_the_right_to_upload_the_beginning_is_shown(
    one_world: World, step: str, code: str
) -> None:
    one_world.slack.faults(step, [{"kind": "error", "error": code}])
    root = await reaches(one_world)
    assert "(its beginning; VozAgent has all of it)" in one_world.thread(root)
    assert "line 0, my number" in one_world.thread(root)
    assert files(one_world, root) == []


async def test_a_lost_answer_to_the_upload_shows_the_file_once(one_world: World) -> None:
    one_world.slack.faults(SHARE, [{"kind": "lost"}])
    root = await reaches(one_world)
    assert len(files(one_world, root)) == 1
    assert one_world.thread(root).count("Summary") == 1
    assert "all of it is a file in this thread" in one_world.thread(root)
    assert len(one_world.slack.requests(SHARE)) == 1


async def test_a_process_that_ends_between_file_and_result_leaves_one_of_each(
    one_world: World,
) -> None:
    one_world.vozagent.outcome(Outcome(transcript=LONG))
    one_world.slack.faults(SHARE, [{"kind": "lost"}])
    root = await one_world.books(NOW)
    await one_world.slack.until(lambda _: files(one_world, root), 20)
    await one_world.stop_bot()
    assert "Summary" not in one_world.thread(root)
    await one_world.start_bot()
    await one_world.slack.until(lambda _: "Summary" in one_world.thread(root), 20)
    assert "all of it is a file in this thread" in one_world.thread(root)
    assert len(files(one_world, root)) == 1
    assert len(one_world.slack.requests(SHARE)) == 1


async def test_a_lost_answer_to_the_result_shows_neither_it_nor_the_file_twice(
    one_world: World,
) -> None:
    one_world.vozagent.outcome(Outcome(transcript=LONG))
    root = await one_world.books(NOW)
    await one_world.slack.until(lambda _: files(one_world, root), 20)
    one_world.slack.faults("chat.postMessage", [{"kind": "lost"}])
    await one_world.slack.until(lambda _: "Summary" in one_world.thread(root), 20)
    await one_world.slack.until(lambda s: s.requests("conversations.replies"), 20)
    again = await one_world.books("/dial +1 415 555 2672 with Voz now")
    await one_world.slack.until(lambda _: "Summary" in one_world.thread(again), 20)
    assert len(files(one_world, root)) == 1
    assert one_world.thread(root).count("Summary") == 1


async def test_a_file_that_may_or_may_not_have_arrived_is_not_sent_again(one_world: World) -> None:
    one_world.slack.faults(SHARE, [{"kind": "refused"}])
    root = await reaches(one_world)
    assert files(one_world, root) == []
    assert "(its beginning; VozAgent has all of it)" in one_world.thread(root)
    assert len(one_world.slack.requests(SHARE)) == 1


# recordings ------------------------------------------------------------------------------------


def result(world: World, root: Message) -> Message:
    replies = world.slack.thread(root.channel, root.ts)
    return next(m for m in replies if "Recording" in world.slack.buttons("rita", m))


async def test_a_recording_is_asked_for_at_the_click_and_seen_by_who_clicked(
    one_world: World,
) -> None:
    root = await reaches(one_world, transcript="Customer: hello")
    assert "http" not in one_world.thread(root)
    asked = len(one_world.vozagent.account.reads)
    await one_world.press(result(one_world, root), "call_recording")
    await hears(one_world, "rita", "VozAgent gave the link just now")
    told = one_world.ephemerals()[-1]
    assert "/recordings/" in told.text
    assert told.thread_ts == root.ts
    assert len(one_world.vozagent.account.reads) > asked


async def test_a_provider_that_does_not_answer_leaves_the_old_link_said_to_be_old(
    one_world: World,
) -> None:
    root = await reaches(one_world, transcript="Customer: hello")
    one_world.vozagent.misbehave(*[Fault(Kind.ERROR, on="read", status=503)] * 6)
    await one_world.press(result(one_world, root), "call_recording")
    await hears(one_world, "rita", "it may have expired")
    assert "VozAgent for a new link, but it did not answer just now" in one_world.text(
        one_world.ephemerals()[-1]
    )


async def test_a_stranger_gets_no_recording_but_a_lead_does(one_world: World) -> None:
    root = await reaches(one_world, transcript="Customer: hello")
    await one_world.press(result(one_world, root), "call_recording", who="omar")
    await hears(one_world, "omar", "can hear that")
    assert not any("/recordings/" in str(m) for m in one_world.ephemerals("omar"))
    await one_world.press(result(one_world, root), "call_recording", who="lee")
    await hears(one_world, "lee", "VozAgent gave the link just now")
    assert not any("/recordings/" in str(m) for m in one_world.slack.thread(root.channel, root.ts))
