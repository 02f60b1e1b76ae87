"""What a worker runs for a relay."""

from typing import Protocol

from rooms.media.janus import Engine
from rooms.models import Relay


class JobFailed(Exception):
    """It goes no further now and is tried again; `final`, only when somebody asks. `code` is public, `detail` for
    those who look after it."""

    def __init__(self, code: str, detail: str = "", *, final: bool = False) -> None:
        super().__init__(code)
        self.code, self.detail, self.final = code, detail, final


class Job(Protocol):
    """Made for one relay that the worker has. `run` returns when the work is done for good, and raises JobFailed; it
    is cancelled when the relay is stopped or somebody else's, and then leaves nothing running."""

    def __init__(self, relay: Relay, engine: Engine) -> None: ...

    async def run(self) -> None: ...
