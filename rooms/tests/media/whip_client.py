"""An encoder for the tests: aiortc behind RFC 9725, over the site's own HTTP door."""

from aiortc import AudioStreamTrack, RTCPeerConnection, RTCSessionDescription
from django.test import AsyncClient

from rooms.tests.media.browser import Picture


class Encoder:
    def __init__(self, cid: str, key: str) -> None:
        self.http, self.cid, self.key = AsyncClient(), cid, key
        self.connection = RTCPeerConnection()
        self.answer = None  # to the last POST

    async def offer(self) -> str:
        for track in (AudioStreamTrack(), Picture()):
            self.connection.addTrack(track)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def publish(self) -> "Encoder":
        """The one POST; `answer` is what came of it."""
        self.answer = await self.post(await self.offer())
        if self.answer.status_code == 201:
            sdp = self.answer.content.decode()
            await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        return self

    async def post(self, sdp: str, kind: str = "application/sdp", **headers: str):
        return await self.ask("POST", f"/whip/{self.cid}", sdp, kind, **headers)

    async def patch(self, text: str, if_match: str = "", kind: str = "application/trickle-ice-sdpfrag"):
        return await self.ask("PATCH", self.there, text, kind, **({"If-Match": if_match} if if_match else {}))

    async def delete(self):
        return await self.ask("DELETE", self.there)

    async def ask(self, method: str, path: str, body: str = "", kind: str = "", **headers: str):
        with_key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return await self.http.generic(method, path, body, kind, headers={**with_key, **headers})

    @property
    def there(self) -> str:
        return self.answer.headers["Location"]

    async def stop(self) -> None:
        """Gone without a word to the site."""
        await self.connection.close()
