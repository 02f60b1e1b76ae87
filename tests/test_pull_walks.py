"""A stream that an app's media server has pulled in, in a real browser."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from partners.aec.event import signature
from rooms.tests.media import sources
from tests.chromium import plays, stage
from tests.house import House, Person, until

pytestmark = pytest.mark.walk


def _aec(house: House, app: dict, action: str, **fields: str) -> None:
    """As StarRTC's server tells it."""
    data = json.dumps({"action": f"AEC_LIVE_{action}", **fields})
    form = {"data": data, "sign": signature(data, app["guard_token"])}
    answer = Person(house).http.post(f"/aec/{app['app_id']}/", data=form).json()
    assert answer["status"] == "1", answer


def test_AEC_16_AEC_18_what_is_pulled_is_seen_is_lost_with_its_source_and_comes_back(
    running: House, host: Person, start: Callable, tmp_path: Path
) -> None:
    app = host.api("POST", "apps/", name="Pulls").json()
    film = sources.film(tmp_path / "film.mp4", seconds=10)
    with sources.rtmp_server(tmp_path) as address:
        with sources.sent_on(film, f"{address}/x"):
            _aec(running, app, "CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", roomId="r1", channelId="c1")
            extra = json.dumps({"source": f"{address}/x"})
            _aec(running, app, "LIVEPROXY_CREATE_CHANNEL_GLOBAL_PUBLIC", roomId="r1", channelId="p1", extra=extra)
            cid = _channel(host, app, "p1")
            page = start().open(f"/c/{cid}/")
            assert plays(page, within=40)
            for pid in running.pids("manage.py relay"):
                os.kill(pid, signal.SIGKILL)
            assert until(lambda: not plays(page, within=2), 20)
            assert plays(page, within=60), "another worker has it"
        stage(page, "lost", within=40)
        with sources.sent_on(film, f"{address}/x"):
            stage(page, "live", within=40)
            assert plays(page, within=40)
            _aec(running, app, "LIVEPROXY_CLOSE_CHANNEL", channelId="p1")
            stage(page, "closed")


def _channel(host: Person, app: dict, name: str) -> str:
    key = {"Authorization": f"Bearer {app['api_key']}"}
    found = host.http.get("/api/v1/channels/", params={"external_id": name}, headers=key).json()
    return found["results"][0]["cid"]
