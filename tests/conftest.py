from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.chromium import Browser
from tests.house import House, Person
from tests.modules import SITE, empty_page

expect.set_options(timeout=20_000)  # a bound, not a pace: a busy machine shows things late


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The platform as `bin/up` starts it, with its demo people. One for the whole run."""
    house = House(tmp_path_factory.mktemp("house") / "data")
    try:
        yield house.wait_until_ready()
    finally:
        house.end()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def modules(playwright: Playwright) -> Iterator[Page]:
    yield from empty_page(playwright)


@pytest.fixture
def page(modules: Page) -> Page:
    """Our modules and nothing else, anew for each test."""
    modules.goto(SITE)
    return modules


@pytest.fixture
def excused() -> str:
    """What a page's console may complain of; a module that refuses people says so."""
    return ""


@pytest.fixture
def start(playwright: Playwright, running: House, tmp_path: Path, excused: str) -> Iterator[Callable[..., Browser]]:
    """`start("host")`: a browser of one's own, signed in; `start()`: a guest's. All are closed at the end, and none
    may have met an error on a page."""
    started: list[Browser] = []

    def begin(name: str = "", **options: bool) -> Browser:
        one = Browser(playwright, running, tmp_path / f"profile-{len(started)}", **options)
        started.append(one)
        return one.sign_in(name) if name else one

    yield begin
    faults = [fault for one in started for fault in one.faults if not (excused and excused in fault)]
    for one in started:
        one.close()
    assert not faults


@pytest.fixture
def guest(running: House) -> Person:
    return Person(running)


@pytest.fixture
def host(running: House) -> Person:
    return Person.known(running, "host")


@pytest.fixture
def viewer(running: House) -> Person:
    return Person.known(running, "viewer")


@pytest.fixture
def channel(host: Person) -> dict:
    """A fresh global channel of the host, with chat."""
    return host.api("POST", "channels/", title="A walk").json()
