"""One Chromium for everybody: the same clock for those who send and those who watch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.kit.place import Place

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
    " --autoplay-policy=no-user-gesture-required"
)
BOUND_MS = 30_000


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, headless=False, args=ARGUMENTS.split())
        try:
            yield browser
        finally:
            browser.close()


def context(browser: Browser, place: Place, cookies: dict[str, str] | None = None) -> BrowserContext:
    """Somebody with a browser of their own: nothing cached, a guest unless cookies say otherwise."""
    made = browser.new_context(base_url=place.origin, viewport={"width": 1280, "height": 720})
    made.set_default_timeout(BOUND_MS)
    made.add_cookies([{"name": name, "value": value, "url": place.origin} for name, value in (cookies or {}).items()])
    for script in ("probe.js", "source.js"):
        made.add_init_script(path=HERE / script)
    return made


def run(page: Page, script: str, argument: object = None) -> object:
    """One of the scripts of this folder that are functions."""
    source = (HERE / script).read_text().strip()
    return page.evaluate(source[source.index("async ") :].rstrip(";"), argument)
