"""An encoder in a Chromium of its own: a public WHIP client, by the author of the RFC, on a page of another origin."""

import subprocess
from pathlib import Path

from playwright.sync_api import Page, Route

from tests.chromium import Browser

CLIENT = "whip-whep@1.2.0"
HOME = "http://encoder.localhost:9"  # nobody listens there: its pages are made up below
PAGE = """<!doctype html><title>Encoder</title><script type="module">
import {WHIPClient} from "/whip.js";
window.publish = async (url, key) => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640, height: 360}});
  window.pc = new RTCPeerConnection();
  for (const track of stream.getTracks()) pc.addTransceiver(track, {direction: "sendonly", streams: [stream]});
  window.client = new WHIPClient();
  await client.publish(pc, url, key);
};
window.ready = true;
</script>"""


def fetch_client(folder: Path) -> str:
    """The client's source, from npm."""
    install = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", CLIENT]
    done = subprocess.run(install, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return (folder / "node_modules" / "whip-whep" / "whip.js").read_text()


def open_encoder(browser: Browser, client: str) -> Page:
    def serve(route: Route) -> None:
        is_script = route.request.url.endswith(".js")
        kind = "text/javascript" if is_script else "text/html"
        route.fulfill(body=client if is_script else PAGE, content_type=kind)

    browser.context.route(f"{HOME}/**", serve)
    page = browser.open(f"{HOME}/")
    page.wait_for_function("window.ready")
    return page


def publish(page: Page, key: dict) -> None:
    """`key` as the REST door answers it."""
    page.evaluate("([url, key]) => publish(url, key)", [key["whip_url"], key["key"]])
