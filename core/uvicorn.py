"""What uvicorn's WebSocket lacks for us: `--ws core.uvicorn:Protocol`.

Its `send` waits for a reader who stalls, and so does a close, even that of an unanswered ping: such a connection would
stay for ever. The hub cuts who is too far behind (core/hub.py); here its close is said at once, and is final. Touches
internals, hence the exact pin in requirements.in; where one of them is missing, uvicorn's own way is taken."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

from core.frames import READING, text_frame

GRACE = 3.0  # seconds for the other side to answer a close
INTERNALS = ("conn", "writable", "handshake_complete", "close_sent", "disconnected")


class Protocol(WebSocketsSansIOProtocol):
    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._is_known = is_known(self)

    async def send(self, message: dict) -> None:
        if not self._is_known:
            await super().send(message)
        elif message.get("text") and self.write_now(message["text"]):
            return
        elif message["type"] == "websocket.close":
            self._hurry()
            await super().send(message)
        else:
            await super().send(message)

    def write_now(self, text: str) -> bool:
        """False where it has to wait, or nobody is there."""
        if not self._is_known or not self._flows():
            return False
        self.transport.write(text_frame(text))
        return True

    def _flows(self) -> bool:
        """Open, and the other side reads what is written."""
        return (
            self.handshake_complete
            and self.writable.is_set()
            and self.conn.state is OPEN
            and not self.close_sent
            and not self.disconnected
        )

    def _hurry(self) -> None:
        self.writable.set()
        self.loop.call_later(GRACE, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """The pong may be there unread, where the server was busy: it reads first and judges then. A pong stops it."""
        self.pong_timer = self.loop.call_later(READING, self._end_of_silence)

    def _end_of_silence(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()


def is_known(protocol: WebSocketsSansIOProtocol) -> bool:
    """Whether frames can go round the `websockets` library: no compression, and what we touch is there."""
    return all(hasattr(protocol, name) for name in INTERNALS) and not protocol.config.ws_per_message_deflate
