"""Pays the first-time costs (number metadata, zone files, languages) before the first command."""

from datetime import UTC, datetime

import phonenumbers

from bot.understanding.command import read_command
from bot.understanding.other_languages import in_english
from bot.understanding.phones import shown, zones_of
from bot.understanding.reading import Context, KnownAgent
from bot.understanding.zones import zone_label

_COMMANDS = (
    "+1 212 555 0123, John Smith with Sample tomorrow 10am their time notes: warm",
    "020 7946 0958 with Sampel 24 Oct 3pm London time",
    "+49 30 901820 every Monday half past two",
)
_MOMENT = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)


def warm_up() -> None:
    """Reads a few commands so that the first real one is as fast as all others; about 0.3 s."""
    phonenumbers.PhoneMetadata.load_all()  # else each region costs up to 25 ms when first met
    agents = (KnownAgent("Sample", "sample"),)
    for region in ("US", "GB"):
        context = Context(_MOMENT, "America/New_York", region, agents)
        for command in _COMMANDS:
            read_command(command, context)
    in_english("24 octobre, mañana, dienstag, domani, amanhã, maandag, in 3 tagen")  # one of each
    shown("+12125550123")
    for zone in zones_of("+12125550123"):
        zone_label(zone, _MOMENT)
