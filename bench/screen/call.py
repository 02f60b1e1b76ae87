"""Private calls: a viewer rings, the host's studio answers by itself, and a guest waits for the show."""

from playwright.sync_api import Browser, Page

from bench.kit.place import Place
from bench.screen.browser import context
from bench.screen.seat import Seat
from bench.screen.studio import Studio
from tests.house import Person

FAR = """() => {
  const far = document.querySelector("#call video[data-side=far]");
  window.benchFar = new Promise((seen) => far.requestVideoFrameCallback(() => seen(benchNow())));
  benchAnew("nothing");
}"""
PRESS = "(button) => { const at = benchNow(); document.querySelector(button).click(); return at; }"
ACCEPTED = "() => benchMarked('sent call.accept').then((marks) => marks['sent call.accept'])"


class Calls:
    """The studio has to be on the air."""

    def __init__(self, browser: Browser, place: Place, studio: Studio) -> None:
        host, viewer = (Person(place.house).sign_in(name) for name in ("host", "viewer"))
        host.api("PATCH", f"channels/{place.cid}/prices/", call=0)
        self._studio = studio.page
        self._context = context(browser, place, dict(viewer.http.cookies))
        self._caller = self._context.new_page()
        self._caller.goto(f"/c/{place.cid}/")
        self._guest = Seat(browser, place)
        self._guest.take()

    def call(self) -> tuple[float, float]:
        """Ms from the answer to the later of both first frames, and from hanging up to the guest's next frame."""
        _live(self._caller)
        self._caller.click(".about-acts [data-act=call]")
        self._caller.wait_for_selector("#call-ask [data-act=ring]:enabled")
        for page in (self._caller, self._studio):
            page.evaluate(FAR)
        self._caller.click("#call-ask [data-act=ring]")
        accepted = self._studio.evaluate(ACCEPTED)
        seen = max(page.evaluate("benchFar") for page in (self._caller, self._studio))
        self._caller.wait_for_selector("#call[data-state=live]")
        self._guest.page.wait_for_selector("#stage[data-stage=away]")
        self._guest.page.evaluate("() => { window.benchBack = benchAnew('first frame'); }")
        hung_up = self._caller.evaluate(PRESS, "[data-act=call-hang-up]")
        back = self._guest.page.evaluate("benchBack")["first frame"]
        self._caller.click("[data-act=call-back]")
        return seen - accepted, back - hung_up

    def leave(self) -> None:
        self._context.close()
        self._guest.leave()


def _live(page: Page) -> None:
    page.wait_for_selector("#stage[data-stage=live]")
