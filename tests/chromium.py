"""People in a real Chromium: a fake camera and microphone, real pages, frames that were really decoded."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tests.house import House, Person, processes, until

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Ten frames a second are a moving picture, and leave two cores some air where five browsers encode and decode.
FAKE_DEVICES = ["--use-fake-device-for-media-stream=fps=10", "--use-fake-ui-for-media-stream"]
NO_UDP = ["--webrtc-ip-handling-policy=disable_non_proxied_udp"]
AUTOPLAY = ["--autoplay-policy=no-user-gesture-required"]
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}

DECODED = """() => [...document.querySelectorAll('video[data-feed]')].map(video => ({
  feed: video.dataset.feed, frames: video.getVideoPlaybackQuality().totalVideoFrames,
  width: video.videoWidth, height: video.videoHeight}))"""
LOUDEST = """async () => {
  const audio = document.querySelector('audio[data-feed]');
  const context = new AudioContext(), analyser = context.createAnalyser(), data = new Float32Array(2048);
  context.createMediaStreamSource(audio.srcObject).connect(analyser);
  let loudest = 0;
  for (const end = performance.now() + 3000; performance.now() < end && loudest < 0.01;) {
    analyser.getFloatTimeDomainData(data);
    loudest = Math.max(loudest, ...data);
    await new Promise(requestAnimationFrame);
  }
  return loudest;
}"""


class Browser:
    """One Chromium of its own, so that it can be killed like a browser that crashed."""

    def __init__(
        self,
        playwright: Playwright,
        house: House,
        profile: Path,
        *,
        devices: bool = True,
        phone: bool = False,
        udp: bool = True,
    ) -> None:
        self.house, self.profile = house, profile
        self.context: BrowserContext = playwright.chromium.launch_persistent_context(
            profile,
            executable_path="/usr/bin/chromium",
            args=["--headless=new", *QUIET, *AUTOPLAY, *(FAKE_DEVICES if devices else []), *([] if udp else NO_UDP)],
            permissions=["camera", "microphone"] if devices else [],
            **(PHONE if phone else DESK),
            base_url=f"http://127.0.0.1:{house.port}",
        )
        self.faults: list[str] = []

    def sign_in(self, name: str) -> "Browser":
        cookies = Person.known(self.house, name).http.cookies
        url = f"http://127.0.0.1:{self.house.port}"
        self.context.add_cookies([{"name": c, "value": v, "url": url} for c, v in cookies.items()])
        return self

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{path}: {error}"))
        page.on("console", lambda said: said.type == "error" and self._complain(path, said.text))
        page.goto(path)
        return page

    def _complain(self, path: str, text: str) -> None:
        if "status of 404" not in text:  # a page that is not there says so itself
            self.faults.append(f"{path}: {text}")

    def close(self) -> None:
        with suppress(Error):  # the test may have killed it
            self.context.close()

    def kill(self) -> None:
        """Gone as by a power cut, without a word to the site."""
        for pid, line, _ in processes():
            if str(self.profile) in line:
                os.kill(pid, signal.SIGKILL)


def go_live(studio: Page) -> None:
    studio.locator("[data-act=go-live]:enabled").click(timeout=20_000)
    studio.locator("#studio[data-status=live]").wait_for(timeout=20_000)


def decoded(page: Page) -> dict:
    """The first feed: its frames so far, width and height."""
    feeds = page.evaluate(DECODED)
    return feeds[0] if feeds else {"feed": "", "frames": 0, "width": 0, "height": 0}


def plays(page: Page, within: float = 20) -> bool:
    """New frames are decoded now."""
    before = decoded(page)

    def moved() -> bool:
        page.wait_for_timeout(100)  # lets playwright's own loop turn
        now = decoded(page)
        return now["frames"] > (before["frames"] if now["feed"] == before["feed"] else 0) + 5

    return until(moved, within)


def stage(page: Page, state: str, within: float = 20) -> None:
    page.locator(f"#stage[data-stage={state}]").wait_for(timeout=within * 1000)
