"""How the tests of the shared client dial, and how they name what comes of it."""

from typing import Any

from bot.calls.errors import MaybePlaced, NotPlaced
from bot.providers.account import Timeouts
from bot.providers.http import Line, ProviderClient

SHORT = Timeouts(connect=0.3, free_connection=0.3, send=0.3, answer=0.3, whole=1)
NOTES = {"notes": "hello"}


def line(base_url: str, **changes: Any) -> Line:
    """To a stand-in, with short patience."""
    headers = {"Authorization": "Bearer gw_secret"}
    return Line("standin", "StandIn", base_url, headers, **({"timeouts": SHORT} | changes))


async def dial(client: ProviderClient, body: dict[str, Any] | None = None) -> Any:
    """One dial that may be sent."""
    return await client.dial("/calls", body or NOTES, reference="C-1", may_send=lambda: True)


async def outcome(client: ProviderClient, body: dict[str, Any] | None = None) -> str:
    """``taken``, ``taken, unread``, ``maybe``, or the cause of a certain no.

    A text that says the wrong thing about the phone gives ``lie``.
    """
    try:
        answer = await dial(client, body)
    except NotPlaced as error:
        return error.cause.value if error.for_user.endswith("No phone rang.") else "lie"
    except MaybePlaced as error:
        return "maybe" if error.for_user.endswith("The phone may have rung.") else "lie"
    return "taken" if answer else "taken, unread"
