"""The door for providers, in the running bot."""

import aiohttp

from bot.storage.webhooks import WebhookStore
from tests.story.world import FRIDAY, World

BODY = {"event": "call.completed", "call_id": "call-of-somebody-else"}


async def test_the_bot_listens_to_providers_beside_its_pages(one_world: World) -> None:
    assert one_world.bot is not None
    assert one_world.bot.shop is not None
    origin = f"http://127.0.0.1:{one_world.bot.port}/webhooks"
    addresses = WebhookStore(one_world.bot.shop.database)
    async with aiohttp.ClientSession() as session:

        async def told(path: str) -> int:
            async with session.post(f"{origin}/{path}", json=BODY) as answer:
                return answer.status

        assert [await told("vozagent/key"), await told("nobody")] == [401, 404]
        await addresses.keep("vozagent", url=f"{origin}/key", now=FRIDAY, address_key="key")
        assert await told("vozagent/key") == 200
