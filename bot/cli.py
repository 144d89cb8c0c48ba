"""The ``switchboard`` command."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot import __version__
from bot.calls.errors import StoreAway
from bot.calls.later import Later
from bot.calls.process_role import ProcessRole
from bot.operating import Answer, accounts, register_webhooks
from bot.providers import Providers
from bot.service import migrated, serve
from bot.settings import Mistake, Settings, load
from bot.slack.manifest import manifest
from bot.storage.alone import Alone
from bot.storage.backup import back_up
from bot.storage.database import Database
from bot.storage.lock import FileLock, NotUsable
from bot.storage.move import HERE, move
from bot.storage.restored import BACKUP, mark_restored
from bot.storage.take_back import take_back
from bot.understanding.seam import parse_line, parse_when_line
from bot.wiring import clock_of

if TYPE_CHECKING:
    from bot.demo import run as stage
    from bot.demo import stand_ins
else:  # a bot at work needs neither
    stage, stand_ins = Later("bot.demo.run"), Later("bot.demo.stand_ins")

LONGEST_LINE = 1_000_000  # characters of one JSON line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command; its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (Mistake, NotUsable) as mistake:
        print(mistake, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="switchboard", description="Places outbound AI phone calls from Slack."
    )
    parser.add_argument("--version", action="version", version=f"switchboard {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _serve_options(commands.add_parser("serve", help="run the bot"))
    _demo_options(commands.add_parser("demo", help="try it without any account or network"))
    parse = commands.add_parser("parse", help="how would this be read? JSON lines in and out")
    parse.add_argument("--when", action="store_true", help="time phrases instead of commands")
    parse.set_defaults(run=_parse)
    show = commands.add_parser("manifest", help="print the Slack app manifest")
    show.add_argument("--command", default="/dial", help="the root command")
    show.add_argument("--url", default="", help="public address; makes a manifest for signed HTTP")
    show.set_defaults(run=_manifest)
    _providers_options(commands.add_parser("providers", help="how the providers' accounts stand"))
    _migrate_options(
        commands.add_parser("migrate", help="the newest schema, or the shop to another database")
    )
    _backup_options(commands.add_parser("backup", help="a safety copy, while the bot runs"))
    _restored_options(commands.add_parser("restored", help="the database is an old state"))
    return parser


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        choices=[role.value for role in ProcessRole],
        default=ProcessRole.ALL.value,
        help="with PostgreSQL: door for Slack and webhooks, worker for the calls",
    )
    parser.add_argument("--mode", choices=["socket", "http"], default="socket")
    parser.add_argument("--host", default="127.0.0.1", help="where pages and HTTP mode listen")
    parser.add_argument("--port", type=int, default=3000)
    parser.set_defaults(run=_serve)


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument(
        "--headless", type=Path, metavar="SCRIPT", help="play a text script, print the conversation"
    )
    parser.set_defaults(run=_demo)


def _providers_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_providers)
    actions = parser.add_subparsers(metavar="ACTION")
    register = actions.add_parser("register-webhooks", help="have providers tell us of calls")
    register.add_argument("--url", required=True, help="where the world reaches us: https://…")
    register.set_defaults(run=_register)


def _migrate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="URL", help="copy all there, compare, and leave this one")
    parser.add_argument("--take-back", action="store_true", help="serve from DATABASE_URL again")
    parser.add_argument("--yes", action="store_true", help="take back from a copy that is gone")
    parser.set_defaults(run=_migrate)


def _backup_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    parser.set_defaults(run=_backup)


def _restored_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "instant", type=_instant, metavar="INSTANT", help="of which moment: 2026-11-20T18:00Z"
    )
    parser.set_defaults(run=_restored)


def _serve(options: argparse.Namespace) -> int:
    return asyncio.run(_serve_here(load(), options))


async def _serve_here(settings: Settings, options: argparse.Namespace) -> int:
    """In practice the stand-ins take the place of every provider, whatever was configured."""
    where = (options.mode, options.host, options.port, ProcessRole(options.role))
    if not settings.practice:
        return await serve(settings, *where)
    async with stand_ins.practising(clock_of(settings).now) as opened:
        providers = Providers.model_validate(opened)
        return await serve(settings.model_copy(update={"providers": providers}), *where)


def _demo(options: argparse.Namespace) -> int:
    return asyncio.run(stage.demo(options.port, options.headless))


def _parse(options: argparse.Namespace) -> int:
    read = parse_when_line if options.when else parse_line
    for answer in map(read, _lines(sys.stdin)):
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0


def _lines(source: Iterable[str]) -> Iterable[dict[str, Any]]:
    """One object per line; a line that is none becomes one the parser answers honestly."""
    for line in source:
        if not line.strip():
            continue
        try:
            found = json.loads(line[:LONGEST_LINE])
        except ValueError:
            found = None
        yield found if isinstance(found, dict) else {}


def _manifest(options: argparse.Namespace) -> int:
    facts = manifest(options.command, socket=not options.url, url=options.url)
    print(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True), end="")
    return 0


def _migrate(options: argparse.Namespace) -> int:
    if options.take_back:
        return asyncio.run(_take_back(load(), options.to, sure=options.yes))
    if options.to:
        return asyncio.run(_move(load(), options.to))
    return asyncio.run(_upgrade(load()))


async def _upgrade(settings: Settings) -> int:
    database = Database(settings.database_url)
    lock = FileLock(database.url) if database.dialect == "sqlite" else None
    if lock:
        lock.take()
    try:
        print(f"The database is at revision {await migrated(database)}.")
    finally:
        await database.close()
    return 0


async def _move(settings: Settings, to: str) -> int:
    """1 when the two databases differ in the end."""
    now = clock_of(settings).now()
    async with _opened(settings.database_url) as source, _opened(to, "--to") as target:
        moved = await move(source, target, now=now, told=_say)
    print("\n".join(moved.lines()))
    return 0 if moved.well else 1


def _say(line: str) -> None:
    print(line, flush=True)


async def _take_back(settings: Settings, to: str | None, *, sure: bool) -> int:
    async with _opened(settings.database_url) as source:
        if to is None:
            print(await take_back(source, None, sure=sure))
            return 0
        async with _opened(to, "--to") as target:
            print(await take_back(source, target, sure=sure))
    return 0


@asynccontextmanager
async def _opened(url: str, name: str = HERE) -> AsyncIterator[Database]:
    """A database, closed in any case. Raises ``NotUsable`` and ``Mistake``."""
    try:
        database = Database(url)
    except NotUsable as error:
        raise NotUsable(str(error).replace(HERE, name)) from None
    try:
        yield database
    except StoreAway as error:
        raise Mistake(f"A database does not answer: {error}. The same command goes on.") from error
    finally:
        await database.close()


def _backup(options: argparse.Namespace) -> int:
    settings = load()
    url = Database(settings.database_url).url
    size = back_up(url, options.file, now=clock_of(settings).now(), force=options.force)
    print(f"{options.file}: {size:,} bytes, checked. It holds secrets; keep it like a password.")
    return 0


def _restored(options: argparse.Namespace) -> int:
    return asyncio.run(_mark_restored(load(), options.instant))


async def _mark_restored(settings: Settings, since: datetime) -> int:
    async with _opened(settings.database_url) as database, Alone(database, HERE):
        await migrated(database)
        async with database.write() as connection:
            await mark_restored(connection, since, BACKUP)
    print("At the first start, calls that may have been made since are held for a person.")
    return 0


def _instant(text: str) -> datetime:
    """An aware instant in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("it needs its zone, as in 2026-11-20T18:00Z")
    return moment.astimezone(UTC)


def _providers(options: argparse.Namespace) -> int:
    return _told(asyncio.run(accounts(load())))


def _register(options: argparse.Namespace) -> int:
    return _told(asyncio.run(register_webhooks(load(), options.url)))


def _told(answer: Answer) -> int:
    """Print the lines; 1 when not all is well."""
    print("\n".join(answer.lines))
    return 0 if answer.well else 1
