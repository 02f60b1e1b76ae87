"""This process' line to the media engine, and how our channels are called there."""

import asyncio
import hashlib
import hmac
from weakref import WeakKeyDictionary

from django.conf import settings

from rooms.media.janus import Engine
from rooms.media.peer import Room
from rooms.models import Call, Channel

_engines: WeakKeyDictionary[asyncio.AbstractEventLoop, Engine] = WeakKeyDictionary()
_lock = asyncio.Lock()


async def engine() -> Engine:
    """Connected lazily, once per process; it reconnects by itself."""
    loop = asyncio.get_running_loop()
    async with _lock:
        if loop not in _engines:
            _engines[loop] = new_engine()
            await _engines[loop].start()
    return _engines[loop]


def new_engine() -> Engine:
    return Engine(
        settings.JANUS_URL,
        api_secret=settings.JANUS_API_SECRET,
        admin_key=settings.JANUS_ADMIN_KEY,
        bitrate=settings.MEDIA_BITRATE,
        here=settings.RELAY_HOST,
    )


def room_of(place: Channel | Call) -> Room:
    """Its room. Secret and pin are derived, so they are never stored and never leave the server."""

    def derived(purpose: str) -> str:
        return hmac.new(
            settings.SECRET_KEY.encode(), f"{purpose}:{place.room_key}".encode(), hashlib.sha256
        ).hexdigest()

    return Room(id=place.room_key, secret=derived("secret"), pin=derived("pin"))
