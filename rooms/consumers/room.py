"""The room socket: presence by being connected, and media signalling."""

import secrets
from contextlib import suppress
from urllib.parse import parse_qs

from rest_framework import serializers

from billing import wallets
from core.consumers import NoFields, SocketConsumer
from core.errors import DomainError
from core.platforms import platform_of
from core.threads import in_database
from rooms import access, announce, selectors, shapes
from rooms.consumers import asking, ice
from rooms.consumers.calls import CallsMixin
from rooms.consumers.media import MediaMixin
from rooms.consumers.presence import presence
from rooms.consumers.seats import SeatsMixin
from rooms.models import Role
from rooms.services import leases, stays

OURS = ("timeout", "gave_up")  # the stay ended because we heard nothing, not because anybody wanted it
ENDS_ONLY_THE_SENDING = ("encoder", "show_ended", "right_taken", "seat_left", "seat_removed")


class OfCall(serializers.Serializer):
    """Media of the show; with `call` of that private call."""

    call = serializers.CharField(max_length=16, required=False, default="", allow_blank=True)


class Sdp(OfCall):
    sdp = serializers.CharField(max_length=60_000, trim_whitespace=False)


class Direction(OfCall):
    direction = serializers.ChoiceField(choices=["publish", "watch"])


class Trickle(Direction):
    candidate = serializers.JSONField(allow_null=True)


class RoomConsumer(MediaMixin, SeatsMixin, CallsMixin, SocketConsumer):
    speaks = True
    max_size = 64 * 1024  # an SDP is larger than any chat line
    shapes = {
        "ping": NoFields,
        "stay.leave": NoFields,
        "media.publish": Sdp,
        "media.watch": OfCall,
        "media.answer": Sdp,
        "media.trickle": Trickle,
        "media.stop": Direction,
        **SeatsMixin.seat_shapes,
        **CallsMixin.call_shapes,
    }

    async def opened(self) -> None:
        self.cid = self.scope["url_route"]["kwargs"]["cid"]
        self.connection = secrets.token_hex(8)
        self.sids: dict[str, str] = {}  # role -> the stay this connection holds
        self.metered_from = None
        self.begin_media()
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self.platform = platform_of(self.scope)
        self.as_host, self.as_staff = (query.get("as") == [whom] for whom in ("host", "staff"))
        self.by_right = self.as_host or self.as_staff  # without a stay
        await self.join_own_topic()
        if self.by_right:
            await self.require_entry()
        else:
            await self.ask_app(Role.VIEWER)
            stay = await in_database(stays.join, **self._me())
            self.metered_from = stay.metered_from
            await self.hold(stay)
        await self.join(f"room.{self.cid}")
        if self.as_host and await in_database(self._rules):
            await self.join(f"hosts.{self.cid}")
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

    async def ask_app(self, role: str) -> None:
        await asking.ask_app(self.actor, self.cid, role)

    def _rules(self) -> bool:
        return access.is_host(self.actor, selectors.channel_for(self.actor, self.cid))

    async def require_entry(self) -> None:
        seeing = access.require_wall if self.as_staff else access.require_watch
        rule = access.require_upload if self.as_host else seeing
        await in_database(lambda: rule(self.actor, selectors.channel_for(self.actor, self.cid)))

    def _snapshot(self) -> dict:
        channel = selectors.channel_for(self.actor, self.cid)
        me = {
            "uid": self.actor.uid if self.actor.pk else None,
            "host": access.is_host(self.actor, channel),
            "may_upload": access.may_upload(self.actor, channel),
            "sid": self.sids.get(Role.VIEWER),
            "balance": wallets.balance(self.actor),
            "metered_from": self.metered_from,
        }
        own = selectors.open_seat(channel, self.actor)
        if self.as_host and me["host"]:
            me["requests"] = [shapes.seat(seat) for seat in selectors.waiting(channel)]
        if me["host"] and channel.frozen_at:
            me["frozen_why"] = channel.frozen_why
        call = selectors.call_of(self.actor)
        me["call"] = shapes.call(call) if call else None
        me["seat"] = shapes.seat(own) if own else None
        return {**selectors.snapshot(channel), "me": me, "ice_servers": ice.servers(self.actor)}

    async def hold(self, stay) -> None:
        """From now on this connection is the stay's sign of life, and hears what concerns it. What was said before we
        listened is read from the row."""
        before = self.sids.get(stay.role)
        if before == stay.sid:
            return
        if before:
            await self.leave_topic(announce.stay_topic(before))
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
            with suppress(DomainError):
                await in_database(stays.lose, sid=sid, connection=self.connection)

    def signs(self) -> list[leases.Sign]:
        """Signs of life for what this connection holds. An uploader's stay lives by its media."""
        in_call = self.call_line is not None and self.call_line.sending
        alive = {Role.VIEWER: True, Role.UPLOADER: self.show_line.sending or self.away, Role.CALL: in_call}
        return [leases.Sign(sid, self.connection, alive[role]) for role, sid in self.sids.items()]

    def missed(self, gone: dict[str, str]) -> None:
        """What a lost signal would have said: these stays are over, or somebody else's."""
        for sid in [sid for sid in self.sids.values() if sid in gone]:
            if gone[sid] in OURS:
                self._close_soon(1012)  # the page comes back by itself and joins anew
            else:
                self._kicked(announce.stay_topic(sid), gone[sid])

    def on_signal(self, topic: str, name: str, data: dict) -> None:
        super().on_signal(topic, name, data)
        if name == "kicked" and data["but"] != self.connection:
            self._kicked(topic, data["reason"])
        elif name == "all_out":
            for role in [role for role in self.sids if data["role"] in (None, role)]:
                self._kicked(announce.stay_topic(self.sids[role]), data["reason"])
        elif name == "held":
            self.hold_back(data)
        elif name == "stepped_away":
            self.step_away()
        elif name == "called_back":
            self.away = False
        elif name == "recheck" and self.by_right:
            self.recheck_soon()

    def _kicked(self, topic: str, reason: str) -> None:
        role = next((role for role, sid in self.sids.items() if announce.stay_topic(sid) == topic), None)
        self.sids.pop(role, None)
        if role == Role.CALL:
            self.close_call()
            return
        if role == Role.UPLOADER:
            self.show_line.stop_publishing()
        self.push("kicked", reason=reason)
        if reason not in ENDS_ONLY_THE_SENDING:
            self._close_soon(4003)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        presence().heard(self)
        await super().receive(text_data, bytes_data)

    async def do_ping(self) -> None:
        """To be heard is all."""

    def drop(self) -> None:
        """The socket went silent: closed from our side, and the stay is watched."""
        self._close_soon(1001)

    async def do_stay_leave(self) -> None:
        """Gone, and with it what was watched; a person on the air stays there."""
        self.show_line.stop_watching()
        self.sids.pop(Role.VIEWER, None)
        await in_database(stays.leave, actor=self.actor, cid=self.cid, role=Role.VIEWER, connection=self.connection)
        if not self.sids:
            self._close_soon(1000)
