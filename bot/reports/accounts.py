"""How the providers' accounts stand, a line each, as an operator reads them in a terminal."""

from collections.abc import Mapping, Sequence

from bot.calls.operating import Address, Registered, SetByHand, Standing, Subscribing
from bot.calls.provider import Agent


def off_line(name: str) -> str:
    """A provider that has no settings."""
    return f"{name:<8}  off  set SWITCHBOARD_PROVIDERS__{name.upper()}__API_KEY to switch it on"


def on_line(found: Standing, base_url: str, addresses: Mapping[str, Address | None] | None) -> str:
    """A provider that is on; ``addresses`` are ``None`` when our database can't say."""
    webhook = "webhook unknown: the database does not tell, see `switchboard migrate`"
    if addresses is not None:
        webhook = _webhook(found, addresses[found.provider.name])
    facts = [base_url, *_facts(found), webhook]
    return f"{found.provider.name:<8}  on   {' · '.join(facts)}"


def registered_lines(done: Registered) -> Sequence[str]:
    """What was done at one provider, and what is left to do."""
    name = done.provider.name
    if done.why_not:
        return [f"{name}: NOT REGISTERED. {done.why_not}"]
    if done.by_hand:
        return [f"{name}: {done.by_hand}"]
    if not done.url:
        return [f"{name}: has no webhooks; it is asked how calls go, where it can be asked."]
    lines = [f"{name}: registered {done.url}/…; the key in its address and their secret are kept."]
    lines += [f"{name}: paused the webhook {each} that it replaces." for each in done.paused]
    lines += [
        f"{name}: the webhook {each} that it replaces COULD NOT BE PAUSED; what it sends is "
        f"refused. Pause it at {done.provider.label}."
        for each in done.still_there
    ]
    return lines


def _facts(found: Standing) -> list[str]:
    if found.why_not is not None:
        return [f"COULD NOT BE ASKED: {found.why_not}"]
    facts = [_agents(found.agents)]
    if found.numbers is not None:
        facts.append(f"calls from {', '.join(found.numbers) or 'no number'}")
    return facts


def _agents(agents: Sequence[Agent]) -> str:
    usable = sum(agent.active for agent in agents)
    return f"{usable} of {len(agents)} agents usable"


def _webhook(found: Standing, address: Address | None) -> str:
    """Whether it tells us of calls, or is only asked."""
    if address is not None:
        return f"webhook {address.url} since {address.registered_at:%-d %b %Y %H:%M} UTC"
    if isinstance(found.provider, Subscribing):
        return "no webhook registered, it is only asked"
    if isinstance(found.provider, SetByHand):
        hears = found.provider.capabilities.hears
        return "webhook secret set" if hears else "no webhook secret set, it is only asked"
    return "has no webhooks"
