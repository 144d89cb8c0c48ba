"""`switchboard demo` as a newcomer meets it: in a browser, and from a script."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.demo.script import ScriptFailed
from bot.demo.script import play as play_at
from bot.demo.stage import Stage
from tests.demo.page_browser import browsing

ROOT = Path(__file__).parents[2]
LINE = "/dial +1 415 555 2671 with Voz tomorrow 10am"
PATIENCE = 30_000  # milliseconds


@asynccontextmanager
async def demo(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The command as it is typed; the address it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", *arguments,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(40):
            while True:
                line = (await process.stdout.readline()).decode()
                assert line, "the demo ended before it was ready"
                if "http://" in line:
                    break
        yield process, line.split()[-1]
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), 20)


@pytest.mark.browser
async def test_the_line_of_the_readme_in_the_browser(tmp_path: Path) -> None:
    async with browsing() as browser, demo() as (_, address):
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(address)
        await page.wait_for_selector("body[data-ready]")
        await page.get_by_test_id("composer").fill(LINE)
        await page.get_by_test_id("composer").press("Enter")
        confirmation = page.locator("#channel-messages [data-ts]").last
        await expect(confirmation).to_contain_text("10:00 AM CST (your time)", timeout=PATIENCE)
        await expect(confirmation).to_contain_text("8:00 AM PST (their time)")
        await change_the_name(page)
        await page.get_by_role("button", name="Schedule call").click()
        root = page.locator("#channel-messages [data-ts]", has_text="asked by").last
        await expect(root).to_contain_text("Scheduled", timeout=PATIENCE)
        await page.get_by_test_id("clock-tomorrow").click()
        await expect(root).to_contain_text("Reached", timeout=PATIENCE)
        await root.get_by_test_id("replies").click()
        thread = page.locator("#thread-messages")
        await expect(thread).to_contain_text("Summary", timeout=PATIENCE)
        await expect(thread).to_contain_text("kitchen remodel")
        await expect(page.locator(".cannot-draw")).to_have_count(0)
        await page.get_by_test_id("panel-toggle").click()
        await expect(page.get_by_test_id("tally").first).to_contain_text("1 dial · 1 rang")
        await expect(page.get_by_test_id("toast")).to_be_hidden(timeout=PATIENCE)
        picture = tmp_path / "demo.png"
        await page.screenshot(path=picture)
        if os.environ.get("KEEP_PICTURE"):  # how the picture of the README is made
            shutil.copy(picture, ROOT / "tests/pictures/demo.png")
        assert not troubles


@pytest.mark.browser
async def test_the_buttons_of_a_question_in_the_browser() -> None:
    async with browsing() as browser, demo() as (_, address):
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        await page.goto(address)
        await page.wait_for_selector("body[data-ready]")
        line = "/dial +1 415 555 2671 with Vox tomorrow at 3"
        await page.get_by_test_id("composer").fill(line)
        await page.get_by_test_id("composer").press("Enter")
        question = page.locator("#channel-messages [data-ts]").last
        await expect(question).to_contain_text("Did you mean", timeout=PATIENCE)
        await question.get_by_role("button", name="Voz", exact=True).click()
        afternoon = question.get_by_role("button", name="3:00 PM CST")
        await afternoon.click(timeout=PATIENCE)
        await expect(question).to_contain_text("3:00 PM CST (your time)", timeout=PATIENCE)
        await expect(question).to_contain_text("1:00 PM PST (their time)")
        await question.get_by_role("button", name="Cancel").click()
        await expect(question).to_contain_text("Nothing was scheduled", timeout=PATIENCE)


async def change_the_name(page: Page) -> None:
    """*Change…* opens the form filled in; what is changed there shows in the confirmation."""
    await page.get_by_role("button", name="Change…").click()
    form = page.get_by_test_id("modal")
    await expect(form.get_by_label("Number")).to_have_value("+1 415-555-2671", timeout=PATIENCE)
    await form.get_by_label("Name of the person called").fill("John Smith")
    await page.get_by_test_id("modal-submit").click()
    confirmation = page.locator("#channel-messages [data-ts]").last
    await expect(confirmation).to_contain_text("John Smith", timeout=PATIENCE)


async def test_ctrl_c_ends_the_demo_and_everything_it_started() -> None:
    async with demo() as (process, _):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        bots = children.read_text(encoding="ascii").split() if children.exists() else []
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 15) == 0
        assert not [bot for bot in bots if Path(f"/proc/{bot}").exists()]


async def play(script: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, what was printed, what was complained of."""
    file = folder / "script.txt"
    file.write_text(script, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--headless", str(file),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_script_plays_the_same_story_and_prints_the_conversation(tmp_path: Path) -> None:
    code, out, err = await play(
        f"""
# the story of the README
{LINE}
press Change…
fill notes = Ring twice
submit
press Schedule call
wait for Scheduled
skip to 10:00 tomorrow
wait for Reached
wait for Summary
expect Cost $0.27
expect not Voicemail
as lee
calls go no-answer
/dial +1 415 555 2672 with Voz in 20 minutes
press Schedule call
wait for Due
skip to next call
wait for nobody answered
""",
        tmp_path,
    )
    assert (code, err) == (0, "")
    assert "Reached" in out
    assert "as Lee Lead sees it" in out
    assert "kitchen remodel" in out


async def test_a_script_makes_trouble_at_each_provider(tmp_path: Path) -> None:
    code, out, err = await play(
        """
skip to 10:00 tomorrow
calls go voicemail at vozagent
trouble answer-lost at unleashx
trouble too-many at voicy
webhook before
/dial +1 415 555 0180 with Maya now
wait for Call now?
press Call now
wait for Not sure it rang
wait for Maya talked for 2 min 14 s
/dial +1 415 555 0181 with Dana now
wait for Call now?
press Call now
wait for Not dialled: Voicy takes no more requests right now
skip 1 minute
wait for Dana talked for 2 min 14 s
as nora
/dial +1 415 555 0182 with Voz now
wait for Call now?
press Call now
wait for got a voicemail
/dial +1 415 555 0183 with Priya now
wait for Call now?
press Call now
wait for Handed to Vozzo
expect asked by @nora
""",
        tmp_path,
    )
    assert (code, err) == (0, "")
    assert "as Nora Rep sees it" in out


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("calls go well", "calls can go: answered, no-answer, busy, voicemail, failed"),
        ("trouble fire at voicy", "none, answer-lost, bad-key, too-many, error, silent, slow"),
        ("trouble silent at acme", "vozagent, vozzo, unleashx, voicy; not “acme”"),
        ("webhook maybe", "the webhook can come: before, after, off"),
    ],
)
async def test_what_a_script_cannot_turn_is_explained(
    line: str, complaint: str, tmp_path: Path
) -> None:
    stage = Stage(tmp_path)
    with pytest.raises(ScriptFailed, match="line 1") as failure:
        await play_at(stage, line, lambda _: None)
    assert complaint in str(failure.value)


async def test_a_script_that_fails_says_where_and_shows_the_conversation(tmp_path: Path) -> None:
    code, _, err = await play(f"{LINE}\npress Fly away\n", tmp_path)
    assert code == 1
    assert "line 2: press Fly away" in err
    assert "Schedule this call?" in err


async def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    async with demo() as (_, address):
        port = address.rsplit(":", 1)[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", port,
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 2
        assert f"Port {port} can't be used" in err.decode()
