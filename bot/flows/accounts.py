"""What an operator asks of the providers' accounts: how they stand, and to tell us of calls."""

import asyncio
import secrets
from urllib.parse import urlsplit

from bot.calls.errors import NotAllowed, ProviderError, StoreAway
from bot.calls.operating import (
    Address,
    Addresses,
    Numbered,
    Registered,
    SetByHand,
    Standing,
    Subscribing,
    Subscription,
)
from bot.calls.ports import Clock
from bot.calls.provider import CallProvider

ANSWER_WITHIN = 30.0  # seconds


async def stand(provider: CallProvider) -> Standing:
    """Ask one account; a provider that cannot be asked is an answer too."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            agents = await provider.list_agents()
            numbers = await provider.phone_numbers() if isinstance(provider, Numbered) else None
    except ProviderError as error:
        return Standing(provider, why_not=error.for_user)
    except TimeoutError:
        text = f"{provider.label} did not answer within {ANSWER_WITHIN:.0f} seconds."
        return Standing(provider, why_not=text)
    return Standing(provider, agents, numbers)


class Registration:
    """Has providers tell us of calls at ``public_url``.

    Raises ``NotAllowed`` when that is no good address, and ``StoreAway`` while it can't be kept.
    """

    def __init__(self, public_url: str, addresses: Addresses, clock: Clock) -> None:
        self._base = checked(public_url)
        self._addresses = addresses
        self._clock = clock

    async def at(self, provider: CallProvider) -> Registered:
        """One provider. Raises ``StoreAway``, and then nothing new is told to us."""
        url = f"{self._base}/webhooks/{provider.name}"
        if isinstance(provider, SetByHand):
            return Registered(provider, url, by_hand=provider.webhook_advice(url))
        if not isinstance(provider, Subscribing):
            return Registered(provider)
        try:
            return await self._subscribe(provider, provider, url)
        except ProviderError as error:
            return Registered(provider, why_not=error.for_user)

    async def _subscribe(self, provider: CallProvider, there: Subscribing, url: str) -> Registered:
        """The new one is registered and kept before an old one is paused."""
        before = await self._addresses.of(provider.name)
        key = secrets.token_urlsafe(32)
        made = await there.subscribe(f"{url}/{key}")
        try:
            await self._addresses.keep(
                provider.name,
                url=f"{url}/{key}",
                now=self._clock.now(),
                their_id=made.id,
                address_key=key,
                secret=made.secret,
            )
        except StoreAway:
            await _still_on(there, made.id)
            raise
        older = await _older(there, made, url, before)
        on = {each for each in older if await _still_on(there, each)}
        paused = [each for each in older if each not in on]
        return Registered(provider, url, paused, sorted(on))


def checked(public_url: str) -> str:
    """Where the world reaches us, without a last slash. Raises ``NotAllowed``."""
    try:
        parts = urlsplit(public_url.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname:
        raise NotAllowed(
            "The address must begin with https:// and name a host, like https://bot.example.com; "
            f"“{public_url}” does not. Anybody on the way could read and forge what is told over "
            "http://. Nothing was registered."
        )
    if parts.username or parts.query or parts.fragment:
        raise NotAllowed(
            "The address must hold no user name, question mark or #. Nothing was registered."
        )
    return public_url.strip().rstrip("/")


async def _older(
    there: Subscribing, made: Subscription, url: str, before: Address | None
) -> list[str]:
    """Ids of what the new one stands for: the one kept until now, and others to this address.

    Such others are left by a run that died half way. Another Switchboard's are none of ours.
    """
    known = before.their_id if before else None
    try:
        found = [each for each in await there.subscriptions() if each.active]
    except ProviderError:
        return [known] if known else []
    ours = [each.id for each in found if each.id == known or each.url.startswith(f"{url}/")]
    return [each for each in ours if each != made.id]


async def _still_on(there: Subscribing, subscription_id: str) -> bool:
    try:
        await there.pause_subscription(subscription_id)
    except ProviderError:
        return True
    return False
