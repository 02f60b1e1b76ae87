"""Our JavaScript without a server: a page in a real Chromium that has the modules, and the test's own sockets and
timers."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page, Playwright, Route

from tests.chromium import QUIET

JS = Path(__file__).parent.parent / "static" / "js"
SITE = "http://unit.test"

FAKES = """
window.sockets = []; window.timers = [];
window.WebSocket = class {
  static OPEN = 1;
  readyState = 1; sent = []; closed = false;
  constructor(url, protocols = []) { this.url = String(url); this.protocols = protocols; sockets.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.closed = true; }
  hears(frame) { this.onmessage?.({data: JSON.stringify(frame)}); }
  ends(code, reason = "") { this.onclose?.({code, reason}); }
};
const soon = window.setTimeout.bind(window);
window.setTimeout = (does, ms = 0) => { timers.push({does, ms}); return timers.length; };
window.clearTimeout = (id) => { if (timers[id - 1]) timers[id - 1].does = () => {}; };
window.setInterval = (does, ms) => { timers.push({does, ms, again: true}); return timers.length; };
window.clearInterval = window.clearTimeout;
window.turn = () => new Promise((done) => soon(done, 0));
window.last = () => sockets.at(-1);
"""


def empty_page(playwright: Playwright, *, before: str = FAKES, instead: Mapping[str, str] = {}) -> Iterator[Page]:
    """Modules stand under the names that the import map of the site gives them; `instead` has other texts for some, or
    that of a library; `before` runs before any of them."""
    files = [path.relative_to(JS) for path in sorted(JS.rglob("*.js"))]
    names = {f"footlight/{path.with_suffix('')}": f"/js/{path}" for path in files}
    names |= {name: f"/js/{name}" for name in instead if not (JS / name).exists()}
    html = f'<!doctype html><script type="importmap">{json.dumps({"imports": names})}</script>'

    def serve(route: Route) -> None:
        _, found, name = route.request.url.partition("/js/")
        if found:
            route.fulfill(body=instead.get(name) or (JS / name).read_text(), content_type="text/javascript")
        else:
            route.fulfill(body=html, content_type="text/html")

    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless=new", *QUIET])
    page = browser.new_page()
    page.route("**/*", serve)
    page.add_init_script(before)
    yield page
    browser.close()
