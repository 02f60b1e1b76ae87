"""A class with a whiteboard, in a real Chromium: the host draws, the class sees, whoever comes late sees the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.chromium import Browser
from tests.house import Person, until

pytestmark = pytest.mark.walk

# How much of the board is covered in ink, in ten-thousandths, and of which colours (a coarse histogram).
INK = """() => {
  const canvas = document.querySelector("#board canvas");
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width || 1, canvas.height || 1);
  let inked = 0, reddish = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 128) inked += 1;
    if (data[i + 3] > 128 && data[i] > data[i + 2] + 40) reddish += 1;
  }
  return [inked, reddish].map((count) => Math.round((count * 40_000) / data.length));
}"""


@pytest.fixture
def lesson(host: Person) -> dict:
    return host.api("POST", "channels/", title="The first brush", category="classroom").json()


@pytest.fixture
def teacher(start: Callable[..., Browser], lesson: dict) -> Page:
    """The host's studio with the board open; the frames that it sends are in `page.frames_sent`."""
    page = start("host").context.new_page()
    page.frames_sent = []
    page.on("websocket", lambda socket: _listen(page, socket))
    page.goto(f"/studio/{lesson['cid']}/")
    page.locator("[data-act=board]").click(timeout=20_000)
    page.locator("[data-stage='']").wait_for(timeout=20_000)
    return page


def _listen(page: Page, socket: WebSocket) -> None:
    socket.on("framesent", lambda frame: page.frames_sent.append(frame))


def seat(start: Callable[..., Browser], lesson: dict, name: str = "", **options: bool) -> Page:
    return start(name, **options).open(f"/c/{lesson['cid']}/")


def scribble(page: Page, *points: tuple[float, float]) -> None:
    """With the pen down from the first point to the last; each is a part of the board's width and height."""
    box = page.locator("#board canvas").bounding_box()
    first, *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*first)
    page.mouse.down()
    for at in others:
        page.mouse.move(*at, steps=8)
    page.mouse.up()


def ink(page: Page) -> int:
    return page.evaluate(INK)[0]


def sees(page: Page, least: int = 20, within: float = 10) -> bool:
    def inked() -> bool:
        page.wait_for_timeout(50)
        return ink(page) >= least

    return until(inked, within)


def test_im8_the_class_sees_what_the_host_draws_and_a_latecomer_sees_the_same(
    teacher: Page, start: Callable[..., Browser], lesson: dict
) -> None:
    early = seat(start, lesson)
    early.locator("#board").wait_for(state="attached")
    expect(early.locator("#board")).to_be_hidden()  # there is nothing, and a guest may not draw
    scribble(teacher, (0.1, 0.2), (0.9, 0.2), (0.9, 0.8))
    teacher.locator("[data-pen=red]").click()
    teacher.locator("[data-width='14']").click()
    scribble(teacher, (0.1, 0.5), (0.6, 0.5))
    assert sees(early, least=100)
    expect(early.locator("#board .whiteboard-tools")).to_be_hidden()
    late = seat(start, lesson, "viewer")
    assert sees(late, least=100)
    for page in (early, late):
        assert until(lambda page=page: page.evaluate(INK)[1] > 40, 20)  # the broad red stroke
    assert until(lambda: abs(ink(early) - ink(late)) <= 3, 20)
    assert ink(teacher) >= 100  # its board may have another shape, and so another share of ink


def test_im8_wiping_is_asked_for_twice_and_clears_the_board_for_all(
    teacher: Page, start: Callable[..., Browser], lesson: dict
) -> None:
    scribble(teacher, (0.1, 0.2), (0.9, 0.8))
    early = seat(start, lesson)
    assert sees(early)
    teacher.locator("[data-act=board-clear]").click()
    teacher.locator("[data-act=board-keep]").click()
    assert sees(teacher)
    teacher.locator("[data-act=board-clear]").click()
    teacher.locator("[data-act=board-wipe]").click()
    expect(early.locator("#board")).to_be_hidden()
    assert until(lambda: ink(teacher) == 0, 20)
    late = seat(start, lesson)
    late.wait_for_timeout(1500)
    expect(late.locator("#board")).to_be_hidden()


def test_im8_a_hand_that_draws_without_rest_sends_one_frame_a_second(teacher: Page) -> None:
    box = teacher.locator("#board canvas").bounding_box()
    teacher.mouse.move(box["x"] + 10, box["y"] + 10)
    teacher.mouse.down()
    began = teacher.evaluate("performance.now()")
    step = 0
    while teacher.evaluate("performance.now()") < began + 4000:
        step += 1
        teacher.mouse.move(
            box["x"] + 10 + step * 37 % (box["width"] - 20), box["y"] + 10 + step * 3 % (box["height"] - 20)
        )
    teacher.mouse.up()
    teacher.wait_for_timeout(1500)
    drawn = [frame for frame in teacher.frames_sent if "board.draw" in str(frame)]
    assert 3 <= len(drawn) <= 7
    assert max(len(str(frame)) for frame in drawn) < 4096


def test_im8_a_moderator_draws_on_a_phone_with_pens_that_the_keyboard_reaches(
    teacher: Page, start: Callable[..., Browser], lesson: dict, host: Person
) -> None:
    assert host.api(
        "PATCH", f"groups/{lesson['gid'].replace('#', '%23')}/members/", uid="viewer", role="admin"
    ).is_success
    phone = seat(start, lesson, "viewer", phone=True)
    phone.locator("[data-act=board]").click(timeout=30_000)
    phone.locator("[data-pen=ink]").focus()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-pen=red]")).to_have_attribute("aria-pressed", "true")
    scribble(phone, (0.2, 0.5), (0.8, 0.5))
    assert sees(teacher)
    assert until(lambda: teacher.evaluate(INK)[1] > 5, 20)


def test_im8_the_board_is_sharp_on_a_dense_screen_and_after_turning_the_phone(
    teacher: Page, start: Callable[..., Browser], lesson: dict
) -> None:
    scribble(teacher, (0.1, 0.2), (0.9, 0.8))
    phone = seat(start, lesson, phone=True)
    assert sees(phone)
    size = "() => { const c = board.querySelector('canvas'); return [c.width, c.clientWidth, devicePixelRatio]; }"
    pixels, width, ratio = phone.evaluate(size)
    assert (ratio, pixels) == (2, width * 2)
    phone.set_viewport_size({"width": 844, "height": 390})

    def is_sharp_again() -> bool:
        pixels, now_wide, ratio = phone.evaluate(size)
        return now_wide != width and abs(pixels - now_wide * ratio) <= 2

    assert until(is_sharp_again, 20)
    assert sees(phone)


def test_im8_only_classes_have_a_board(start: Callable[..., Browser], channel: dict) -> None:
    page = start("host").open(f"/studio/{channel['cid']}/")
    expect(page.locator("#stage")).to_be_visible()
    assert page.locator("#board").count() == 0
