"""The ``switchboard`` command."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot import __version__
from bot.demo.run import demo
from bot.service import migrated, serve
from bot.settings import Mistake, Settings, load
from bot.slack.manifest import manifest
from bot.storage.database import Database
from bot.storage.lock import FileLock, NotUsable
from bot.understanding.seam import parse_line, parse_when_line

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
    upgrade = commands.add_parser("migrate", help="bring the database to the newest schema")
    upgrade.set_defaults(run=_migrate)
    return parser


def _serve_options(parser: argparse.ArgumentParser) -> None:
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


def _serve(options: argparse.Namespace) -> int:
    return asyncio.run(serve(load(), options.mode, options.host, options.port))


def _demo(options: argparse.Namespace) -> int:
    return asyncio.run(demo(options.port, options.headless))


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
