"""UnleashX's records of calls, and which of them is which call of ours."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field, Json

from bot.calls.provider import Order, Watched
from bot.providers.answers import Lenient
from bot.providers.fields import Answer, Moment, Seconds, Text, Whole, digits
from bot.providers.unleashx_api import agent_number

BEFORE = timedelta(minutes=1)  # the provider's clock may be behind ours by this
AFTER = timedelta(minutes=5)  # and the dial, or their record of it, may be this late
DAY = timedelta(days=1)
MOST_REMEMBERED = 5000

Party = tuple[int | None, str]  # the agent who calls, and the digits of the number called


class Given(Answer):
    """What a call was given, as far as we wrote it."""

    call_ref: Text = None


class Row(Answer):
    """A record of the list, the only way to read a call.

    Names differ by their case alone: ``TOTAL_DURATION`` is a number of seconds, ``total_duration``
    a text like "1m 1s", which is not read. How ``ID`` relates to the execution id is not
    documented.
    """

    id: int = Field(alias="ID")
    agent_id: Whole = Field(default=None, alias="AGENT_ID")
    calling_number: Text = Field(default=None, alias="CALLING_NUMBER")
    created_at: Moment = Field(default=None, alias="CREATED_AT")
    call_status: Text = Field(default=None, alias="CALL_STATUS")
    status: Text = Field(default=None, alias="STATUS")
    seconds: Seconds = Field(default=None, alias="TOTAL_DURATION")
    transcript: Text = Field(default=None, alias="TRANSCRIPT")
    file_path: Text = Field(default=None, alias="FILE_PATH")
    disposition: Text = Field(default=None, alias="DISPOSITION")
    # A guess from the name of the list's filter: no documented row shows it.
    input_data: Annotated[Given | Json[Given] | None, Lenient] = Field(
        default=None, alias="INPUT_DATA"
    )

    @property
    def party(self) -> Party:
        """Who called whom."""
        return self.agent_id, digits(self.calling_number or "")

    @property
    def reference(self) -> str | None:
        """Ours, where a row shows what its call was given; ``None`` where it does not."""
        return self.input_data.call_ref if self.input_data else None

    @property
    def word(self) -> str:
        """Its status: the call's own if told, else the record's."""
        told = (word.strip() for word in (self.call_status, self.status) if word)
        return next(filter(None, told), "")

    @property
    def recording_url(self) -> str | None:
        """Only a whole address: what a bare path would have to be put after is not documented."""
        path = (self.file_path or "").strip()
        return path if re.fullmatch(r"(?i)https?://[^\s/]\S*", path) else None

    def fits(self, order: Order, since: datetime, until: datetime) -> bool:
        """Whether it may be the call ordered, begun between the two instants.

        Without a time that can be read, only our own reference in it tells. A row of another
        reference is another call.
        """
        if self.party != party_of(order) or self.reference not in {None, order.reference}:
            return False
        if self.reference is not None:
            return True
        return self.created_at is not None and since <= self.created_at <= until


def party_of(order: Order) -> Party | None:
    """Who is to call whom, as ``Row.party``; ``None`` when no row can be of that agent."""
    agent_id = agent_number(order.agent_id)
    return None if agent_id is None else (agent_id, digits(order.number))


class Joins:
    """Remembers which record is which call; a record of one call is never taken for another's.

    A dial is answered with an id that no documented record shows, so a record is joined to a call
    by agent, number and time, and stays with it.
    """

    def __init__(self) -> None:
        self._row_of: dict[str, int] = {}
        self._call_of: dict[int, str] = {}

    def keep(self, provider_call_id: str, row_id: int) -> None:
        """From now on that record, and no other, is that call."""
        if provider_call_id in self._row_of:
            return
        if len(self._row_of) >= MOST_REMEMBERED:
            self._call_of.pop(self._row_of.pop(next(iter(self._row_of))), None)
        self._row_of[provider_call_id] = row_id
        self._call_of[row_id] = provider_call_id

    def may_be(self, watched: Sequence[Watched], rows: Sequence[Row]) -> dict[str, list[Row]]:
        """For each call asked about, by its id, the records it may be."""
        for each in watched:
            self._keep_row_id(each.provider_call_id)  # of all first: so no other call gets its row
        by_id = {row.id: row for row in rows}
        by_party: defaultdict[Party | None, list[Row]] = defaultdict(list)
        for row in by_id.values():
            if row.id not in self._call_of:
                by_party[row.party].append(row)
        found = {}
        for each in watched:
            own = self._row_of.get(each.provider_call_id)
            if own is None:
                found[each.provider_call_id] = _near(each, by_party[party_of(each.order)])
            else:
                found[each.provider_call_id] = [by_id[own]] if own in by_id else []
        return found

    def for_doubtful(
        self, order: Order, rows: Sequence[Row], since: datetime, until: datetime
    ) -> list[Row]:
        """The records a call without an id may be; not those that are known to be another's."""
        fitting = [row for row in rows if row.fits(order, since, until)]
        return [row for row in fitting if self._call_of.get(row.id, str(row.id)) == str(row.id)]

    def _keep_row_id(self, provider_call_id: str) -> None:
        """An id of digits is that of a record: only ``find`` gives one, and it means that record.

        The ids dials are answered with are UUIDs. Were one of digits too, then a record of that
        id would most likely be it, and any other only by accident.
        """
        if re.fullmatch(r"[0-9]{1,18}", provider_call_id):
            self.keep(provider_call_id, int(provider_call_id))


def sure(may_be: Mapping[str, Sequence[Row]]) -> dict[str, Row]:
    """Only what is clear both ways: a call that is one record, which is one call's."""
    claims = Counter(row.id for rows in may_be.values() for row in rows)
    return {
        provider_call_id: rows[0]
        for provider_call_id, rows in may_be.items()
        if len(rows) == 1 and claims[rows[0].id] == 1
    }


def day_before(moment: datetime) -> str:
    """A date early enough in every zone: in which one they read it is not documented."""
    return (moment.astimezone(UTC) - DAY).strftime("%Y-%m-%d")


def all_older(page: Sequence[Row], since: datetime) -> bool:
    """Whether a page, newest first, reached back before ``since``.

    Their order is not documented: a page not sorted that way never ends the search.
    """
    times = [row.created_at for row in page if row.created_at is not None]
    falling = times == sorted(times, reverse=True) and times[0] > times[-1] if times else False
    return falling and times[-1] < since


def _near(watched: Watched, rows: Sequence[Row]) -> list[Row]:
    since, until = watched.since - BEFORE, watched.since + AFTER
    return [row for row in rows if row.fits(watched.order, since, until)]
