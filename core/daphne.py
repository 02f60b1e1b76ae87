"""What Daphne's WebSocket lacks for us: some close codes, quick writes, and an end to readers who stall.

Daphne hands every frame to Twisted, which writes it in a later round of the event loop: 77 to 88 us of CPU a frame, and
no bound on what waits (52 to 620 MiB for one reader who stalled for 45 s). `Protocol` writes at once where nothing
waits, and cuts a reader who is too far behind. It touches internals of Daphne, autobahn and Twisted, hence the exact
pins in requirements.in; where one of them is not as we know it, the server's own way is taken."""

import daphne.server  # noqa: F401  (installs the reactor)
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor, tcp

from core.frames import BACKLOG, READING, TOO_SLOW, text_frame

OF_TRANSPORT = ("dataBuffer", "offset", "_tempDataLen", "writeSomeData")
OF_PROTOCOL = ("send_queue", "sendData", "_perMessageCompress")


class Protocol(WebSocketProtocol):
    _is_known = False
    _longest = 0  # bytes of a frame so far: whoever asked for many messages at once may take its time for them
    __hash__, __eq__ = object.__hash__, object.__eq__  # Daphne's say the same in Python, twice a frame

    def onOpen(self) -> None:
        super().onOpen()
        self._is_known = is_known(self)

    def handle_reply(self, message: dict) -> None:
        text = message.get("text")
        if not (text and self.write_now(text)):
            super().handle_reply(message)

    def write_now(self, text: str) -> bool:
        """False where it has to go the server's own way."""
        if not self._is_known or self.state != self.STATE_OPEN:
            return False
        self._write(text_frame(text))
        return True

    def _write(self, frame: bytes) -> None:
        transport = self.transport
        if len(frame) > self._longest:
            self._longest = len(frame)
        waiting = transport._tempDataLen + len(transport.dataBuffer) - transport.offset
        if waiting > BACKLOG + self._longest:
            self.sendCloseFrame(code=TOO_SLOW)  # autobahn aborts a second later, whether or not that could be read
        elif waiting or self.send_queue:
            self.sendData(frame)
        else:
            written = transport.writeSomeData(frame)
            if isinstance(written, Exception):  # the connection is lost; the reactor finds that out by itself
                written = 0
            if written < len(frame):
                transport.write(frame[written:])

    def onAutoPingTimeout(self) -> None:
        """The pong may be there unread, where the server was busy: it reads first and judges then."""
        reactor.callLater(READING, self._end_if_silent, self.autoPingPending)

    def _end_if_silent(self, ping: bytes | None) -> None:
        if ping and self.autoPingPending == ping:
            super().onAutoPingTimeout()

    def serverClose(self, code: int | None = None) -> None:
        """autobahn lets applications close with 1000 and 3000 to 4999 only; ours also says 1009 and 1012."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code or 1000, isReply=False)


def is_known(protocol: WebSocketProtocol) -> bool:
    """Whether frames can go round autobahn and Twisted: neither TLS nor compression has to change their bytes, and the
    attributes that we use are there."""
    transport = protocol.transport
    return (
        all(hasattr(protocol, name) for name in OF_PROTOCOL)
        and all(hasattr(transport, name) for name in OF_TRANSPORT)
        and isinstance(transport, tcp.Connection)
        and not getattr(transport, "TLS", True)
        and protocol._perMessageCompress is None
    )


def mend() -> None:
    """Daphne's sockets are ours from now on. Another server takes no notice."""
    WebSocketFactory.protocol = Protocol
