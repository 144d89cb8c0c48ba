"""``/healthz`` for the container's health check, ``/metrics`` for Prometheus."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

Health = Callable[[], Awaitable[Mapping[str, object]]]
SlackHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LABELS = {"standing_still": "state"}  # what is counted apart, where it is not plain
LARGEST_BODY = 1_000_000  # bytes; Slack sends far less


def web_app(
    health: Health, slack: SlackHandler | None = None, webhooks: Iterable[web.RouteDef] = ()
) -> web.Application:
    """The pages; ``slack`` answers Slack's signed requests in HTTP mode."""
    app = web.Application(client_max_size=LARGEST_BODY)

    async def healthz(request: web.Request) -> web.Response:
        facts = await health()
        return web.json_response(dict(facts), status=200 if facts.get("ok") else 503)

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=await _metrics(health), content_type="text/plain")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    if slack is not None:
        app.router.add_post("/slack/events", slack)
    app.router.add_routes(webhooks)
    return app


async def _metrics(health: Health) -> bytes:
    """The same facts as numbers; a registry of its own, so that nothing lingers."""
    registry = CollectorRegistry()
    for name, value in (await health()).items():
        if isinstance(value, bool | int | float):
            Gauge(f"switchboard_{name}", name.replace("_", " "), registry=registry).set(value)
        elif isinstance(value, Mapping):
            words = name.replace("_", " ")
            named = LABELS.get(name, "of")
            gauge = Gauge(f"switchboard_{name}", words, [named], registry=registry)
            for label, count in value.items():
                gauge.labels(str(label)).set(float(count))
    return generate_latest(registry)
