"""An encoder in a Chromium of its own: a public WHIP client, by the author of the RFC, on a page of another origin."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page

from tests.chromium import Browser

CLIENT = "whip-whep@1.2.0"
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


def fetch_client(folder: Path) -> None:
    """The page and the client's source, from npm, side by side in a folder."""
    install = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", CLIENT]
    done = subprocess.run(install, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    shutil.copy(folder / "node_modules" / "whip-whep" / "whip.js", folder)
    (folder / "index.html").write_text(PAGE)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of that folder: another origin than the house's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def open_encoder(browser: Browser, address: str) -> Page:
    page = browser.open(address)
    page.wait_for_function("window.ready")
    return page


def publish(page: Page, key: dict) -> None:
    """`key` as the REST door answers it."""
    page.evaluate("([url, key]) => publish(url, key)", [key["whip_url"], key["key"]])
