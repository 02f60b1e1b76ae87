"""Media signalling of one connection. Every verb sends and returns; what the engine answers comes as a frame."""

from core.errors import BadInput, DomainError, IllegalMove
from core.threads import in_database, later
from rooms import access, selectors
from rooms.consumers.engine import engine, room_of
from rooms.consumers.presence import presence
from rooms.media import sdp as sdp_rules
from rooms.media.peer import FeedLine, Publisher, Viewer
from rooms.models import Role
from rooms.services import stays

PASSING = ("no_feed", "bad_candidate")  # what the engine refuses without giving the connection up


class MediaMixin:
    """For RoomConsumer: `do_media_*`, one publisher and one viewer at most."""

    publisher: Publisher | None = None
    viewer: Viewer | None = None
    sending = False  # media flows from this connection
    offered = ""  # the engine's last offer, against which an answer is checked

    async def do_media_publish(self, sdp: str) -> dict:
        _checked(sdp_rules.check_offer, sdp)
        stay = await in_database(stays.go_on_air, **self._me())
        await self.hold(stay)
        self.stop_publishing()
        presence().moved(self.cid)
        events = Sending(self, stay.sid)
        self.publisher = (await engine()).publisher(room_of(stay.channel), stay.sid, stay.sid, events)
        self.publisher.publish(sdp)
        if silent := await in_database(self._silent):
            self.publisher.hold_back(silent)
        return {"sid": stay.sid}

    def _silent(self) -> dict[str, bool]:
        """What the host holds of this person's media."""
        seat = selectors.open_seat(selectors.channel_for(self.actor, self.cid), self.actor)
        return selectors.silent(seat) if seat else {}

    def hold_back(self, silent: dict[str, bool]) -> None:
        if self.publisher:
            self.publisher.hold_back(silent)

    async def do_media_watch(self) -> None:
        if not self.as_host and not self.sids:
            raise IllegalMove("not_here")
        channel, feeds = await in_database(self._feeds)
        if self.viewer is None:
            name = self.sids.get(Role.VIEWER) or self.connection
            self.viewer = (await engine()).viewer(room_of(channel), name, Watching(self))
        self.viewer.watch(feeds)

    def _feeds(self) -> tuple:
        channel = selectors.channel_for(self.actor, self.cid)
        access.require_watch(self.actor, channel)
        return channel, [sid for sid in selectors.feeds(channel) if sid != self.sids.get(Role.UPLOADER)]

    async def do_media_answer(self, sdp: str) -> None:
        if self.viewer is None or not self.offered:
            raise BadInput("no_offer")
        _checked(sdp_rules.check_answer, sdp, self.offered)
        self.viewer.answer(sdp)

    async def do_media_trickle(self, candidate: dict | None, direction: str) -> None:
        peer = self.publisher if direction == "publish" else self.viewer
        if peer:
            peer.trickle(_checked(sdp_rules.check_candidate, candidate))

    async def do_media_stop(self, direction: str) -> None:
        if direction == "watch":
            self.stop_watching()
            return
        self.stop_publishing()
        self.sids.pop(Role.UPLOADER, None)
        await in_database(stays.leave, actor=self.actor, cid=self.cid, role=Role.UPLOADER, connection=self.connection)

    def stop_publishing(self) -> None:
        self.sending = False
        if self.publisher:
            self.publisher.close()
            self.publisher = None

    def stop_watching(self) -> None:
        if self.viewer:
            self.viewer.close()
            self.viewer = None

    def close_media(self) -> None:
        self.stop_publishing()
        self.stop_watching()


def _checked(check, *arguments):
    try:
        return check(*arguments)
    except sdp_rules.BadSDP as error:
        raise BadInput("bad_sdp", reason=str(error)) from None


class Sending:
    """What the engine says about the feed that this connection sends."""

    def __init__(self, consumer: MediaMixin, sid: str) -> None:
        self.consumer = consumer
        self.sid = sid

    def on_answer(self, sdp: str) -> None:
        self.consumer.push("media.answer", sdp=sdp)

    def on_offer(self, sdp: str, feeds: list[FeedLine]) -> None:
        """The engine makes offers to viewers only."""

    def on_candidate(self, candidate: dict | None) -> None:
        self.consumer.push("media.candidate", candidate=candidate, direction="publish")

    def on_up(self) -> None:
        self.consumer.sending = True
        later(self._arrive())

    async def _arrive(self) -> None:
        try:
            await in_database(stays.arrive, sid=self.sid, connection=self.consumer.connection)
        except DomainError:  # too late: the stay has ended, so nothing may flow
            self.consumer.stop_publishing()
            self.consumer.push("media.closed", direction="publish", code="stopped")
        presence().moved(self.consumer.cid)

    def on_media(self, kind: str, receiving: bool) -> None:
        """The page shows its own statistics; presence rests on the heartbeat."""

    def on_slow(self, uplink: bool, lost: int) -> None:
        self.consumer.push("media.slow", direction="publish", lost=lost)

    def on_down(self, reason: str) -> None:
        self._gone("stopped")

    def on_failed(self, code: str) -> None:
        if code not in PASSING:
            self._gone(code)

    def _gone(self, code: str) -> None:
        """Nothing is sent any more, though the socket lives: the same 30 s watch as for a lost socket."""
        self.consumer.sending = False
        self.consumer.push("media.closed", direction="publish", code=code)
        later(in_database(stays.lose, sid=self.sid, connection=self.consumer.connection))


class Watching:
    """What the engine says about the one connection on which this person sees everybody."""

    def __init__(self, consumer: MediaMixin) -> None:
        self.consumer = consumer

    def on_answer(self, sdp: str) -> None:
        """Only publishers are answered."""

    def on_offer(self, sdp: str, feeds: list[FeedLine]) -> None:
        self.consumer.offered = sdp
        lines = [{"mid": line.mid, "feed": line.feed, "kind": line.kind} for line in feeds]
        self.consumer.push("media.offer", sdp=sdp, feeds=lines)

    def on_candidate(self, candidate: dict | None) -> None:
        self.consumer.push("media.candidate", candidate=candidate, direction="watch")

    def on_up(self) -> None:
        """The browser sees that itself."""

    def on_media(self, kind: str, receiving: bool) -> None:
        """Concerns what is sent to the engine."""

    def on_slow(self, uplink: bool, lost: int) -> None:
        self.consumer.push("media.slow", direction="watch", lost=lost)

    def on_down(self, reason: str) -> None:
        self._gone("stopped")

    def on_failed(self, code: str) -> None:
        if code in PASSING:
            self._tell(code)
        else:
            self._gone(code)

    def _gone(self, code: str) -> None:
        self.consumer.stop_watching()
        self._tell(code)

    def _tell(self, code: str) -> None:
        self.consumer.push("media.closed", direction="watch", code=code)
