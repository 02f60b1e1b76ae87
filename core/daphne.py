"""What Daphne's WebSocket lacks for us. Touches its internals, hence the exact pins in requirements.in and the tests
of the close codes (tests/test_sockets.py)."""

import sys


def mend() -> None:
    """Under Daphne, and only there: lets an application close with 1009 and 1012.

    autobahn lets applications send 1000 and 3000 to 4999 only, and answers anything else with an exception."""
    if "daphne.server" not in sys.modules:
        return
    from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

    class Protocol(WebSocketProtocol):
        def serverClose(self, code: int | None = None) -> None:
            if self.state == self.STATE_OPEN:
                self.sendCloseFrame(code=code or 1000, isReply=False)

    WebSocketFactory.protocol = Protocol
