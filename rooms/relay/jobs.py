"""Which job does which kind of relay."""

from rooms.relay.job import Job

JOBS: dict[str, type[Job]] = {}
