"""The private call's commands on the room socket."""

from core.consumers import NoFields
from core.threads import in_database
from rooms import shapes
from rooms.commands import CallId, Prepare, Ring
from rooms.models import Call
from rooms.services import calls


class CallsMixin:
    """For RoomConsumer: `do_call_*`. Each answers with the call as it is now; both sides hear of it by frames."""

    call_shapes = {
        "call.prepare": Prepare,
        "call.ring": Ring,
        "call.accept": CallId,
        "call.refuse": CallId,
        "call.cancel": CallId,
        "call.first_frame": CallId,
        "call.hang_up": CallId,
        "call.deinitialize": NoFields,
    }

    async def do_call_prepare(self, **fields: object) -> None:
        await in_database(calls.prepare, actor=self.actor, cid=self.cid, **fields)

    async def do_call_ring(self, **fields: object) -> dict:
        return await self._call(calls.ring, cid=self.cid, **fields)

    async def do_call_accept(self, call_id: str) -> dict:
        return await self._call(calls.accept, call_id=call_id)

    async def do_call_refuse(self, call_id: str) -> dict:
        return await self._call(calls.refuse, call_id=call_id)

    async def do_call_cancel(self, call_id: str) -> dict:
        return await self._call(calls.cancel, call_id=call_id)

    async def do_call_first_frame(self, call_id: str) -> dict:
        return await self._call(calls.first_frame, call_id=call_id)

    async def do_call_hang_up(self, call_id: str) -> dict:
        return await self._call(calls.hang_up, call_id=call_id)

    async def do_call_deinitialize(self) -> None:
        await in_database(calls.deinitialize, actor=self.actor)

    async def _call(self, verb, **fields: object) -> dict:
        call: Call = await in_database(verb, actor=self.actor, **fields)
        return {"call": shapes.call(call)}
