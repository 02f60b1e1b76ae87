"""The co-mic's commands on the room socket."""

from rest_framework import serializers

from core.threads import in_database
from rooms import shapes
from rooms.models import MOST_SEATS, Seat
from rooms.services import seats


class Number(serializers.IntegerField):
    def __init__(self, **options) -> None:
        super().__init__(min_value=1, max_value=MOST_SEATS, **options)


class Ask(serializers.Serializer):
    video = serializers.BooleanField(default=True)
    number = Number(required=False, allow_null=True)
    timeout = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=seats.LONGEST)


class Invite(Ask):
    uid = serializers.CharField(max_length=128)


class Rid(serializers.Serializer):
    rid = serializers.CharField(max_length=16)


class Accept(Rid):
    number = Number(required=False, allow_null=True)


class Mute(Rid):
    kind = serializers.ChoiceField(choices=["audio", "video"])
    muted = serializers.BooleanField()


class MoveTo(Rid):
    number = Number()


class Lock(serializers.Serializer):
    number = Number()
    seat = serializers.BooleanField(default=False)
    audio = serializers.BooleanField(default=False)
    video = serializers.BooleanField(default=False)


class SeatsMixin:
    """For RoomConsumer: `do_seat_*`. Each answers with the seat as it is now; all others hear of it by frames."""

    seat_shapes = {
        "seat.ask": Ask,
        "seat.invite": Invite,
        "seat.accept": Accept,
        "seat.refuse": Rid,
        "seat.cancel": Rid,
        "seat.leave": Rid,
        "seat.remove": Rid,
        "seat.mute": Mute,
        "seat.move": MoveTo,
        "seat.lock": Lock,
    }

    async def do_seat_ask(self, **fields: object) -> dict:
        return await self._seat(seats.ask, cid=self.cid, **fields)

    async def do_seat_invite(self, **fields: object) -> dict:
        return await self._seat(seats.invite, cid=self.cid, **fields)

    async def do_seat_accept(self, **fields: object) -> dict:
        return await self._seat(seats.accept, **fields)

    async def do_seat_refuse(self, rid: str) -> dict:
        return await self._seat(seats.refuse, rid=rid)

    async def do_seat_cancel(self, rid: str) -> dict:
        return await self._seat(seats.cancel, rid=rid)

    async def do_seat_leave(self, rid: str) -> dict:
        return await self._seat(seats.leave, rid=rid)

    async def do_seat_remove(self, rid: str) -> dict:
        return await self._seat(seats.remove, rid=rid)

    async def do_seat_mute(self, **fields: object) -> dict:
        return await self._seat(seats.mute, **fields)

    async def do_seat_move(self, **fields: object) -> dict:
        return await self._seat(seats.move, **fields)

    async def do_seat_lock(self, **fields: object) -> None:
        await in_database(seats.lock_seat, actor=self.actor, cid=self.cid, **fields)

    async def _seat(self, verb, **fields: object) -> dict:
        seat: Seat = await in_database(verb, actor=self.actor, **fields)
        return {"seat": shapes.seat(seat)}
