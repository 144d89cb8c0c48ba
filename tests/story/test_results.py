"""The result in the thread: a long transcript as a file, and the recording behind a button."""

from typing import Any

import pytest

from bot.demo.slack.messages import Message
from bot.demo.telephony import Fault, Kind, Outcome
from tests.story.silent import hears
from tests.story.world import World

NOW = "/dial +1 415 555 2671 with Voz now"
LONG = "\n".join(f"Customer: line {n}, my number is +1 415 555 2671." for n in range(90))
UPLOAD, SHARE = "files.getUploadURLExternal", "files.completeUploadExternal"

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
