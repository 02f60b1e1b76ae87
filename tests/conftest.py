from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.house import House, Person

expect.set_options(timeout=20_000)  # a bound, not a pace: a busy machine shows things late


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The platform as `bin/up` starts it, with its demo people. One for the whole run."""
    house = House(tmp_path_factory.mktemp("house") / "data")
    try:
        yield house.wait_until_ready()
    finally:
        house.end()


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
