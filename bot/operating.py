"""What an operator does about the providers' accounts: look how they stand, register webhooks."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.calls.errors import NotAllowed, StoreAway
from bot.calls.operating import Address
from bot.calls.provider import CallProvider
from bot.flows.accounts import Registration, stand
from bot.providers import open_all, switched_on
from bot.reports.accounts import off_line, on_line, registered_lines
from bot.settings import Mistake, Settings
from bot.storage.database import Database
from bot.storage.house import settle_mode
from bot.storage.migrate import is_current
from bot.storage.webhooks import WebhookStore
from bot.wiring import clock_of

PRACTICE = (
    "Practice: no provider is asked, and no phone rings. `switchboard serve` starts stand-ins of "
    "all of them."
)
NOT_IN_PRACTICE = "Practice reaches no provider. Leave SWITCHBOARD_PRACTICE out. Nothing was done."
NOT_READY = (
    "The database of DATABASE_URL is not at the newest schema. Start the bot once, or run "
    "`switchboard migrate`. Nothing was registered."
)
NONE_ON = "No provider is on: give one its key, in SWITCHBOARD_PROVIDERS__…__API_KEY."


@dataclass(frozen=True, slots=True)
class Answer:
    """What is printed, and whether all is well."""

    lines: Sequence[str]
    well: bool


async def accounts(settings: Settings) -> Answer:
    """A line for each provider there is; not well when one that is on cannot be asked."""
    if settings.practice:
        return Answer([PRACTICE], well=True)
    on = switched_on(settings.providers)
    lines = {name: off_line(name) for name in type(settings.providers).model_fields}
    async with _opened(settings) as (providers, database):
        standings = await asyncio.gather(*(stand(each) for each in providers.values()))
        known = await _addresses(database, list(on))
    for found in standings:
        name = found.provider.name
        lines[name] = on_line(found, on[name].base_url, known)
    return Answer(list(lines.values()), well=not any(found.why_not for found in standings))


async def register_webhooks(settings: Settings, public_url: str) -> Answer:
    """Have every provider that can tell us of calls.

    Raises ``Mistake`` and ``NotUsable`` before anything was done.
    """
    if settings.practice:
        raise Mistake(NOT_IN_PRACTICE)
    async with _opened(settings) as (providers, database):
        try:
            desk = Registration(public_url, WebhookStore(database), clock_of(settings))
            if not await is_current(database):
                raise Mistake(NOT_READY)
            await settle_mode(database, practice=False)
            done = [await desk.at(provider) for provider in providers.values()]
        except (NotAllowed, StoreAway) as error:
            raise Mistake(error.for_user) from error
    lines = [line for each in done for line in registered_lines(each)]
    return Answer(lines or [NONE_ON], well=not any(each.why_not for each in done))


@asynccontextmanager
async def _opened(
    settings: Settings,
) -> AsyncIterator[tuple[Mapping[str, CallProvider], Database]]:
    """The providers that are on and the database; closed in any case."""
    database, providers = Database(settings.database_url), open_all(settings.providers)
    try:
        yield providers, database
    finally:
        await asyncio.gather(*(provider.aclose() for provider in providers.values()))
        await database.close()


async def _addresses(
    database: Database, names: Sequence[str]
) -> Mapping[str, Address | None] | None:
    """The registered webhooks; ``None`` when the database can't say."""
    try:
        if not await is_current(database):
            return None
        book = WebhookStore(database)
        return {name: await book.of(name) for name in names}
    except StoreAway:
        return None
