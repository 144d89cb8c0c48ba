"""Rows that an earlier version wrote are read as they were meant."""

from bot.calls.person import NONE_SET
from bot.storage.database import Database
from bot.storage.directory import PeopleStore
from bot.storage.rows import request_from_json, request_to_json
from bot.storage.tables import people
from tests.fakes import MORNING, request

LATER = ("retry_every", "retry_voicemail")


def test_a_request_without_later_fields_has_their_defaults() -> None:
    written = request_to_json(request(retries=2))
    assert set(LATER) <= set(written)
    old = {name: value for name, value in written.items() if name not in LATER}
    assert request_from_json(old) == request(retries=2)
    assert request_from_json(written) == request(retries=2)


async def test_defaults_without_later_fields_have_theirs(database: Database) -> None:
    async with database.write() as connection:
        old = {"agent": "Voz", "region": "US", "clock": "mine", "retries": 2}
        row = {"team": "T1", "person": "U1", "seen_at": MORNING, "defaults": old}
        await connection.execute(people.insert().values(row))
    found = await PeopleStore(database).defaults_of("T1", "U1")
    assert (found.agent, found.retries, found.retry_voicemail) == ("Voz", 2, False)
    assert not NONE_SET.retry_voicemail
