"""The usual way of Django Channels, for contrast: every viewer is a member of the layer's group, and each gets every
message from Redis by itself. Served by Daphne as it comes: `python -m daphne bench.hall.naive:application`."""

import os

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

LAYER = {
    "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "prefix": "naive", "serializer_format": "json"},
}
settings.configure(CHANNEL_LAYERS={"default": LAYER})
django.setup()


class Viewer(AsyncWebsocketConsumer):
    groups = ("hall",)

    async def chat_message(self, event: dict) -> None:
        await self.send(event["text"])


application = Viewer.as_asgi()
