"""An application for a real Daphne: `/film` is a long answer in parts, anything else says how far it has come."""

import asyncio
import json
import os

from core import daphne_bodies

PART, PARTS = b"x" * 2**20, 64
now = {"begun": 0, "over": 0}
if patience := os.environ.get("PATIENCE"):  # this is the server, and not the test
    daphne_bodies.PATIENCE = float(patience)
    daphne_bodies.mend()


async def application(scope: dict, receive, send) -> None:
    """As Django does, it listens meanwhile for a reader who goes."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] != "/film":
        await send({"type": "http.response.body", "body": json.dumps(now).encode()})
        return
    work = [asyncio.create_task(_film(send)), asyncio.create_task(_until_gone(receive))]
    await asyncio.wait(work, return_when="FIRST_COMPLETED")
    for task in work:
        task.cancel()
    now["over"] += 1


async def _film(send) -> None:
    for _ in range(PARTS):
        now["begun"] += 1
        await send({"type": "http.response.body", "body": PART, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
