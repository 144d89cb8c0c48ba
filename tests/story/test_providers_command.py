"""`switchboard providers` as an operator types it, against the providers' stand-ins."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.telephony import Fault, Kind
from bot.demo.unleashx import UnleashXStandIn
from bot.demo.voicy import DEMO_FROM, VoicyStandIn
from bot.demo.vozagent import VozAgentStandIn
from bot.storage.database import Database
from bot.storage.house import settle_mode
from bot.storage.lock import FileLock
from bot.storage.migrate import migrate
from bot.storage.webhooks import Webhook, WebhookStore

ROOT = Path(__file__).parents[2]
PUBLIC = "https://bot.example.com"
HOOK = re.compile(rf"{PUBLIC}/webhooks/vozagent/([\w-]{{40,}})")


@dataclass
class Desk:
    """An operator's terminal, and three providers on this machine."""

    folder: Path
    vozagent: VozAgentStandIn
    voicy: VoicyStandIn
    unleashx: UnleashXStandIn

    @property
    def url(self) -> str:
        """Of a database in that folder."""
        return f"sqlite+aiosqlite:///{self.folder / 'switchboard.db'}"

    def settings(self) -> dict[str, str]:
        """All but Vozzo are on."""
        name = "SWITCHBOARD_PROVIDERS__"
        return {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "DATABASE_URL": self.url,
            f"{name}VOZAGENT__API_KEY": self.vozagent.api_key,
            f"{name}VOZAGENT__BASE_URL": self.vozagent.base_url,
            f"{name}VOICY__API_KEY": self.voicy.api_key,
            f"{name}VOICY__BASE_URL": self.voicy.base_url,
            f"{name}VOICY__FROM_NUMBER": DEMO_FROM,
            f"{name}UNLEASHX__API_KEY": self.unleashx.api_key,
            f"{name}UNLEASHX__BASE_URL": self.unleashx.base_url,
        }

    async def types(self, *words: str, **changes: str) -> tuple[int, list[str], str]:
        """``switchboard providers …``: exit code, lines, complaints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "providers", *words, cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **self.settings(), **changes},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, out.decode().splitlines(), err.decode()

    async def registers(self) -> list[str]:
        """``switchboard providers register-webhooks``."""
        code, lines, err = await self.types("register-webhooks", "--url", PUBLIC)
        assert (code, err) == (0, "")
        return lines

    async def migrated(self, practice: bool | None = None) -> None:
        """As the bot leaves its database."""
        database = Database(self.url)
        await migrate(database)
        if practice is not None:
            await settle_mode(database, practice)
        await database.close()

    async def kept(self) -> Webhook:
        """What is kept of VozAgent's webhook."""
        database = Database(self.url)
        found = await WebhookStore(database).of("vozagent")
        await database.close()
        assert found is not None
        return found


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Three providers up."""
    made = Desk(tmp_path, VozAgentStandIn(), VoicyStandIn(), UnleashXStandIn())
    stand_ins = (made.vozagent, made.voicy, made.unleashx)
    for each in stand_ins:
        await each.start()
    yield made
    for each in stand_ins:
        await each.stop()


def line_of(name: str, lines: list[str]) -> str:
    (line,) = [each for each in lines if each.startswith(name)]
    return line


async def test_each_provider_has_a_line_with_what_it_can_do(desk: Desk) -> None:
    await desk.migrated()
    code, lines, err = await desk.types()
    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in lines] == [
        ["vozagent", "on"], ["voicy", "on"], ["unleashx", "on"], ["vozzo", "off"],
    ]  # fmt: skip
    vozagent = line_of("vozagent", lines)
    assert desk.vozagent.base_url in vozagent
    assert "2 of 4 agents usable" in vozagent
    assert "calls from +12025550199" in vozagent
    assert "no webhook registered" in vozagent
    assert f"calls from {DEMO_FROM}" in line_of("voicy", lines)
    assert "no webhook secret set" in line_of("voicy", lines)
    assert "has no webhooks" in line_of("unleashx", lines)
    assert "SWITCHBOARD_PROVIDERS__VOZZO__API_KEY" in line_of("vozzo", lines)


async def test_agents_in_the_settings_count_where_a_provider_lists_none(desk: Desk) -> None:
    agents = '{"Priya": {"id": "01234567-89ab-cdef-0123-456789abcdef", "language": "Hindi"}}'
    changes = {
        "SWITCHBOARD_PROVIDERS__VOZZO__API_KEY": "k",
        "SWITCHBOARD_PROVIDERS__VOZZO__BASE_URL": "http://127.0.0.1:9",
        "SWITCHBOARD_PROVIDERS__VOZZO__AGENTS": agents,
        "SWITCHBOARD_PROVIDERS__VOICY__WEBHOOK_SECRET": "invented",
    }
    code, lines, _ = await desk.types(**changes)
    assert code == 0
    assert "1 of 1 agents usable" in line_of("vozzo", lines)
    assert "webhook unknown" in line_of("voicy", lines)
    assert not (desk.folder / "switchboard.db").exists()  # looking makes no database
    await desk.migrated()
    _, lines, _ = await desk.types(**changes)
    assert "webhook secret set" in line_of("voicy", lines)


async def test_one_that_cannot_be_asked_says_why_and_the_exit_code_tells(desk: Desk) -> None:
    code, lines, err = await desk.types(SWITCHBOARD_PROVIDERS__VOICY__API_KEY="wrong")
    assert code == 1
    assert "COULD NOT BE ASKED: Voicy does not accept our account (401)" in line_of("voicy", lines)
    assert "agents usable" in line_of("vozagent", lines)
    assert "wrong" not in err


async def test_a_webhook_is_registered_under_a_secret_address(desk: Desk) -> None:
    await desk.migrated()
    lines = await desk.registers()
    ((hook_id, hook),) = desk.vozagent.account.webhooks.items()
    assert hook["events"] == ["call.started", "call.completed"]
    found = HOOK.fullmatch(hook["url"])
    assert found is not None
    kept = await desk.kept()
    assert kept.opens(found[1])
    assert (kept.their_id, kept.secret) == (hook_id, f"whsec_demo{hook_id}")
    assert not [word for word in (found[1], kept.secret or "?") if word in " ".join(lines)]
    assert f"vozagent: registered {PUBLIC}/webhooks/vozagent/…" in lines[0]
    assert "webhooks/vozagent/… since" in line_of("vozagent", (await desk.types())[1])


async def test_for_a_provider_without_such_an_api_it_says_what_to_enter_where(desk: Desk) -> None:
    await desk.migrated()
    voicy = line_of("voicy", await desk.registers())
    assert f"{PUBLIC}/webhooks/voicy and a secret" in voicy
    assert "SWITCHBOARD_PROVIDERS__VOICY__WEBHOOK_SECRET" in voicy
    assert "deploy the agent" in voicy


async def test_a_second_run_pauses_what_it_replaces_and_nobody_elses(desk: Desk) -> None:
    await desk.migrated()
    hooks = desk.vozagent.account.webhooks
    facts = {"name": "other", "events": ["call.completed"], "is_active": True}
    hooks["other"] = facts | {"id": "other", "url": "https://other.example.com/webhooks/vozagent/x"}
    hooks["left"] = facts | {"id": "left", "url": f"{PUBLIC}/webhooks/vozagent/of-a-run-that-died"}
    await desk.registers()
    (first,) = hooks.keys() - {"other", "left"}
    lines = await desk.registers()
    assert f"vozagent: paused the webhook {first} that it replaces." in lines
    active = {hook_id for hook_id, hook in hooks.items() if hook["is_active"]}
    assert active == {"other", (await desk.kept()).their_id}
    assert not hooks["left"]["is_active"]


async def test_a_refused_registration_changes_nothing_and_is_told(desk: Desk) -> None:
    await desk.migrated()
    await desk.registers()
    before = await desk.kept()
    desk.vozagent.misbehave(Fault(Kind.ERROR, on="read", status=403))
    code, lines, _ = await desk.types("register-webhooks", "--url", PUBLIC)
    assert code == 1
    assert line_of("vozagent", lines).startswith("vozagent: NOT REGISTERED. VozAgent does not")
    assert await desk.kept() == before
    assert all(hook["is_active"] for hook in desk.vozagent.account.webhooks.values())


async def test_an_old_one_that_cannot_be_paused_is_named(desk: Desk) -> None:
    await desk.migrated()
    await desk.registers()
    old = (await desk.kept()).their_id
    good = Fault(Kind.SLOW, on="read", seconds=0)
    desk.vozagent.misbehave(good, good, Fault(Kind.ERROR, on="read", status=500))
    lines = await desk.registers()
    assert any(f"webhook {old} that it replaces COULD NOT BE PAUSED" in line for line in lines)
    assert (await desk.kept()).their_id != old


async def test_only_a_clean_https_address_is_registered(desk: Desk) -> None:
    await desk.migrated()
    code, lines, err = await desk.types("register-webhooks", "--url", "http://bot.example.com")
    assert (code, lines) == (2, [])
    assert "must begin with https://" in err
    assert "Nothing was registered" in err
    assert not desk.vozagent.account.webhooks


async def test_a_path_before_ours_is_kept(desk: Desk) -> None:
    await desk.migrated()
    await desk.types("register-webhooks", "--url", f"{PUBLIC}/dial/")
    (hook,) = desk.vozagent.account.webhooks.values()
    assert hook["url"].startswith(f"{PUBLIC}/dial/webhooks/vozagent/")


async def test_without_a_database_or_in_practice_nothing_is_registered(desk: Desk) -> None:
    register = ("register-webhooks", "--url", PUBLIC)
    code, _, err = await desk.types(*register)
    assert (code, "switchboard migrate" in err) == (2, True)
    await desk.migrated(practice=True)
    code, _, err = await desk.types(*register)
    assert (code, "belongs to practice" in err) == (2, True)
    code, _, err = await desk.types(*register, SWITCHBOARD_PRACTICE="1")
    assert (code, "Practice reaches no provider" in err) == (2, True)
    assert not desk.vozagent.account.webhooks


async def test_it_may_be_registered_while_the_bot_runs(desk: Desk) -> None:
    await desk.migrated()
    lock = FileLock(Database(desk.url).url)
    lock.take()
    try:
        await desk.registers()
    finally:
        lock.release()
    assert (await desk.kept()).their_id


async def test_in_practice_no_provider_is_asked(desk: Desk) -> None:
    code, lines, _ = await desk.types(SWITCHBOARD_PRACTICE="1")
    assert code == 0
    assert "no provider is asked" in lines[0]
    assert not desk.vozagent.account.reads


async def test_a_database_that_does_not_answer_is_told_and_the_accounts_are_too(
    desk: Desk,
) -> None:
    (desk.folder / "switchboard.db").write_bytes(b"no database at all, whatever its name says")
    code, lines, _ = await desk.types()
    assert code == 0
    assert "webhook unknown" in line_of("vozagent", lines)
    code, _, err = await desk.types("register-webhooks", "--url", PUBLIC)
    assert code == 2
    assert "Traceback" not in err
