"""A show is recorded and seen again in a real Chromium: its film plays, its chat comes at its second, and when the host
deletes it, it is gone."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Browser, go_live
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk
SEGMENTS, SECONDS = 4, 6
FILM = """() => { const film = document.getElementById("film");
  return {at: film.currentTime, frames: film.getVideoPlaybackQuality().totalVideoFrames, width: film.videoWidth}; }"""


@pytest.fixture
def recorded(running: House, host: Person, channel: dict) -> dict:
    """A channel whose shows are recorded."""
    answer = host.api("PATCH", f"channels/{channel['cid']}/", title=channel["title"], record=True)
    assert answer.json()["record"] is True
    return channel


@pytest.fixture
def left(running: House) -> Callable[[dict], None]:
    """`left(channel)`: the show that runs there has left segments of its first seconds."""

    def wait(channel: dict) -> None:
        (show,) = rows(running, "SELECT MAX(id) FROM rooms_broadcast")[0]
        folder = Path(running.data) / "hls" / channel["cid"] / str(show)
        assert until(lambda: len(list(folder.glob("*/*.m4s"))) > SEGMENTS, within=60), list(folder.rglob("*"))

    return wait


def test_a_show_is_recorded_seen_again_with_its_chat_and_deleted(
    start: Callable[..., Browser],
    recorded: dict,
    left: Callable[[dict], None],
    host: Person,
    viewer: Person,
    running: House,
) -> None:
    cid = recorded["cid"]
    studio = start("host").open(f"/studio/{cid}/")
    go_live(studio)
    expect(studio.locator("[data-recorded]").first).to_be_visible()
    left(recorded)
    for words in ("the very first word", "a rose for the cello"):
        said = viewer.api("POST", f"groups/{quote(recorded['gid'])}/messages/", text=words)
        assert said.status_code == 201
    assert host.api("POST", f"channels/{cid}/stop/").status_code == 200
    assert until(lambda: state_of(host, cid) == "ready", within=60), state_of(host, cid)
    recording = host.api("GET", f"recordings/?cid={cid}").json()["results"][0]
    assert recording["seconds"] >= SECONDS
    move_words(running, recording, {"the very first word": 1, "a rose for the cello": SECONDS - 1})

    channel_page = start().open(f"/c/{cid}/")
    card = channel_page.locator(".past .film-card a")
    expect(card).to_have_text(recorded["title"])
    card.click()
    seat = channel_page
    seat.wait_for_url(f"**/replay/{recording['rid']}/")
    seat.locator("[data-act=begin]").click()
    assert until(lambda: plays(seat), within=20)
    assert seat.evaluate(FILM)["width"] >= 320
    chat = seat.locator(".chat")
    expect(chat).to_contain_text("the very first word")
    expect(chat).to_contain_text("a rose for the cello")
    seat.keyboard.press("Home")
    expect(chat).not_to_contain_text("the very first word")

    desk = start("host").open(f"/studio/{cid}/recordings/")
    desk.locator(f"[data-recording='{recording['rid']}']").get_by_role("link", name="Delete").click()
    desk.get_by_role("button", name="Delete the recording").click()
    expect(desk.locator("[data-recording]")).to_have_count(0)
    seat.reload()
    expect(seat.locator("#film")).to_have_count(0)
    assert not list((Path(running.data) / "recordings" / cid).glob("*"))


def state_of(host: Person, cid: str) -> str:
    found = host.api("GET", f"recordings/?cid={cid}").json()["results"]
    return found[0]["state"] if found else ""


def plays(page: Page) -> bool:
    page.wait_for_timeout(200)
    film = page.evaluate(FILM)
    return film["frames"] > 5 and film["at"] > 0.3


def move_words(house: House, recording: dict, seconds: dict[str, float]) -> None:
    """Said at those seconds of the film: the test has no time to wait for them."""
    begin = """strftime('%Y-%m-%d %H:%M:%f', json_extract(parts, '$[0][2]'), 'unixepoch')"""
    rows(house, f"UPDATE rooms_recording SET started_at = {begin} WHERE rid = ?", recording["rid"])
    moment = """strftime('%Y-%m-%d %H:%M:%f', json_extract(parts, '$[0][2]') + ?, 'unixepoch')"""
    for words, second in seconds.items():
        rows(
            house,
            f"""UPDATE chat_message SET created_at = (SELECT {moment} FROM rooms_recording WHERE rid = ?)
                WHERE json_extract(payload, '$.text') = ?""",
            second,
            recording["rid"],
            words,
        )
