"""The room socket: presence by being connected, and media signalling."""

import secrets
from urllib.parse import parse_qs

from rest_framework import serializers

from core.consumers import NoFields, SocketConsumer
from core.errors import DomainError
from core.threads import in_database
from rooms import access, announce, selectors
from rooms.consumers import ice
from rooms.consumers.media import MediaMixin
from rooms.consumers.presence import presence
from rooms.models import Role
from rooms.services import stays

ENDS_ONLY_THE_SENDING = ("show_ended", "right_taken")


class Sdp(serializers.Serializer):
    sdp = serializers.CharField(max_length=60_000, trim_whitespace=False)


class Direction(serializers.Serializer):
    direction = serializers.ChoiceField(choices=["publish", "watch"])


class Trickle(Direction):
    candidate = serializers.JSONField(allow_null=True)


class RoomConsumer(MediaMixin, SocketConsumer):
    max_size = 64 * 1024  # an SDP is larger than any chat line
    shapes = {
        "ping": NoFields,
        "stay.leave": NoFields,
        "media.publish": Sdp,
        "media.watch": NoFields,
        "media.answer": Sdp,
        "media.trickle": Trickle,
        "media.stop": Direction,
    }

    async def opened(self) -> None:
        self.cid = self.scope["url_route"]["kwargs"]["cid"]
        self.connection = secrets.token_hex(8)
        self.sids: dict[str, str] = {}  # role -> the stay this connection holds
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self.platform = query.get("platform", ["web"])[0][:16]
        try:
            await self._enter(as_host=query.get("as") == ["host"])
        except DomainError as error:
            await self.refuse(error)

    async def _enter(self, *, as_host: bool) -> None:
        await self.join_own_topic()
        if as_host:
            await in_database(self._require_upload)
        else:
            stay = await in_database(stays.join, **self._me())
            await self.hold(stay)
        await self.join(f"room.{self.cid}")
        await self.tell_all()
        presence().joined(self)

    async def tell_all(self, **marks: object) -> None:
        self.push("room.snapshot", **marks, **await in_database(self._snapshot))

    def _me(self) -> dict:
        return {
            "actor": self.actor,
            "cid": self.cid,
            "connection": self.connection,
            "platform": self.platform,
        }

    def _require_upload(self) -> None:
        access.require_upload(self.actor, selectors.channel_for(self.actor, self.cid))

    def _snapshot(self) -> dict:
        channel = selectors.channel_for(self.actor, self.cid)
        me = {
            "uid": self.actor.uid if self.actor.pk else None,
            "host": access.is_host(self.actor, channel),
            "may_upload": access.may_upload(self.actor, channel),
            "sid": self.sids.get(Role.VIEWER),
        }
        return {**selectors.snapshot(channel), "me": me, "ice_servers": ice.servers(self.actor)}

    async def hold(self, stay) -> None:
        """From now on this connection is the stay's sign of life, and hears what concerns it. What was said before we
        listened is read from the row."""
        if self.sids.get(stay.role) == stay.sid:
            return
        self.sids[stay.role] = stay.sid
        topic = announce.stay_topic(stay.sid)
        await self.join(topic)
        taken = await in_database(stays.taken_from, sid=stay.sid, connection=self.connection)
        if taken:
            self._kicked(topic, taken)

    async def closed(self, code: int) -> None:
        presence().left(self)
        self.close_media()
        for sid in self.sids.values():
            await in_database(stays.lose, sid=sid, connection=self.connection)

    def on_signal(self, topic: str, name: str, data: dict) -> None:
        super().on_signal(topic, name, data)
        if name == "kicked" and data["but"] != self.connection:
            self._kicked(topic, data["reason"])

    def _kicked(self, topic: str, reason: str) -> None:
        role = next((role for role, sid in self.sids.items() if announce.stay_topic(sid) == topic), None)
        if role == Role.UPLOADER:
            self.stop_publishing()
        self.sids.pop(role, None)
        self.push("kicked", reason=reason)
        if reason not in ENDS_ONLY_THE_SENDING:
            self._close_soon(4003)

    async def do_ping(self) -> None:
        presence().heard(self)

    def drop(self) -> None:
        """The socket went silent: closed from our side, and the stay is watched."""
        self._close_soon(1001)

    async def do_stay_leave(self) -> None:
        self.sids.pop(Role.VIEWER, None)
        await in_database(stays.leave, actor=self.actor, cid=self.cid, role=Role.VIEWER, connection=self.connection)
