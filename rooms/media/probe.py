"""Does the engine answer? Asked without a session, so that asking costs it nothing."""

import json

from websockets.sync.client import connect
from websockets.typing import Subprotocol


def ping(url: str, *, within: float = 1.0) -> None:
    """Returns when the engine said pong. Raises OSError, TimeoutError or a WebSocketException when it does not within
    `within` seconds for the handshake and as much again for the answer."""
    with connect(
        url,
        subprotocols=[Subprotocol("janus-protocol")],
        compression=None,
        proxy=None,
        open_timeout=within,
        close_timeout=0.1,
        ping_interval=None,
    ) as socket:
        socket.send(json.dumps({"janus": "ping", "transaction": "probe"}))
        answer = json.loads(socket.recv(timeout=within))
    if answer.get("janus") != "pong":
        raise ConnectionError(f"the engine answered {answer.get('janus')!r} to a ping")
