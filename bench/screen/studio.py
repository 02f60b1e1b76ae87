"""The host: the site's own studio page, with a drawn picture in place of a camera."""

from typing import Self

from playwright.sync_api import Browser

from bench.kit.place import Place
from bench.screen.browser import context

READY = '[data-act="go-live"]:enabled'

GO_LIVE = """async (button) => {
  const live = benchAnew("channel live"), at = benchNow();
  document.querySelector(button).click();
  return [at, await live];
}"""


class Studio:
    def __init__(self, browser: Browser, place: Place, cookies: dict[str, str]) -> None:
        self._context = context(browser, place, cookies)
        self.page = self._context.new_page()
        self.page.goto(f"/studio/{place.cid}/")
        self.page.wait_for_selector(READY)
        self.page.select_option("#quality", "360")

    def go_live(self) -> dict[str, float]:
        """Ms from the click to each step."""
        clicked, marks = self.page.evaluate(GO_LIVE, READY)
        return {name: at - clicked for name, at in marks.items()}

    def end(self) -> None:
        self.page.click('[data-act="end"]')
        self.page.click('[data-act="confirm-end"]')
        self.page.wait_for_selector(READY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._context.close()
