"""Stock Bolt in Socket Mode, as its documentation begins.

``python -m tests.bench.stock_socket ORDER`` with Slack's ``api`` and the two tokens.
"""

import asyncio
import json
import sys

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main(api: str, bot_token: str, app_token: str) -> None:
    """Serve until ended."""
    client = AsyncWebClient(token=bot_token, base_url=api)
    handler = AsyncSocketModeHandler(AsyncApp(client=client), app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
    print(json.dumps({"port": 0}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
