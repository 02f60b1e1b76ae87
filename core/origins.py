"""Which pages may open a socket."""

from channels.security.websocket import OriginValidator

from core import ports
from core.threads import in_database

COOKIE = b"cookie"


class OriginGate(OriginValidator):
    """The site's own pages come with their cookies. Pages of an app, and programs (which name no origin), come without:
    what a browser adds by itself says nothing about whoever wrote such a page. Any other origin gets 403."""

    async def __call__(self, scope, receive, send):
        origin = _header(scope, b"origin").lower()
        if origin in self.allowed_origins or (origin and not await _is_of_an_app(origin)):
            return await super().__call__(scope, receive, send)
        headers = [pair for pair in scope["headers"] if pair[0] != COOKIE]
        return await self.application({**scope, "headers": headers}, receive, send)


def _header(scope: dict, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _is_of_an_app(origin: str) -> bool:
    return any(await in_database(ports.ask, "lets_in_origin", origin=origin))
