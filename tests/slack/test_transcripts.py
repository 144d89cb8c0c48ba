"""A long transcript becomes a file once, and never stands in the way of its result."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web

from bot.calls.ports import Posts
from bot.calls.posts import Post, Role
from bot.calls.states import State
from bot.demo.slack import SlackStandIn
from bot.slack.client import SlackClient, SlackRefused, SlackSilent
from bot.slack.finding import Finder, NotLooked
from bot.slack.limits import Limiter
from bot.slack.transcripts import Transcripts
from tests.samples import attempt, call

FIRST_TRY = Post(
    call_id=call().id, role=Role.RESULT, channel="C0SALES", thread=None, ts=None,
    rev_wanted=3, rev_posted=0, doubtful=False, failures=0,
)  # fmt: skip
DOUBTFUL, LATER_TRY = replace(FIRST_TRY, doubtful=True), replace(FIRST_TRY, failures=7)
UPLOAD, SHARE, LOOK = (
    "files.getUploadURLExternal", "files.completeUploadExternal", "conversations.replies",
)  # fmt: skip
ENDED, LONG = call(State.COMPLETED), attempt(transcript="Customer: hello\n" * 50)


@dataclass
class Marks:
    """The one mark that is needed here: a message is about to be seen."""

    begun: list[Post] = field(default_factory=list)

    async def begin(self, post: Post) -> None:
        """Keep it."""
        self.begun.append(post)


@dataclass
class Studio:
    """The real client on the stand-in, and one thread."""

    slack: SlackStandIn
    client: SlackClient
    root: str = ""
    marks: Marks = field(default_factory=Marks)

    async def share(self, post: Post = FIRST_TRY, transcript: str | None = LONG.transcript) -> bool:
        """As the poster does it."""
        transcripts = Transcripts(
            client=self.client, posts=cast("Posts", self.marks), finder=Finder(self.client)
        )
        return await transcripts.share(post, ENDED, replace(LONG, transcript=transcript), self.root)

    @property
    def files(self) -> list[str]:
        """The names of the files in the thread."""
        replies = self.slack.thread("C0SALES", self.root)
        return [file["name"] for reply in replies for file in reply.files]


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    slack = SlackStandIn()
    await slack.start()
    async with aiohttp.ClientSession() as session:
        client = SlackClient(
            token=slack.workspace.tokens.bot,
            base_url=slack.api_url,
            session=session,
            limiter=Limiter(lambda: 0.0),
        )
        made = Studio(slack, client)
        made.root = (await client.call("chat.postMessage", channel="C0SALES", text="root"))["ts"]
        yield made
    await slack.stop()


async def test_a_long_transcript_is_shared_in_the_thread_and_marked_before_anybody_sees_it(
    studio: Studio,
) -> None:
    assert await studio.share()
    assert studio.files == ["C-4F7K transcript.txt"]
    assert studio.marks.begun == [FIRST_TRY]


async def test_a_short_one_is_no_file(studio: Studio) -> None:
    for transcript in (None, "", "Customer: hello"):
        assert not await studio.share(transcript=transcript)
    assert studio.files == []
    assert studio.slack.requests(UPLOAD) == []


@pytest.mark.parametrize("post", [DOUBTFUL, LATER_TRY])
async def test_on_a_later_try_it_is_looked_for_and_never_sent(studio: Studio, post: Post) -> None:
    assert not await studio.share(post)
    assert studio.files == []
    await studio.share()
    assert await studio.share(post)
    assert len(studio.files) == 1


async def test_a_doubt_is_kept_until_slack_can_be_asked_but_not_for_ever(studio: Studio) -> None:
    studio.slack.faults(LOOK, [{"kind": "error", "error": "missing_scope"}] * 2)
    with pytest.raises(NotLooked):
        await studio.share(DOUBTFUL)
    assert not await studio.share(LATER_TRY)


async def test_a_refused_upload_is_no_reason_to_keep_the_result_back(studio: Studio) -> None:
    for step in (UPLOAD, SHARE):
        studio.slack.faults(step, [{"kind": "error", "error": "missing_scope"}])
        assert not await studio.share()
    assert studio.files == []


@pytest.mark.parametrize("code", ["not_in_channel", "thread_not_found"])
async def test_a_closed_channel_is_told_to_the_poster(studio: Studio, code: str) -> None:
    studio.slack.faults(SHARE, [{"kind": "error", "error": code}])
    with pytest.raises(SlackRefused, match=code):
        await studio.share()


async def test_a_lost_answer_leaves_the_share_in_doubt(studio: Studio) -> None:
    studio.slack.faults(SHARE, [{"kind": "lost"}])
    with pytest.raises(SlackSilent):
        await studio.share()
    assert studio.marks.begun == [FIRST_TRY]
    assert await studio.share(DOUBTFUL)
    assert len(studio.files) == 1


async def test_an_upload_address_that_does_not_answer_once_is_asked_for_again(
    studio: Studio,
) -> None:
    studio.slack.faults(UPLOAD, [{"kind": "lost"}])
    assert await studio.share()
    assert len(studio.files) == 1


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def says(status: int) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    return answer


@pytest.mark.parametrize(
    ("answer", "error"),
    [(says(400), SlackRefused), (says(413), SlackRefused), (says(503), SlackSilent),
     (hangs_up, SlackSilent)],
)  # fmt: skip
async def test_bytes_that_are_not_taken_are_no_file(
    studio: Studio, answer: Answer, error: type[Exception]
) -> None:
    app: Any = web.Application()
    app.router.add_post("/upload", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    with pytest.raises(error):
        await studio.client.put(f"http://{host}:{port}/upload", b"words")
    await runner.cleanup()
