"""The chat socket. Everybody who may read is here; guests receive only."""

from urllib.parse import unquote

from rest_framework import serializers

from chat import access, history
from chat.services import groups, messages
from core.consumers import SocketConsumer
from core.threads import in_database


class ChatSend(serializers.Serializer):
    kind = serializers.CharField(max_length=16, default="text")
    text = serializers.CharField(max_length=2000, trim_whitespace=False)
    priority = serializers.CharField(max_length=8, required=False)  # read and ignored: the kind decides


class ChatConsumer(SocketConsumer):
    shapes = {"chat.send": ChatSend}

    async def opened(self) -> None:
        self.gid = unquote(self.scope["url_route"]["kwargs"]["gid"])
        await self.require_entry()  # before the first frame can come
        await self.join_own_topic()
        await self.join(history.topic(self.gid))
        await self.tell_all()

    async def require_entry(self) -> None:
        await in_database(lambda: access.require_read(self.actor, groups.group_for(self.actor, self.gid)))

    async def tell_all(self, **marks: object) -> None:
        self.push("chat.welcome", **marks, **await in_database(messages.welcome, actor=self.actor, gid=self.gid))

    def on_signal(self, topic: str, name: str, data: dict) -> None:
        super().on_signal(topic, name, data)
        if name == "recheck" or (name == "left_group" and data["gid"] == self.gid):
            self.recheck_soon()

    async def do_chat_send(self, kind: str, text: str, priority: str = "") -> dict:
        return await in_database(messages.send, actor=self.actor, gid=self.gid, kind=kind, text=text)
