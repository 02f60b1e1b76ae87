"""An encoder that goes on the air by WHIP, and a guest who waits for it on the watch page."""

from playwright.sync_api import Browser

from bench.kit.place import Place
from bench.kit.report import Report
from bench.screen.browser import context, run
from tests.house import Person

SEES = "() => { window.benchSees = benchMarked('first frame').then((marks) => marks['first frame']); }"


def whip(report: Report, browser: Browser, place: Place, *, shows: int) -> None:
    host = Person.known(place.house, "host")
    cid = host.api("POST", "channels/", title="From an encoder").json()["cid"]
    made = host.api("POST", f"channels/{cid}/stream-key/").json()
    encoder, guest = context(browser, place), context(browser, place)
    sender, seat = encoder.new_page(), guest.new_page()
    sender.goto("/")
    answered, seen = [], []
    for _ in range(shows):
        seat.goto(f"/c/{cid}/")
        seat.wait_for_selector("#stage[data-stage=offline]")
        seat.evaluate(SEES)
        asked, took = run(sender, "whip.js", [made["whip_url"], made["key"]])
        answered.append(took)
        seen.append(seat.evaluate("benchSees") - asked)
        sender.evaluate("benchStop()")
        seat.wait_for_selector("#stage[data-stage=offline]")
    encoder.close()
    guest.close()
    report.spread("WHIP: POST to 201", answered)
    report.spread("WHIP: POST to the first frame of a viewer who waits", seen)
