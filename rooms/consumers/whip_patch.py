"""A PATCH of an encoder: more candidates, or ICE begun anew. It may reach another process than the one that holds the
encoder; that one is asked over the hub."""

import asyncio
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.errors import BadInput, DomainError, Unavailable
from core.events import signal
from core.hub import Socket, hub
from core.threads import in_database
from rooms import announce
from rooms.media import fragment as fragments
from rooms.media.candidate import BadSDP
from rooms.models import Stay

if TYPE_CHECKING:
    from rooms.consumers.whip import WhipSession

WITHIN = 4.0  # seconds for the other process


class Unnamed(BadInput):
    status, code = 428, "precondition_required"


class Stale(BadInput):
    status, code = 412, "precondition_failed"


KINDS = {kind.status: kind for kind in (Unnamed, Stale, BadInput, Unavailable)}


@dataclass(frozen=True)
class Patched:
    """Of a new ICE session: the engine's fragment and the new etag. Both "" where candidates were added."""

    fragment: str = ""
    etag: str = ""


async def patch(session: "WhipSession", text: str, if_match: str) -> Patched:
    """Raises Unnamed, Stale, BadInput `bad_sdp`, Unavailable."""
    if not if_match:
        raise Unnamed()
    try:
        fragment = fragments.read(text)
    except BadSDP as error:
        raise BadInput("bad_sdp", reason=str(error)) from None
    anew, any_session = session.begins_anew(fragment), if_match == "*"
    if anew and any_session:
        return Patched(await session.restart(fragment), session.etag)
    if anew or not (any_session or session.etag in [tag.strip() for tag in if_match.split(",")]):
        raise Stale()
    session.trickle(fragment.candidates)
    return Patched()


async def patch_from_afar(stay: Stay, text: str, if_match: str) -> Patched:
    """The same, of an encoder that another process holds."""
    answer: asyncio.Future[dict] = asyncio.get_running_loop().create_future()
    topic = f"whip.{secrets.token_hex(8)}"
    ear = Socket(_unheard, lambda _topic, _name, data: answer.done() or answer.set_result(data), lambda _code: None)
    question = {"connection": stay.connection, "text": text, "if_match": if_match, "reply": topic}
    try:
        await hub().join(topic, ear)
        await in_database(signal, announce.stay_topic(stay.sid), "patched", **question)
        async with asyncio.timeout(WITHIN):
            heard = await answer
    except TimeoutError:
        raise Unavailable() from None
    finally:
        await hub().leave(topic, ear)
    if "status" in heard:
        raise KINDS.get(heard["status"], Unavailable)(heard["code"], **heard["detail"])
    return Patched(**heard)


async def answer_from_afar(session: "WhipSession", asked: dict) -> None:
    """What another process was asked for this one."""
    try:
        answer = asdict(await patch(session, asked["text"], asked["if_match"]))
    except DomainError as error:
        answer = {"status": error.status, "code": error.code, "detail": error.detail}
    await in_database(signal, asked["reply"], "patched", **answer)


async def _unheard(frame: dict) -> None:
    """Nobody tells this topic frames."""
