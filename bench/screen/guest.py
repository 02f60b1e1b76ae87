"""A guest who comes on the mic, while a third person watches."""

from playwright.sync_api import Browser, Page

from bench.kit.place import Place
from bench.screen.browser import context, run
from tests.house import Person

ACCEPT = '[data-act="ask-accept"]'
CLICK = "(button) => { const at = benchNow(); document.querySelector(button).click(); return at; }"


class Guest:
    def __init__(self, browser: Browser, place: Place) -> None:
        cookies = Person(place.house).sign_in("viewer").http.cookies
        self._context = context(browser, place, dict(cookies))
        self.page = self._context.new_page()
        self.page.goto(f"/c/{place.cid}/")
        self.page.evaluate("benchMarked('first frame')")

    def comes_on_stage(self, studio: Page, third: Page) -> float:
        """Ms from the host's click on "Accept" to the guest's first frame on the third person's screen."""
        self.page.click('.about [data-act="comic"]')
        self.page.click('[data-act="comic-go"]:enabled')
        studio.wait_for_selector(ACCEPT)
        run(third, "await_guest.js")
        accepted = studio.evaluate(CLICK, ACCEPT)
        return third.evaluate("benchGuest") - accepted

    def leaves(self, third: Page) -> None:
        self.page.click('.about [data-act="comic"]')
        third.locator(".stage-view:not(.stage-mix) .tile").nth(1).wait_for(state="detached")

    def go(self) -> None:
        self._context.close()
