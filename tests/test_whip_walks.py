"""A show that comes from an encoder: a public WHIP client sends, a guest sees, the studio knows."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Browser, go_live, plays, stage
from tests.encoder import fetch_client, open_encoder, publish, serving
from tests.house import Person

pytestmark = pytest.mark.walk
PREVIEW = """([width, height]) => {
  const {videoWidth, videoHeight} = document.getElementById("preview");
  return videoWidth === width && videoHeight === height;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("npm")
    fetch_client(folder)
    with serving(folder) as found:
        yield found


@pytest.fixture
def encoder(start: Callable[..., Browser], address: str) -> Page:
    return open_encoder(start(), address)


@pytest.fixture
def key(host: Person, channel: dict) -> dict:
    return host.api("POST", f"channels/{channel['cid']}/stream-key/").json()


def ended(encoder: Page) -> None:
    encoder.wait_for_function("['closed', 'failed', 'disconnected'].includes(pc.connectionState)", timeout=20_000)


def test_an_encoder_is_seen_also_after_ice_began_anew_and_goes_with_a_goodbye(
    encoder: Page, key: dict, start: Callable[..., Browser], channel: dict
) -> None:
    seat = start().open(f"/c/{channel['cid']}/")
    stage(seat, "offline")
    publish(encoder, key)
    stage(seat, "live")
    assert plays(seat)
    before = encoder.evaluate("client.etag")
    encoder.evaluate("client.restart()")
    encoder.wait_for_function("etag => client.etag !== etag", arg=before)
    encoder.wait_for_function("pc.iceConnectionState === 'connected' || pc.iceConnectionState === 'completed'")
    assert plays(seat)
    encoder.evaluate("client.stop()")
    stage(seat, "offline")


def test_an_encoder_takes_over_from_the_studio_where_the_host_ends_it(
    encoder: Page, key: dict, start: Callable[..., Browser], channel: dict
) -> None:
    studio = start("host").open(f"/studio/{channel['cid']}/")
    go_live(studio)
    seat = start().open(f"/c/{channel['cid']}/")
    assert plays(seat)
    publish(encoder, key)
    stage(studio, "encoder")
    expect(studio.locator("#studio")).to_have_attribute("data-status", "encoder")
    studio.wait_for_function(PREVIEW, arg=[640, 360])  # the host sees what the encoder sends
    assert plays(seat)
    studio.locator(".page-head [data-act=end]").click()
    studio.locator("[data-act=confirm-end]").click()
    stage(seat, "offline")
    ended(encoder)
    expect(studio.locator("#studio")).to_have_attribute("data-status", "ready")
    studio.wait_for_function(PREVIEW, arg=[1280, 720])  # and the camera again
