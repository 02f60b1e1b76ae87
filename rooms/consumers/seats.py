"""The co-mic's commands on the room socket."""

from core.threads import in_database
from rooms import shapes
from rooms.commands import Accept, Ask, Invite, Lock, MoveTo, Mute, Rid
from rooms.models import Seat
from rooms.services import seats


class AcceptSeat(Rid, Accept):
    pass


class MuteSeat(Rid, Mute):
    pass


class MoveSeat(Rid, MoveTo):
    pass


class LockSeat(MoveTo, Lock):
    pass


class SeatsMixin:
    """For RoomConsumer: `do_seat_*`. Each answers with the seat as it is now; all others hear of it by frames."""

    seat_shapes = {
        "seat.ask": Ask,
        "seat.invite": Invite,
        "seat.accept": AcceptSeat,
        "seat.refuse": Rid,
        "seat.cancel": Rid,
        "seat.leave": Rid,
        "seat.remove": Rid,
        "seat.mute": MuteSeat,
        "seat.move": MoveSeat,
        "seat.lock": LockSeat,
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
