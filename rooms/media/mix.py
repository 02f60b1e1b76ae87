"""What all on the air say, as one sound: the engine's own mixer, fed by forwards out of the show's room.

Why here and not in ffmpeg: docs/adr/0008-sound.md. One bridge room per show's room, with the same name and secret. A
voice is a participant of it without a browser, on a handle of its own (one handle joins once in its life)."""

import contextlib
import secrets
from dataclasses import dataclass

from rooms.media import forward
from rooms.media.forward import Forward, Source
from rooms.media.janus import NO_FEED, OURS, Engine
from rooms.media.port import Room
from rooms.media.wire import Cut, Refused

PLUGIN = "janus.plugin.audiobridge"
NO_MIX = 485
# The mixer adds and does not limit: what is too loud for 16 bits turns into noise. So everybody comes in at a third,
# and ffmpeg makes the mix loud again, and limits it.
VOLUME = 70  # per cent, of the half that a place in the middle leaves
# Packets of 20 ms that wait before they are mixed: what evens out the network between the speaker and us.
PREBUFFER = 5
DELAY = 0.02 * (PREBUFFER + 1)  # seconds that the mix is behind the picture by that
BITRATE = 96_000  # bits a second of the mix on its way to ffmpeg


@dataclass(frozen=True)
class _Voice:
    id: str
    handle: int
    sent: Forward


class Mix:
    def __init__(self, engine: Engine, room: Room) -> None:
        self._engine, self._room = engine, room
        self._voices: dict[str, _Voice] = {}  # by participant

    async def open(self, port: int) -> None:
        """Makes the bridge and sends its sound to `port`, silence too: it is the clock of whoever reads."""
        await forget(self._engine, self._room)
        body = {"request": "create", "is_private": True, "permanent": False, "sampling_rate": 48000}
        body |= {"allow_rtp_participants": True, "audiolevel_ext": False, "spatial_audio": True}
        await self._command(body | {"default_prebuffering": PREBUFFER, "default_bitrate": BITRATE})
        body = {"request": "rtp_forward", "host": self._engine.here, "port": port, "codec": "opus", "always_on": True}
        await self._command(body | {"ptype": forward.AUDIO_TYPE, "ssrc": 1000})

    async def follow(self, voices: dict[str, Source]) -> None:
        """From now on exactly these (participant -> its audio line) are heard."""
        there = await self._there()
        for name, voice in list(self._voices.items()):
            if name not in voices or voice.id not in there:
                await self._drop(name)
        for name in voices.keys() - self._voices.keys():
            await self._add(name, voices[name])

    async def close(self) -> None:
        """Ends it, whatever became of the engine meanwhile."""
        with contextlib.suppress(Cut, Refused):
            for name in list(self._voices):
                await self._drop(name)
            await forget(self._engine, self._room)

    async def _there(self) -> set[str]:
        found = await self._command({"request": "listparticipants"})
        return {one["id"] for one in found["participants"]}

    async def _add(self, name: str, source: Source) -> None:
        handle = await self._engine.attach(OURS, PLUGIN)
        known_as = secrets.token_hex(8)  # anew each time: the one who left is known for a second longer
        body = {"request": "join", "room": self._room.id, "id": known_as, "volume": VOLUME, "prebuffer": PREBUFFER}
        try:
            # No address: nothing is sent back to it.
            joined = await self._engine.ask(handle, body | {"rtp": {"payload_type": forward.AUDIO_TYPE}})
            bridge = joined["rtp"]
            sent = await forward.begin(self._engine, self._room, source, bridge["port"], host=bridge["ip"])
        except (Cut, Refused) as fault:
            self._engine.detach(handle, later=True)
            if getattr(fault, "code", None) == NO_FEED:
                return  # gone meanwhile
            raise
        self._voices[name] = _Voice(known_as, handle, sent)

    async def _drop(self, name: str) -> None:
        """First nothing comes any more, then it leaves."""
        voice = self._voices.pop(name)
        with contextlib.suppress(Refused):
            await forward.end(self._engine, self._room, voice.sent)
        self._engine.detach(voice.handle, later=True)

    async def _command(self, body: dict, *fine: int) -> dict:
        facts = {"room": self._room.id, "secret": self._room.secret, "admin_key": self._engine.admin_key}
        return await self._engine.command(body | facts, *fine, plugin=PLUGIN)


async def forget(engine: Engine, room: Room) -> None:
    """Ends the bridge of this room, whoever made it."""
    body = {"request": "destroy", "room": room.id, "secret": room.secret}
    await engine.command(body, NO_MIX, plugin=PLUGIN)


async def held(engine: Engine) -> list[str]:
    """The names of all bridges there are."""
    found = await engine.command({"request": "list", "admin_key": engine.admin_key}, plugin=PLUGIN)
    return [one["room"] for one in found["list"]]
