"""A guest on the site's own watch page, in a browser that has nothing cached."""

from playwright.sync_api import Browser

from bench.kit.place import Place
from bench.screen.browser import context, run

LOOK_ROUND_MS = 1500  # as a person does; and whoever left before is taken down meanwhile, which costs the browser much
CLICK = "(link) => { const at = benchNow(); document.querySelector(link).click(); return at; }"


class Seat:
    def __init__(self, browser: Browser, place: Place) -> None:
        self._place = place
        self._context = context(browser, place)
        self.page = self._context.new_page()

    def take(self) -> dict[str, float]:
        """From the lobby, by a click on the show; when each step was, in ms since 1970."""
        self.page.goto("/")
        self.page.wait_for_timeout(LOOK_ROUND_MS)
        address = f"/c/{self._place.cid}/"
        clicked = self.page.evaluate(CLICK, f'a[href="{address}"]')
        self.page.wait_for_url(f"**{address}", wait_until="commit")
        return {"click": clicked, **self.page.evaluate("benchMarked('first frame')")}

    def delays(self, seconds: float, *, of: str = "video") -> list[float]:
        """Ms from drawing to showing, frame by frame, of the first such video."""
        return self.page.evaluate("([of, seconds]) => benchDelays(document.querySelector(of), seconds)", [of, seconds])

    def look_away(self) -> None:
        """Goes on receiving and decoding, but paints nothing: painting is the browser's cost, not ours."""
        self.page.evaluate("document.body.style.display = 'none'")

    def received(self) -> dict[str, int]:
        return run(self.page, "received.js")

    def leave(self) -> None:
        self._context.close()
