"""Opens the demo page in the machine's own Chromium, on the fake desk, and watches it."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright

from tests.demo.page_server import FakeDesk

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


def chromium() -> str:
    """The browser's path; skips the test, and says why, when the machine has none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"NO BROWSER: set $CHROMIUM, or install one of {', '.join(NAMES)}")
    return found


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


class Screen:
    """One tab on one desk. ``troubles`` collects script errors and requests to other servers."""

    def __init__(self, page: Page, desk: FakeDesk, url: str) -> None:
        self.page, self.desk, self.url = page, desk, url
        self.troubles: list[str] = []
        page.set_default_timeout(5_000)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self._watch(request.url))
        page.on("console", self._hear)

    def _watch(self, url: str) -> None:
        if not url.startswith((self.url, "data:")):
            self.troubles.append(f"asked another server: {url}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)

    async def visit(self, user: str = "U1") -> None:
        await self.page.goto(f"{self.url}/#user={user}")
        await self.page.wait_for_selector(f"body[data-ready={user}]")

    async def become(self, user: str) -> None:
        await self.page.locator(f"[data-user={user}]").click()
        await self.page.wait_for_selector(f"body[data-ready={user}]")

    def __getitem__(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def control(self, action_id: str) -> Locator:
        return self.page.locator(f"[data-action-id={action_id}]")

    def message(self, ts: str) -> Locator:
        return self.page.locator(f"#channel-messages [data-ts='{ts}']")

    async def type(self, text: str, box: str = "composer") -> None:
        await self[box].fill(text)
        await self[box].press("Enter")


@asynccontextmanager
async def screen_on(browser: Browser, desk: FakeDesk) -> AsyncIterator[Screen]:
    """A fresh tab showing the desk as Rita; at the end it must have had no trouble."""
    runner = web.AppRunner(desk.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    host, port = runner.addresses[0][:2]
    screen = Screen(await context.new_page(), desk, f"http://{host}:{port}")
    try:
        await screen.visit()
        yield screen
        assert not screen.troubles
    finally:
        await context.close()
        desk.hang_up()
        await runner.cleanup()
