"""Recordings of calls: a short tone, the same for each."""

import io
import math
import struct
import wave

from aiohttp import web

from bot.demo.telephony.account import ACCOUNT

routes = web.RouteTableDef()


@routes.get("/recordings/{name}")
async def recording(request: web.Request) -> web.Response:
    """For any call that rang; as a signed link, it needs no key."""
    if request.match_info["name"].removesuffix(".wav") not in request.app[ACCOUNT].calls:
        raise web.HTTPNotFound
    return web.Response(body=_tone(), content_type="audio/wav")


def _tone() -> bytes:
    """Half a second of 440 Hz."""
    rate = 8000
    waves = (round(9000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(rate // 2))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", level) for level in waves))
    return file.getvalue()
