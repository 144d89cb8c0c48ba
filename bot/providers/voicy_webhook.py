"""Whether a webhook comes from Voicy, and which call it tells of; pure."""

import base64
import hmac
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import SecretStr

from bot.calls.provider import NotGenuine
from bot.providers.answers import Lenient
from bot.providers.fields import Answer
from bot.providers.voicy_api import Detail

SIGNATURE = "x-voicy-signature"
ENDED = "call_ended"


class Delivery(Answer):
    """The body of a webhook; whatever is not an event nobody can read."""

    event: str
    call: Annotated[Detail | None, Lenient] = None


def call_told(headers: Mapping[str, str], body: bytes, secret: SecretStr | None) -> Detail | None:
    """The call that ended; ``None`` for other events. Raises ``NotGenuine``.

    ``body`` is as it came: what was signed are its bytes.
    """
    if secret is None or not _is_signed(headers, body, secret.get_secret_value()):
        raise NotGenuine("A webhook without the right signature was refused.", detail="signature")
    try:
        delivery = Delivery.model_validate(json.loads(body, parse_float=Decimal))
    except (ValueError, RecursionError):  # ValidationError is a ValueError
        delivery = None
    if delivery is None or (delivery.event == ENDED and delivery.call is None):
        raise NotGenuine("A webhook I can't read was refused.", detail="unreadable")
    return delivery.call if delivery.event == ENDED else None


def _is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """How the digest is written is not documented; either way, only who has the secret can."""
    given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE, "").strip()
    scheme, _, proof = given.partition("=")
    digest = hmac.digest(secret.encode("utf-8", "surrogateescape"), body, "sha256")
    in_hex = _same(proof.lower(), digest.hex())
    in_base64 = _same(proof, base64.b64encode(digest).decode("ascii"))
    return scheme.lower() == "sha256" and (in_hex or in_base64)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode("ascii"))
