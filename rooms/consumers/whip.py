"""An encoder on the air. It speaks HTTP now and then (rooms/whip.py); between two of its requests this holds its peer,
gives the signs of life for its stay, and hears what concerns it."""

import asyncio
import secrets
from contextlib import suppress
from weakref import WeakKeyDictionary

from core.actors import Actor
from core.errors import BadInput, DomainError, NotFound, Unavailable
from core.events import realm_topic
from core.hub import Socket, hub
from core.threads import FAULTS, in_database, later
from rooms import announce, selectors
from rooms.consumers import whip_patch
from rooms.consumers.engine import engine, room_of
from rooms.consumers.line import PASSING
from rooms.consumers.presence import presence
from rooms.flows import StayState
from rooms.media import fragment as fragments
from rooms.media.fragment import Fragment
from rooms.media.handle import HUNG_UP
from rooms.media.peer import FeedLine, Publisher
from rooms.models import Channel, Origin, Role, Stay
from rooms.services import entitlement, leases, stays, stream_keys

ANSWER_WITHIN = 8.0  # seconds for the engine to answer an offer
PLATFORM = "encoder"


class WhipSession:
    """One connection of an encoder: PeerEvents of what it sends, and one of presence's connections.

    `connection` names it in the stay and in its address; `etag` names its present ICE session."""

    by_right = speaks = False

    def __init__(self, actor: Actor, cid: str) -> None:
        self.actor, self.cid = actor, cid
        self.connection, self.etag = secrets.token_hex(16), _new_etag()
        self.sid = ""
        self._publisher: Publisher | None = None
        self._offer = ""
        self._answer: asyncio.Future[str] | None = None
        self._receiving: set[str] = set()  # kinds of media that come in now
        self._told = False  # whether the stay was told last that media come in
        self._telling = False
        self._open = True
        self._hung_up = False  # by the encoder, amid what it sent: its goodbye may follow
        self._socket = Socket(_unheard, self.on_signal, self._sent_away)
        self._topics: list[str] = []

    # ---- What the encoder asks for ----

    async def open(self, offer: str) -> str:
        """On the air with a checked offer; the engine's answer. Raises what `stays.go_on_air` raises, BadInput
        `bad_sdp`, Unavailable."""
        media = await engine()
        if not (media.connected or await media.ping()):
            raise Unavailable()
        stay = await in_database(stays.go_on_air, connection=self.connection, **self._me())
        self.sid, self._offer = stay.sid, offer
        try:
            await self._listen()
            name = entitlement.of_stay(self.sid)
            self._publisher = media.publisher(room_of(stay.channel), self.sid, name, self)
            answer = await self._ask(offer)
            self.hold_back(await in_database(self._silent, stay.channel))
        except BaseException:
            self._over(lost=True)
            raise
        _sessions()[self.connection] = self
        presence().joined(self)
        return answer

    def trickle(self, candidates: list[dict | None]) -> None:
        for candidate in candidates:
            if self._publisher:
                self._publisher.trickle(candidate)

    def begins_anew(self, fragment: Fragment) -> bool:
        """Whether it speaks of another ICE session than the present one."""
        return bool(fragment.ufrag) and fragment.ufrag != fragments.ufrag_of(self._offer)

    async def restart(self, fragment: Fragment) -> str:
        """A new ICE session of the same connection, and a new `etag`; the engine's fragment. Raises Unavailable, after
        which the present one goes on."""
        if self._publisher is None or self._answer is not None:
            raise Unavailable()
        offer = fragments.begun_anew(self._offer, fragment)
        answer = await self._ask(offer)
        self._offer, self.etag = offer, _new_etag()
        self.trickle(fragment.candidates)
        return fragments.of_answer(answer)

    async def leave(self) -> None:
        """An explicit goodbye."""
        self._over()
        await say_goodbye(self.actor, self.cid, self.connection)

    # ---- What its room says (core/hub.py) ----

    def on_signal(self, topic: str, name: str, data: dict) -> None:
        off_the_air = name in ("kicked", "stepped_away") and data.get("but") != self.connection
        if off_the_air or (name == "all_out" and data["role"] in (None, Role.UPLOADER)):
            self._over()
        elif name == "held":
            self.hold_back(data)
        elif name == "patched" and data["connection"] == self.connection:
            later(whip_patch.answer_from_afar(self, data))
        elif name == "signed_out" and not data:  # of everything, not of one browser
            self._over(lost=True)

    def hold_back(self, silent: dict[str, bool]) -> None:
        if self._publisher and silent:
            self._publisher.hold_back(silent)

    # ---- What presence asks (rooms/consumers/presence.py) ----

    def signs(self) -> list[leases.Sign]:
        self._tell_soon()  # what the database could not be told at its time
        return [leases.Sign(self.sid, self.connection)] if self._receiving else []

    def missed(self, gone: dict[str, str]) -> None:
        if self.sid in gone:
            self._over()

    def drop(self) -> None:
        """Its media tell whether it is there."""

    def recheck_soon(self) -> None:
        """It is here by its stay."""

    # ---- What the engine says (rooms/media/port.py) ----

    def on_answer(self, sdp: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(sdp)

    def on_offer(self, sdp: str, feeds: list[FeedLine]) -> None:
        """The engine makes offers to viewers only."""

    def on_candidate(self, candidate: dict | None) -> None:
        """They stand in the answer."""

    def on_up(self) -> None:
        """On the air is who sends, not who could."""

    def on_media(self, kind: str, receiving: bool) -> None:
        (self._receiving.add if receiving else self._receiving.discard)(kind)
        self._tell_soon()

    def on_slow(self, uplink: bool, lost: int) -> None:
        """There is nobody to tell."""

    def on_down(self, reason: str) -> None:
        self._hung_up = reason == HUNG_UP and bool(self._receiving)
        self._failed("engine")

    def on_failed(self, code: str) -> None:
        if code not in PASSING:
            self._failed(code)

    # ---- The rest ----

    def _me(self) -> dict:
        return {"actor": self.actor, "cid": self.cid, "origin": Origin.WHIP, "platform": PLATFORM}

    async def _listen(self) -> None:
        """To what concerns the stay, from before anything of it is in the engine."""
        realm = [realm_topic(self.actor.realm)] if self.actor.realm else []
        for topic in (announce.stay_topic(self.sid), f"room.{self.cid}", f"user.{self.actor.pk}", *realm):
            self._topics.append(topic)
            await hub().join(topic, self._socket)
        if await in_database(stays.taken_from, sid=self.sid, connection=self.connection):
            raise Unavailable()

    def _silent(self, channel: Channel) -> dict[str, bool]:
        kept = selectors.kept_back(self.actor, channel)
        return kept if any(kept.values()) else {}

    async def _ask(self, offer: str) -> str:
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self._publisher.publish(offer)
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._answer
        except TimeoutError:
            raise Unavailable() from None
        finally:
            self._answer = None

    def _failed(self, code: str) -> None:
        """The engine has given the connection up."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(BadInput(code, reason=code) if code == "bad_sdp" else Unavailable())
        self._over(lost=True)

    def _tell_soon(self) -> None:
        if not self._telling and self._told != bool(self._receiving):
            self._telling = True
            later(self._tell())

    async def _tell(self) -> None:
        """The stay is told one thing after the other, however fast the media come and go."""
        try:
            while self._open and self._told != bool(self._receiving):
                flows = bool(self._receiving)
                await in_database(stays.arrive if flows else stays.lose, sid=self.sid, connection=self.connection)
                self._told = flows
                presence().moved(self.cid)
        except DomainError:  # too late: the stay has ended, so nothing may flow
            self._over()
        finally:
            self._telling = False

    def _sent_away(self, code: int) -> None:
        """The server is about to stop: the encoder sees its connection end, and comes back."""
        self._over(lost=True)

    def _over(self, *, lost: bool = False) -> None:
        """Nothing of it is in the engine any more. `lost`: and its stay is watched, like that of a lost socket."""
        if not self._open:
            return
        self._open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(Unavailable())
        _sessions().pop(self.connection, None)
        presence().left(self)
        if self._publisher:
            self._publisher.close()
        later(self._let_go(lost))

    async def _let_go(self, lost: bool) -> None:
        if self._hung_up:
            await in_database(stream_keys.note_hang_up, self.connection)
        if lost:
            with suppress(DomainError):
                await in_database(stays.lose, sid=self.sid, connection=self.connection)
        self._socket.forget()
        for topic in self._topics:
            with suppress(*FAULTS):
                await hub().leave(topic, self._socket)


async def say_goodbye(actor: Actor, cid: str, connection: str) -> None:
    await in_database(stays.leave, actor=actor, cid=cid, role=Role.UPLOADER, connection=connection)


async def turn_out(stay: Stay) -> None:
    """Ends what this process does not hold: the stay, and then its media, of which the process that holds them hears
    from the engine. A stay that is lost is left to its watch: perhaps nobody holds it since a server stopped, and the
    encoder comes back by itself after it has said goodbye to what it lost. Unless it hung up a moment ago, amid what
    it sent: OBS and others close their connection first and say goodbye then. Raises NotFound."""
    if stay.state == StayState.LOST and not await in_database(stream_keys.has_hung_up, stay.connection):
        raise NotFound()
    await say_goodbye(stay.user, stay.channel.cid, stay.connection)
    with suppress(DomainError, *FAULTS):
        await (await engine()).kick(room_of(stay.channel), stay.sid)


async def _unheard(frame: dict) -> None:
    """An encoder reads no frames."""


def _new_etag() -> str:
    return f'"{secrets.token_hex(8)}"'


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, WhipSession]] = WeakKeyDictionary()


def _sessions() -> dict[str, WhipSession]:
    """Those that this process holds, by their connection."""
    return _all.setdefault(asyncio.get_running_loop(), {})


def session_of(channel: Channel, connection: str) -> WhipSession | None:
    found = _sessions().get(connection)
    return found if found and found.cid == channel.cid else None
