"""The base of both sockets: JSON commands in, replies and pushes out.

`{"type": "seat.ask", "id": 7}` is checked by the serializer `shapes["seat.ask"]`, handed to `do_seat_ask`, and
answered with `{"type": "reply", "re": 7, ...}` or `{"type": "error", "re": 7, "code", "message"}`."""

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import translation
from rest_framework import serializers

from core import credentials, crowd, guests
from core.actors import Actor, address_of, of_staff, person_key
from core.checking import checked
from core.errors import DomainError, NotFound, TooFast, Unavailable
from core.events import encode, realm_topic
from core.hub import Socket, hub
from core.models import Door
from core.sessions import MARK
from core.staff_door import look_again, unproven
from core.threads import FAULTS, in_database, later
from core.vouched import Vouched

log = logging.getLogger(__name__)
FRAMES_A_MINUTE = 120
SPREAD = 2.0  # seconds over which a hall is told the state anew


class NoFields(serializers.Serializer):
    pass


class Renew(serializers.Serializer):
    usersig = serializers.CharField(max_length=2048)


class SocketConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = ""  # the hub receives for every socket; none has a channel of its own
    max_size = 8 * 1024
    shapes: ClassVar[dict[str, type[serializers.Serializer]]] = {"auth.renew": Renew}

    actor: Actor
    socket: Socket

    def __init_subclass__(cls) -> None:
        cls.shapes = {**SocketConsumer.shapes, **cls.shapes}

    async def connect(self) -> None:
        await self.accept(credentials.answered(self.scope))
        self._recent: deque[float] = deque(maxlen=FRAMES_A_MINUTE)
        self._topics: list[str] = []
        self._open = True
        self._outdated = False
        self.socket = Socket(self.scope["raw_send"], self.on_signal, self._close_soon)
        self._vouched = Vouched(lambda left: self.push("auth.expiring", **{"in": left}), lambda: self._close_soon(4001))
        translation.activate(self._language())
        try:
            self.actor = await self._who(self._address())
        except DomainError as error:
            await self.refuse(error, 4001)
            return
        await self._enter()

    async def _enter(self) -> None:
        places = crowd.limits(person_key(self.actor), self.actor.address)
        self._places = places if crowd.enter(places) else {}
        if not self._places:
            await self.refuse(TooFast("too_many_sockets"), 4029)
        elif "\0" in self.scope["path"]:  # PostgreSQL takes none in a text
            await self.refuse(NotFound())
        else:
            await self._open_or_close()

    async def _open_or_close(self) -> None:
        """Whoever was not let in, for whatever reason, does not stay."""
        try:
            if await self._still_vouched():
                await self.opened()
        except DomainError as error:
            await self.refuse(error)
        except FAULTS:
            log.exception("a socket could not be opened")
            await self.refuse(Unavailable(), 1012)

    async def dispatch(self, message: dict) -> None:
        """Without Channels' visit to a thread before every frame, which closes old database connections: none is used
        but in `in_database`, which sees to that itself."""
        await getattr(self, get_handler_name(message))(message)

    async def _still_vouched(self) -> bool:
        """An app that is switched off takes its people's sockets along; perhaps while they knocked."""
        if not self.actor.realm:
            return True
        await self.join(realm_topic(self.actor.realm))
        try:
            await self._vouched.by(credentials.usersig(self.scope), same=self.actor)
        except DomainError as error:
            await self.refuse(error, 4001)
        return self._open

    async def disconnect(self, code: int) -> None:
        self._open = False
        if not hasattr(self, "socket"):
            return
        self.socket.forget()
        self._vouched.forget()
        if not hasattr(self, "_places"):
            return
        crowd.leave(self._places)
        with suppress(DomainError, *FAULTS):  # the lease runs out by itself
            await self.closed(code)
        for topic in self._topics:
            with suppress(*FAULTS):
                await hub().leave(topic, self.socket)

    async def opened(self) -> None:
        """Join the topics first, then `tell_all`."""

    async def tell_all(self, **marks: object) -> None:
        """The snapshot: all that the person needs to know. Said at the start, and, marked `again`, when frames may be
        missing."""

    async def closed(self, code: int) -> None:
        """The socket is gone, for whatever reason."""

    def on_signal(self, topic: str, name: str, data: dict) -> None:
        """A word from a service to this connection. Called on the event loop; must not wait."""
        if name == "signed_out" and self._concerns_me(data):
            self._close_soon(4001)
        elif name == "profile_saved":
            self._outdated = True
        elif name == "powers_changed":
            later(self._stand_anew())
        elif name == "resync":
            later(self._tell_all_soon())

    async def _tell_all_soon(self) -> None:
        await asyncio.sleep(random.uniform(0, SPREAD))
        await self._tell_all_again()

    async def _stand_anew(self) -> None:
        """Staff power was given or taken: what may be heard here follows."""
        await self._look_at_me_anew()
        await self.recheck()
        await self._tell_all_again()

    async def _tell_all_again(self) -> None:
        if self._open:
            await self._guard(lambda: self.tell_all(again=True), None)

    async def _look_at_me_anew(self) -> None:
        """This socket's copy of its person is as old as the socket."""
        self._outdated = False
        await in_database(look_again, self.actor, self._session)

    def _concerns_me(self, data: dict) -> bool:
        mine = self.scope["session"].get(MARK, "")
        return data.get("session", mine) == mine and data.get("but") != mine

    async def recheck(self) -> None:
        """A right may have gone: whoever may not be here any more is shown out."""
        try:
            await self.require_entry()
        except DomainError as error:
            await self.refuse(error)

    async def require_entry(self) -> None:
        """Raises the DomainError that keeps this person out."""

    def recheck_soon(self) -> None:
        later(self.recheck())

    async def leave_topic(self, topic: str) -> None:
        self._topics.remove(topic)
        await hub().leave(topic, self.socket)

    async def join(self, topic: str) -> None:
        self._topics.append(topic)
        await hub().join(topic, self.socket)

    async def join_own_topic(self) -> None:
        if self.actor.pk:
            await self.join(f"user.{self.actor.pk}")

    def push(self, name: str, **data: object) -> None:
        self.socket.push(encode({"type": name, **data}))

    async def refuse(self, error: DomainError, code: int = 4003) -> None:
        """Says why, then closes: browsers cannot read a refused handshake."""
        self._open = False
        self.push("error", **error.as_dict())
        await self.close(code, error.code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._open:
            return
        if text_data is None:
            await self.close(4400, "not_our_protocol")
        elif len(text_data) > self.max_size:
            await self.close(1009, "too_big")
        elif self._too_many():
            await self.close(4029, "too_many")
        else:
            await self._command(text_data)

    async def _command(self, text: str) -> None:
        try:
            frame = json.loads(text)
            shape = self.shapes[frame["type"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            await self.close(4400, "not_our_protocol")
            return
        re = frame.get("id") if isinstance(frame.get("id"), int | str) else None
        handler = getattr(self, "do_" + frame["type"].replace(".", "_"))
        await self._guard(lambda: self._checked(shape, frame, handler, re), re)

    async def _checked(self, shape: type[serializers.Serializer], frame: dict, handler: Callable, re: object) -> None:
        fields = checked(shape, frame)
        if self._outdated or of_staff(self.actor):  # rights of staff may have gone meanwhile
            await self._look_at_me_anew()
        answer = await handler(**fields)
        if isinstance(answer, Awaitable):  # it may take a while: the next command does not wait for it
            later(self._guard(lambda: self._reply_later(re, answer), re))
        else:
            self._reply(re, answer)

    async def _reply_later(self, re: object, answer: Awaitable[dict]) -> None:
        self._reply(re, await answer)

    def _reply(self, re: object, answer: dict | None) -> None:
        if re is not None:
            self.push("reply", re=re, **(answer or {}))

    async def _guard(self, call: Callable, re: object) -> None:
        """The one translation of a refusal on a socket. A fault of ours is logged and answered, never shown."""
        try:
            await call()
        except DomainError as error:
            self._say_error(error, re)
        except FAULTS:
            log.exception("a socket command met a fault")
            self._say_error(Unavailable(), re)

    def _say_error(self, error: DomainError, re: object) -> None:
        self.push("error", **({"re": re} if re is not None else {}), **error.as_dict())

    def _too_many(self) -> bool:
        now = asyncio.get_running_loop().time()
        full = len(self._recent) == FRAMES_A_MINUTE
        if full and now - self._recent[0] < 60:
            return True
        self._recent.append(now)
        return False

    async def _who(self, address: str) -> Actor:
        """What was brought on purpose counts before what a browser adds by itself."""
        if token := credentials.usersig(self.scope):
            user, session = await self._vouched.by(token), {}
        elif ticket := credentials.ticket(self.scope):
            return replace(guests.from_ticket(ticket) or guests.new_guest(), address=address)
        else:
            user, session = self.scope["user"], self.scope["session"]
        if user.is_authenticated:
            self._session = session
            user.unproven = user.is_staff and await in_database(unproven, user, session)
            user.address, user.door = address, Door.SOCKET
            return user
        guest = guests.from_cookie(self.scope["cookies"].get(guests.COOKIE)) or guests.new_guest()
        return replace(guest, address=address)

    async def do_auth_renew(self, usersig: str) -> None:
        await self._vouched.by(usersig, same=self.actor)

    def _address(self) -> str:
        """Where the connection comes from; "" where nobody can say."""
        return address_of((self.scope.get("client") or ("", 0))[0])

    def _language(self) -> str:
        asked = self.scope["cookies"].get(settings.LANGUAGE_COOKIE_NAME, "")
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def _close_soon(self, code: int) -> None:
        if self._open:
            self._open = False
            later(self.close(code))


class UnknownSocket(AsyncWebsocketConsumer):
    """An address that is not a socket of ours: accepted, then closed with a code that a browser can read."""

    channel_layer_alias = ""

    async def connect(self) -> None:
        await self.accept()
        await self.close(4003, "not_found")
