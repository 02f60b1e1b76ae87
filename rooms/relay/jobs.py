"""Which job does which kind of relay."""

from rooms.models import RelayKind
from rooms.relay.job import Job
from rooms.relay.out import Out
from rooms.relay.pull import Pull
from rooms.relay.render import Render

JOBS: dict[str, type[Job]] = {RelayKind.OUT: Out, RelayKind.PULL: Pull, RelayKind.RENDER: Render}
