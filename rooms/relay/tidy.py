"""What earlier work left behind: the files of shows that nobody needs, and mixes in the engine of workers that died."""

import asyncio
import logging

from django.db import DatabaseError

from core.threads import in_database
from rooms.consumers.engine import room_of
from rooms.media import mix
from rooms.media.janus import Engine
from rooms.media.wire import Cut, Refused
from rooms.services import outputs

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds


async def tidy(engine: Engine) -> None:
    """At once, and then again and again until it is cancelled. Several workers may, side by side."""
    while True:
        try:
            await in_database(outputs.tidy)
            await end_mixes(engine)
        except (DatabaseError, OSError, Cut, Refused) as fault:
            log.warning("tidying up met a fault: %r", fault)
        await asyncio.sleep(EVERY)


async def end_mixes(engine: Engine) -> None:
    """A mix belongs to the run of a show; one whose show is over has lost its worker, and would mix for ever."""
    for channel in await in_database(outputs.off_air, await mix.held(engine)):
        await mix.forget(engine, room_of(channel))
