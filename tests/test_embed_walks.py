"""Pages of an app, on an origin of their own: the SDK and the frame, in a real Chromium."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.chromium import Browser, plays
from tests.house import House, Person, free_port, until

pytestmark = pytest.mark.walk
EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "examples" / "sdk"


@pytest.fixture(scope="module")
def shop(running: House) -> Iterator[dict]:
    """An app of the host's with a channel on the air, and its two pages on another port."""
    host, port = Person.known(running, "host"), free_port()
    origin = f"http://127.0.0.1:{port}"
    made = host.api("POST", "apps/", name="Shop", origins=[origin]).json()
    server = {"Authorization": f"Bearer {made['api_key']}", "X-User": "ann"}
    cid = host.http.post("/api/v1/channels/", json={"title": "Ann's stand"}, headers=server).json()["cid"]
    options = {"house": host.origin, "app": made["app_id"], "key": made["usersig_key"], "cid": cid, "port": port}
    argv = [sys.executable, str(EXAMPLE / "backend.py"), *(f"--{name}={value}" for name, value in options.items())]
    backend = subprocess.Popen(argv)
    try:
        assert until(lambda: _answers(origin), 10)
        yield {**options, "origin": origin, "headers": server}
    finally:
        backend.terminate()
        backend.wait(10)


def _answers(origin: str) -> bool:
    try:
        return httpx.get(origin).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def on_air(start: Callable[..., Browser], shop: dict, running: House) -> None:
    """Ann is live: her studio is a page of the app's own, made with the SDK."""
    studio = start().open(shop["origin"] + "/")
    studio.evaluate(STUDIO, {"house": shop["house"], "app": shop["app"], "cid": shop["cid"]})


STUDIO = """async ({house, app, cid}) => {
  const {Footlight} = await import(`${house}/sdk/v1/footlight.js`);
  const usersig = await (await fetch("/usersig?uid=ann")).text();
  const footlight = new Footlight({appId: app, usersig});
  const show = (window.show = footlight.show(cid, {asHost: true}));
  const {Publisher} = await import(`${house}/sdk/v1/footlight.js`);
  const publisher = (window.publisher = new Publisher(show));
  const stream = await navigator.mediaDevices.getUserMedia({video: true, audio: true});
  await publisher.setTrack("video", stream.getVideoTracks()[0]);
  await publisher.setTrack("audio", stream.getAudioTracks()[0]);
  const up = new Promise((done) => publisher.on("state", (state) => state === "up" && done()));
  if (show.room.state !== "open") await new Promise((done) => show.room.on("room.snapshot", done));
  publisher.start();
  await up;
}"""


@pytest.mark.usefixtures("on_air")
def test_IM_27_one_page_of_another_origin_plays_and_chats(start: Callable[..., Browser], shop: dict) -> None:
    page = start().open(shop["origin"] + "/")
    expect(page.locator("#state")).to_have_text("live")
    frames = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
    before = page.evaluate(frames)
    page.wait_for_function(f"{frames} > {before + 5}", timeout=20_000)
    page.fill("#uid", "cat")
    page.click("#door button")
    page.fill("#words", "how much is it?")
    page.click("#say button")
    expect(page.locator("#log li").last).to_have_text("me: how much is it?")

    around = start().open(shop["origin"] + "/embed.html")
    frame = around.frame_locator("iframe")
    frame.locator("#stage[data-stage=live]").wait_for(timeout=20_000)
    expect(frame.locator(".chat")).to_contain_text("how much is it?")  # a guest reads
    expect(frame.locator("form.composer")).to_be_hidden()
    inside = around.frames[1]
    assert plays(inside)
    around.click("#login")
    expect(around.locator("#state")).to_have_text("live, bob")
    frame.locator("#say").fill("two coins")
    frame.locator("[data-act=send]").click()
    expect(page.locator("#log li").last).to_have_text("bob: two coins")
    assert plays(inside)
