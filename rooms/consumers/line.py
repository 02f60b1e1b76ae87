"""One page's two connections with one room of the engine, what it sends and what it sees: the show's, or those of a
private call, which has a room of its own."""

from typing import TYPE_CHECKING

from core.errors import BadInput, DomainError
from core.threads import in_database, later
from rooms.consumers.presence import presence
from rooms.media import sdp as sdp_rules
from rooms.media.janus import Engine
from rooms.media.peer import FeedLine, Publisher, Room, Viewer
from rooms.models import Role
from rooms.services import entitlement, stays

if TYPE_CHECKING:
    from rooms.consumers.room import RoomConsumer

PASSING = ("no_feed", "bad_candidate")  # what the engine refuses without giving the connection up


class Line:
    def __init__(self, consumer: "RoomConsumer", call: str = "", room: Room | None = None) -> None:
        self.consumer, self.call, self.room = consumer, call, room
        self.role = Role.CALL if call else Role.UPLOADER
        self.publisher: Publisher | None = None
        self.viewer: Viewer | None = None
        self.sending = False  # media flows from this connection
        self.offered = ""  # the engine's last offer, against which an answer is checked

    def push(self, name: str, **data: object) -> None:
        self.consumer.push(name, **data, **({"call": self.call} if self.call else {}))

    def publish(self, engine: Engine, room: Room, sid: str, sdp: str, silent: dict[str, bool]) -> None:
        self.stop_publishing()
        self.publisher = engine.publisher(room, sid, entitlement.of_stay(sid), Sending(self, sid))
        self.publisher.publish(sdp)
        if silent:
            self.publisher.hold_back(silent)

    def watch(self, engine: Engine, room: Room, name: str, feeds: list[str]) -> None:
        if self.viewer is None:
            self.viewer = engine.viewer(room, name, Watching(self))
        self.viewer.watch(feeds)

    def answer(self, sdp: str) -> None:
        if self.viewer is None or not self.offered:
            raise BadInput("no_offer")
        checked(sdp_rules.check_answer, sdp, self.offered)
        self.viewer.answer(sdp)

    def trickle(self, candidate: dict | None, direction: str) -> None:
        peer = self.publisher if direction == "publish" else self.viewer
        if peer:
            peer.trickle(checked(sdp_rules.check_candidate, candidate))

    def stop_publishing(self) -> None:
        self.sending = False
        if self.publisher:
            self.publisher.close()
            self.publisher = None

    def stop_watching(self) -> None:
        if self.viewer:
            self.viewer.close()
            self.viewer = None

    def close(self) -> None:
        self.stop_publishing()
        self.stop_watching()


def checked(check, *arguments):
    try:
        return check(*arguments)
    except sdp_rules.BadSDP as error:
        raise BadInput("bad_sdp", reason=str(error)) from None


class Sending:
    """What the engine says about the feed that this connection sends."""

    def __init__(self, line: Line, sid: str) -> None:
        self.line = line
        self.sid = sid

    def on_answer(self, sdp: str) -> None:
        self.line.push("media.answer", sdp=sdp)

    def on_offer(self, sdp: str, feeds: list[FeedLine]) -> None:
        """The engine makes offers to viewers only."""

    def on_candidate(self, candidate: dict | None) -> None:
        self.line.push("media.candidate", candidate=candidate, direction="publish")

    def on_up(self) -> None:
        self.line.sending = True
        later(self._arrive())

    async def _arrive(self) -> None:
        consumer = self.line.consumer
        try:
            await in_database(stays.arrive, sid=self.sid, connection=consumer.connection)
        except DomainError:  # too late: the stay has ended, so nothing may flow
            self.line.stop_publishing()
            self.line.push("media.closed", direction="publish", code="stopped")
        presence().moved(consumer.cid)

    def on_media(self, kind: str, receiving: bool) -> None:
        """The page shows its own statistics; presence rests on the heartbeat."""

    def on_slow(self, uplink: bool, lost: int) -> None:
        self.line.push("media.slow", direction="publish", lost=lost)

    def on_down(self, reason: str) -> None:
        self._gone("stopped")

    def on_failed(self, code: str) -> None:
        if code not in PASSING:
            self._gone(code)

    def _gone(self, code: str) -> None:
        """Nothing is sent any more, though the socket lives: the same 30 s watch as for a lost socket. A host who is
        in a call has left the air on purpose."""
        self.line.sending = False
        self.line.push("media.closed", direction="publish", code=code)
        if not (self.line.role == Role.UPLOADER and self.line.consumer.away):
            later(in_database(stays.lose, sid=self.sid, connection=self.line.consumer.connection))


class Watching:
    """What the engine says about the one connection on which this person sees everybody."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def on_answer(self, sdp: str) -> None:
        """Only publishers are answered."""

    def on_offer(self, sdp: str, feeds: list[FeedLine]) -> None:
        self.line.offered = sdp
        lines = [{"mid": line.mid, "feed": line.feed, "kind": line.kind} for line in feeds]
        self.line.push("media.offer", sdp=sdp, feeds=lines)

    def on_candidate(self, candidate: dict | None) -> None:
        self.line.push("media.candidate", candidate=candidate, direction="watch")

    def on_up(self) -> None:
        """The browser sees that itself."""

    def on_media(self, kind: str, receiving: bool) -> None:
        """Concerns what is sent to the engine."""

    def on_slow(self, uplink: bool, lost: int) -> None:
        self.line.push("media.slow", direction="watch", lost=lost)

    def on_down(self, reason: str) -> None:
        self._gone("stopped")

    def on_failed(self, code: str) -> None:
        if code in PASSING:
            self._tell(code)
        else:
            self._gone(code)

    def _gone(self, code: str) -> None:
        self.line.stop_watching()
        self._tell(code)

    def _tell(self, code: str) -> None:
        self.line.push("media.closed", direction="watch", code=code)
