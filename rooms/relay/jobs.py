"""Which job does which kind of relay."""

from rooms.models import RelayKind
from rooms.relay.job import Job
from rooms.relay.pull import Pull

JOBS: dict[str, type[Job]] = {RelayKind.PULL: Pull}
