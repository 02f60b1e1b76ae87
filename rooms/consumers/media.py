"""Media signalling of one connection. Every verb sends and returns; what the engine answers comes as a frame.

A command with `call` concerns the private call, every other one the show."""

from core.errors import IllegalMove, NotAllowed
from core.threads import in_database, later
from rooms import access, selectors
from rooms.consumers.engine import engine, room_of
from rooms.consumers.line import Line, checked
from rooms.consumers.presence import presence
from rooms.flows import TOGETHER
from rooms.media import sdp as sdp_rules
from rooms.models import Role
from rooms.services import entitlement, stays


class MediaMixin:
    """For RoomConsumer: `do_media_*`. At most one line for the show and one for a call."""

    away = False  # in a private call, so off the air and still the host

    def begin_media(self) -> None:
        self.show_line = Line(self)
        self.call_line: Line | None = None

    async def do_media_publish(self, sdp: str, call: str = "") -> dict:
        checked(sdp_rules.check_offer, sdp)
        if self.as_staff:
            raise NotAllowed()
        line = await self._line(call)
        if call:
            stay = await self._my_side(call)
            line.publish(await engine(), line.room, stay.sid, sdp, {})
            return {"sid": stay.sid}
        await self.ask_app(Role.UPLOADER)
        stay = await in_database(stays.go_on_air, **self._me())
        await self.hold(stay)
        self.away = False
        presence().moved(self.cid)
        silent = await in_database(self._silent)
        line.publish(await engine(), room_of(stay.channel), stay.sid, sdp, silent)
        return {"sid": stay.sid}

    def _silent(self) -> dict[str, bool]:
        kept = selectors.kept_back(self.actor, selectors.channel_for(self.actor, self.cid))
        return kept if any(kept.values()) else {}

    async def do_media_watch(self, call: str = "") -> None:
        line = await self._line(call)
        if call:
            side = await self._my_side(call)
            feeds = await in_database(selectors.call_feeds, side)
            line.watch(await engine(), line.room, entitlement.of_stay(side.sid), feeds)
            return
        if not self.by_right and not self.sids:
            raise IllegalMove("not_here")
        channel, feeds = await in_database(self._feeds)
        line.watch(await engine(), room_of(channel), self._name(), feeds)

    def _name(self) -> str:
        """Of what this connection watches; it goes when that by which one is here is over."""
        if self.as_staff:
            return entitlement.of_wall(self.cid, self.actor)
        if self.as_host:
            return entitlement.of_right(self.cid, self.actor)
        return entitlement.of_stay(next(self.sids[role] for role in Role if role in self.sids))

    def _feeds(self) -> tuple:
        channel = selectors.channel_for(self.actor, self.cid)
        access.require_watch(self.actor, channel)
        return channel, [sid for sid in selectors.feeds(channel) if sid != self.sids.get(Role.UPLOADER)]

    async def _line(self, call: str) -> Line:
        """The show's line; or that of the person's own open call, which takes the place of an earlier one."""
        if not call:
            return self.show_line
        if self.call_line is None or self.call_line.call != call:
            found = await in_database(selectors.call_for, self.actor, call)
            if found.state not in TOGETHER or self.actor.pk not in (found.caller_id, found.host_id):
                raise IllegalMove("no_call")
            self.close_call()
            self.call_line = Line(self, call, room_of(found))
        return self.call_line

    async def _my_side(self, call: str):
        """The stay by which this connection is in the call. The host's connection also stands for the show."""
        side, *show = await in_database(stays.take_call, **self._me())
        for stay in (side, *show):
            await self.hold(stay)
        self.away = bool(show)
        return side

    async def do_media_answer(self, sdp: str, call: str = "") -> None:
        (await self._line(call)).answer(sdp)

    async def do_media_trickle(self, candidate: dict | None, direction: str, call: str = "") -> None:
        (await self._line(call)).trickle(candidate, direction)

    async def do_media_stop(self, direction: str, call: str = "") -> None:
        line = await self._line(call)
        if direction == "watch":
            line.stop_watching()
            return
        line.stop_publishing()
        if not call:
            self.sids.pop(Role.UPLOADER, None)
            await in_database(
                stays.leave, actor=self.actor, cid=self.cid, role=Role.UPLOADER, connection=self.connection
            )

    def hold_back(self, silent: dict[str, bool]) -> None:
        if self.show_line.publisher:
            self.show_line.publisher.hold_back(silent)

    def step_away(self) -> None:
        """The host answers a call: off the air at once, whatever the page does, and still the host."""
        self.away = True
        if self.show_line.publisher:
            self.show_line.stop_publishing()
            self.push("media.closed", direction="publish", code="away")

    def close_call(self) -> None:
        """Out of the call's room, which ends with it."""
        line, self.call_line = self.call_line, None
        if line:
            line.close()
            later(_destroy(line.room))

    def close_media(self) -> None:
        self.show_line.close()
        if self.call_line:
            self.call_line.close()


async def _destroy(room) -> None:
    await (await engine()).destroy(room)
