"""The chat socket. Everybody who may read is here; guests receive only."""

import asyncio
from collections.abc import Awaitable
from dataclasses import asdict
from functools import partial
from typing import ClassVar
from urllib.parse import unquote

from rest_framework import serializers

from chat import access, announce, board_frames, frames, history
from chat.arrivals import door
from chat.drafts import Draft
from chat.pump import is_crowded, say_in_room, turn_away
from chat.services import board, groups, messages, moderation, quitting, reports, tallies
from chat.services.excess import excess_of
from chat.standing import Seat
from core.consumers import SocketConsumer
from core.platforms import platform_of
from core.threads import in_database, in_waiting, later


class ChatConsumer(SocketConsumer):
    shapes: ClassVar[dict[str, type[serializers.Serializer]]] = {
        "chat.send": frames.ChatSend,
        "chat.like": frames.ChatLike,
        "chat.recover": frames.ChatRecover,
        "chat.leave": frames.ChatLeave,
        "chat.report": frames.OneMessage,
        "chat.delete": frames.OneMessage,
        "chat.mute": frames.Mute,
        "chat.kick": frames.Kick,
        "chat.ban": frames.Ban,
        "chat.unban": frames.OnePerson,
        "user.send": frames.UserSend,
        "board.draw": board_frames.BoardDraw,
        "board.clear": board_frames.BoardClear,
        "board.read": board_frames.BoardRead,
    }
    entered = False
    left = False

    async def opened(self) -> None:
        self.seat = Seat()
        self._asking = asyncio.Lock()
        self.platform = platform_of(self.scope)
        self.gid = unquote(self.scope["url_route"]["kwargs"]["gid"])
        await self.require_entry()  # before the first frame can come
        await self.join_own_topic()
        await self.join(history.topic(self.gid))
        await self.tell_all()
        door().came(self.gid, self.actor)
        self.entered = True

    async def closed(self, code: int) -> None:
        if self.entered:
            door().went(self.gid, self.actor, for_good=self.left)

    async def require_entry(self) -> None:
        await in_database(lambda: access.require_read(self.actor, groups.group_for(self.actor, self.gid)))

    async def tell_all(self, **marks: object) -> None:
        welcome = await in_database(messages.welcome, actor=self.actor, gid=self.gid)
        await self._hear_moderators(welcome["me"]["moderator"])
        self.push("chat.welcome", **marks, **welcome)

    def on_signal(self, topic: str, name: str, data: dict) -> None:
        super().on_signal(topic, name, data)
        if data.get("gid", self.gid) != self.gid:
            return
        if name in ("recheck", "left_group"):
            self.seat.forget()
            self.recheck_soon()
        elif name in ("rules", "powers_changed"):
            self.seat.forget()
        elif name == "standing":
            self.seat.forget()
            later(self._tell_me())
        elif name == "put_out":
            self.put_out(data["reason"])

    async def _tell_me(self) -> None:
        me = await in_database(messages.me, actor=self.actor, gid=self.gid)
        await self._hear_moderators(me["moderator"])
        self.push("chat.me", me=me)

    async def _hear_moderators(self, moderator: bool) -> None:
        """What waits for review is told to those alone who may decide."""
        topic = announce.moderators_topic(self.gid)
        if moderator and topic not in self._topics:
            await self.join(topic)
        elif not moderator and topic in self._topics:
            await self.leave_topic(topic)

    def put_out(self, reason: str) -> None:
        self.push("kicked", reason=reason)
        self._close_soon(4003)

    async def _service(self, call, **fields: object) -> None:
        await in_database(partial(call, actor=self.actor, gid=self.gid, **fields))

    async def do_chat_send(self, **fields: object) -> dict | Awaitable[dict]:
        if is_crowded(self.gid) and (turned_away := await self._turned_away(fields)):
            return self._unless_said_before(turned_away, fields)
        return await self._say(fields)

    async def _say(self, fields: dict) -> dict | Awaitable[dict]:
        draft = await in_database(messages.prepare, actor=self.actor, gid=self.gid, seat=self.seat, **fields)
        if isinstance(draft, dict):
            return draft
        return self._ask_first(draft) if draft.realm else say_in_room(draft)

    async def _ask_first(self, draft: Draft) -> dict:
        """What one person says keeps its order, however long their app thinks about each word of it."""
        async with self._asking:
            decided = await in_waiting(messages.decide, draft, actor=self.actor, platform=self.platform)
        return decided if isinstance(decided, dict) else await say_in_room(decided)

    async def _turned_away(self, fields: dict) -> Awaitable[dict] | None:
        """At the door, before any work is spent on it."""
        place = self.seat.known or await in_database(self.seat.place, self.actor, self.gid)
        excess = excess_of(actor=self.actor, place=place, **fields)
        return turn_away(excess) if excess else None

    async def _unless_said_before(self, turned_away: Awaitable[dict], fields: dict) -> dict:
        outcome = await turned_away
        if "seq" in outcome:  # perhaps the answer to the first try was lost, and with it what follows a message
            said = await self._say(fields)
            return said if isinstance(said, dict) else await said
        return outcome

    async def do_chat_like(self, count: int) -> None:
        await self._service(tallies.like, count=count)

    async def do_chat_recover(self, epoch: str, seq: int) -> None:
        missed = await in_database(messages.recover, actor=self.actor, gid=self.gid, epoch=epoch, seq=seq)
        self.push("chat.recovered", **asdict(missed))

    async def do_chat_leave(self, quit: bool) -> None:
        if quit:
            await self._service(quitting.tell_others, platform=platform_of(self.scope))
        self.left = True
        self._close_soon(1000)

    async def do_chat_report(self, **fields: object) -> None:
        await self._service(reports.report, **fields)

    async def do_chat_delete(self, **fields: object) -> None:
        await self._service(moderation.delete, **fields)

    async def do_chat_mute(self, **fields: object) -> None:
        await self._service(moderation.mute, **fields)

    async def do_chat_kick(self, **fields: object) -> None:
        await self._service(moderation.kick, **fields)

    async def do_chat_ban(self, **fields: object) -> None:
        await self._service(moderation.ban, **fields)

    async def do_chat_unban(self, **fields: object) -> None:
        await self._service(moderation.unban, **fields)

    async def do_user_send(self, **fields: object) -> None:
        await self._service(messages.to_person, **fields)

    async def do_board_draw(self, strokes: list[dict]) -> dict:
        rows = await in_database(board.draw, actor=self.actor, gid=self.gid, strokes=strokes)
        return board_frames.drawn(rows)

    async def do_board_clear(self) -> None:
        await self._service(board.clear)

    async def do_board_read(self, after: int) -> dict:
        return await in_database(board.read, actor=self.actor, gid=self.gid, after=after)
