"""The chat, walked in a real Chromium: everybody reads the same, moderators rule it from the page, and a line that
breaks loses and repeats nothing."""

import re
from collections.abc import Callable
from itertools import count
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.chromium import Browser, go_live, stage
from tests.house import House, Person

pytestmark = pytest.mark.walk


@pytest.fixture
def hold(running: House) -> str:
    """A word that waits for review, written by staff."""
    staff, path, word = Person.known(running, "staff"), "/admin/chat/sensitiveword/add/", "cuckooclock"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', staff.http.get(path).text)[1]
    fields = {"text": word, "category": "other", "level": "hold", "active": "on", "csrfmiddlewaretoken": token}
    staff.http.post(path, data=fields, headers={"Referer": staff.origin})
    return word


@pytest.fixture
def seat(start: Callable[..., Browser], channel: dict) -> Page:
    """A guest's watch page."""
    return ready(start().open(f"/c/{channel['cid']}/"))


@pytest.fixture
def speaker(start: Callable[..., Browser], channel: dict) -> Page:
    """The viewer's watch page."""
    return ready(start("viewer").open(f"/c/{channel['cid']}/"))


@pytest.fixture
def desk(start: Callable[..., Browser], channel: dict) -> Page:
    """The host's studio."""
    return ready(start("host").open(f"/studio/{channel['cid']}/"))


def ready(page: Page) -> Page:
    page.locator(".chat[data-open]").wait_for(timeout=20_000)
    return page


def say(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.locator("[data-act=send]:enabled").wait_for(timeout=10_000)
    page.locator("#say").press("Enter")


def words(page: Page) -> list[str]:
    return page.locator(".chat .say[data-key] .words").all_inner_texts()


def menu(page: Page, text: str) -> None:
    """Opens the menu of the line that says so."""
    line = page.locator(".say[data-key]", has_text=text)
    line.hover()
    line.locator("[data-act=line-menu]").click()
    expect(page.locator("#chat-menu")).to_be_visible()


def group(channel: dict) -> str:
    return f"groups/{quote(channel['gid'])}/"


def rules(host: Person, channel: dict, **fields: object) -> None:
    answer = host.api("PATCH", group(channel), **fields)
    assert answer.status_code == 200, answer.text


def test_what_a_viewer_says_is_read_by_all_in_one_order(seat: Page, speaker: Page, desk: Page) -> None:
    for place in range(5):
        say(speaker if place % 2 else desk, f"line {place}")
        expect(seat.locator(".chat")).to_contain_text(f"line {place}")
    said = [f"line {place}" for place in range(5)]
    assert words(seat) == words(speaker) == words(desk) == said
    expect(seat.locator(".say-host .badge-host")).to_have_count(3)
    expect(seat.locator(".composer")).to_contain_text("Sign in")


def test_a_reply_carries_what_it_answers_and_leads_there(seat: Page, speaker: Page, desk: Page) -> None:
    say(speaker, "how old is that cello?")
    menu(desk, "how old is that cello?")
    desk.locator("#chat-menu [data-act=reply]").click()
    say(desk, "a hundred and ten")
    answered = seat.locator(".say", has_text="a hundred and ten").locator(".say-quote")
    expect(answered).to_contain_text("how old is that cello?")
    answered.click()
    expect(seat.locator(".say", has_text="how old is that cello?").first).to_be_focused()


def test_a_name_is_completed_and_the_person_sees_that_it_is_for_them(speaker: Page, desk: Page) -> None:
    say(speaker, "good evening")
    expect(desk.locator(".chat")).to_contain_text("good evening")
    nick = desk.locator(".say[data-key] b").first.inner_text()
    desk.locator("#say").press_sequentially(f"welcome @{nick[:2].lower()}")
    desk.locator("#mention-list [role=option]").first.wait_for()
    desk.locator("#say").press("Enter")
    expect(desk.locator("#say")).to_have_value(f"welcome @{nick} ")
    desk.locator("#say").press("Enter")
    expect(speaker.locator(".say-to-me .mention")).to_have_text(f"@{nick}")


def test_an_emoji_is_picked_with_the_keyboard(speaker: Page) -> None:
    speaker.locator("[data-act=emoji]").click()
    speaker.locator("#emoji .emoji-grid button").first.focus()
    speaker.keyboard.press("ArrowRight")
    speaker.keyboard.press("Enter")
    speaker.keyboard.press("Escape")
    expect(speaker.locator("#say")).to_have_value("😄")
    speaker.locator("#say").press("Enter")
    expect(speaker.locator(".say-face .words")).to_have_text("😄")


def test_a_moderator_deletes_a_line_and_it_is_gone_for_everybody(seat: Page, speaker: Page, desk: Page) -> None:
    for text in ("a kind word", "an unkind word"):
        say(speaker, text)
    expect(seat.locator(".chat")).to_contain_text("an unkind word")
    menu(desk, "an unkind word")
    desk.locator("#deed-reason").fill("unkind")
    desk.locator("#chat-menu [data-act=delete]").click()
    for page in (seat, speaker, desk):
        expect(page.locator(".chat")).not_to_contain_text("an unkind word")
        expect(page.locator(".chat")).to_contain_text("a kind word")
    seat.reload()
    assert words(ready(seat)) == ["a kind word"]


def test_a_mute_counts_down_in_the_composer_and_is_undone(speaker: Page, desk: Page) -> None:
    say(speaker, "too much of it")
    menu(desk, "too much of it")
    desk.locator("#chat-menu [data-mute='60']").click()
    state = speaker.locator(".composer-state")
    expect(state).to_contain_text(re.compile(r"0:5\d|1:00"))
    expect(speaker.locator("#say")).to_be_disabled()
    before = state.inner_text()
    expect(state).not_to_have_text(before)
    speaker.reload()
    expect(ready(speaker).locator(".composer-state")).to_contain_text("muted")
    desk.locator(".toast button").click()
    expect(speaker.locator("#say")).to_be_enabled()


def test_a_ban_shows_the_person_out_and_is_lifted_in_the_drawer(speaker: Page, desk: Page) -> None:
    say(speaker, "the last straw")
    menu(desk, "the last straw")
    desk.locator("#chat-menu [data-act=ban]").click()
    expect(speaker.locator(".chat-ended")).to_contain_text("banned")
    desk.locator("[data-act=moderation]:visible").click()
    desk.locator("[aria-controls=mod-people]").click()
    row = desk.locator("[data-list=restricted] li")
    expect(row).to_contain_text("Banned")
    row.locator("button").click()
    expect(row).to_have_count(0)
    speaker.locator("[data-act=chat-again]").click()
    expect(speaker.locator(".chat-ended")).to_be_hidden()
    say(speaker, "back again")
    expect(desk.locator(".chat")).to_contain_text("back again")


def test_slow_mode_is_set_in_the_drawer_and_counts_down_on_the_button(speaker: Page, desk: Page) -> None:
    desk.locator("[data-act=moderation]:visible").click()
    desk.locator("[aria-controls=mod-rules]").click()
    desk.locator("#rule-slow").select_option("5")
    expect(speaker.locator(".chat")).to_contain_text("Slow mode")
    say(speaker, "one")
    expect(speaker.locator("[data-act=send]")).to_be_disabled()
    expect(speaker.locator("[data-show=wait]")).to_have_text(re.compile("[1-5]"))
    say(speaker, "two")  # waits until the button is free again
    expect(speaker.locator(".chat")).to_contain_text("two")
    assert words(speaker) == ["one", "two"]


def test_only_followers_may_speak_and_following_is_at_hand(
    speaker: Page, seat: Page, host: Person, channel: dict
) -> None:
    rules(host, channel, followers_only=True)
    expect(speaker.locator(".composer-state")).to_contain_text("followers")
    speaker.locator(".composer-state [data-act=follow]").click()
    expect(speaker.locator("#say")).to_be_enabled()
    say(speaker, "a follower speaks")
    expect(seat.locator(".chat")).to_contain_text("a follower speaks")
    expect(seat.locator("[data-show=follows]")).to_have_text("1 follower", timeout=15_000)
    speaker.locator(".about [data-act=follow]").click()
    expect(speaker.locator(".about [data-act=follow]")).to_have_text("Follow")
    expect(seat.locator("[data-show=follows]")).to_have_text("0 followers", timeout=15_000)


def test_a_link_that_is_refused_stays_in_the_composer_with_the_reason(
    speaker: Page, host: Person, channel: dict
) -> None:
    rules(host, channel, block_links=True)
    expect(speaker.locator(".chat")).to_contain_text("Links are refused")
    say(speaker, "look at https://example.com/")
    expect(speaker.locator("[data-show=chat-error]")).to_contain_text("Links")
    expect(speaker.locator("#say")).to_have_value("look at https://example.com/")


def test_a_notice_is_pinned_from_the_page_and_put_away_until_it_changes(seat: Page, desk: Page) -> None:
    def pin(text: str) -> None:
        desk.locator("[data-act=pin]:visible").click()
        desk.locator("#notice").fill(text)
        desk.locator(".pinned-form button:not([type=button])").click()
        expect(seat.locator(".pinned")).to_contain_text(text)

    pin("Requests: name the piece")
    seat.locator("[data-act=unpin]").click()
    seat.reload()
    expect(ready(seat).locator(".pinned")).to_be_hidden()
    pin("An interval at nine")


def test_a_held_message_is_let_through_from_the_studio(hold: str, seat: Page, speaker: Page, desk: Page) -> None:
    say(speaker, f"is {hold} allowed?")
    expect(speaker.locator(".say-held")).to_contain_text("Waiting for a moderator")
    expect(desk.locator(".mod-count")).to_have_text("1")
    assert words(seat) == []
    desk.locator("[data-act=moderation]:visible").click()
    desk.locator("[data-list=held] [data-act=accept]").click()
    expect(seat.locator(".chat")).to_contain_text(f"is {hold} allowed?")
    expect(speaker.locator(".say-held")).to_have_count(0)
    expect(desk.locator(".mod-count")).to_have_text("")


def test_a_report_reaches_the_studio_and_is_answered_with_a_deletion(
    seat: Page, speaker: Page, desk: Page, start: Callable[..., Browser], channel: dict
) -> None:
    say(speaker, "something rude")
    rival = ready(start("rival").open(f"/c/{channel['cid']}/"))
    menu(rival, "something rude")
    rival.locator("#chat-menu [data-act=report]").click()
    rival.locator("#report [value=abuse]").check()
    rival.locator("#report [value=send]").click()
    expect(desk.locator(".mod-count")).to_have_text("1")
    desk.locator("[data-act=moderation]:visible").click()
    desk.locator("[data-list=reports] [data-act=delete]").click()
    expect(seat.locator(".chat")).not_to_contain_text("something rude")
    expect(desk.locator("[data-list=reports] li")).to_have_count(0)


def test_somebody_hidden_for_me_is_read_by_others(
    seat: Page, speaker: Page, start: Callable[..., Browser], channel: dict
) -> None:
    say(speaker, "first words")
    rival = ready(start("rival").open(f"/c/{channel['cid']}/"))
    menu(rival, "first words")
    rival.locator("#chat-menu [data-act=block]").click()
    say(speaker, "more words")
    expect(seat.locator(".chat")).to_contain_text("more words")
    expect(rival.locator(".say[data-key]:visible")).to_have_count(0)
    rival.reload()
    expect(ready(rival).locator(".say[data-key]:visible")).to_have_count(0)


def test_comments_fly_over_the_picture_and_their_settings_stay(
    desk: Page, speaker: Page, seat: Page, channel: dict
) -> None:
    go_live(desk)
    for page in (seat, speaker):
        stage(page, "live")
    say(speaker, "what a clean bow")
    expect(seat.locator(".danmaku p")).to_have_text("what a clean bow")
    expect(speaker.locator(".danmaku .is-mine")).to_have_text("what a clean bow")
    seat.locator("[data-act=danmaku-settings]").click()
    seat.locator("#danmaku-settings [data-look=area][value='0.25']").click()
    seat.locator("#look-word").fill("spoiler")
    seat.locator("#look-word").press("Enter")
    seat.keyboard.press("Escape")
    say(speaker, "a SPOILER of the end")
    expect(seat.locator(".chat")).to_contain_text("a SPOILER of the end")
    assert "SPOILER" not in seat.locator(".danmaku").inner_text()
    seat.locator("[data-act=danmaku]").click()
    expect(seat.locator(".danmaku")).to_be_hidden()
    seat.reload()
    stage(seat, "live")
    expect(seat.locator("[data-act=danmaku]")).to_have_attribute("aria-pressed", "false")
    expect(seat.locator("[data-look=area][value='0.25']")).to_have_attribute("aria-pressed", "true")
    expect(seat.locator("[data-list=words]")).to_contain_text("spoiler")


def test_every_like_is_counted_once_on_another_page(speaker: Page, seat: Page) -> None:
    for _ in range(23):
        speaker.locator(".about [data-act=like]").click()
    expect(speaker.locator(".about [data-show=likes]")).to_have_text("23")
    expect(seat.locator(".about [data-show=likes]")).to_have_text("23", timeout=15_000)
    speaker.wait_for_timeout(4000)  # the room's own figure has come back by now, and adds nothing
    expect(speaker.locator(".about [data-show=likes]")).to_have_text("23")


def test_a_cut_line_shows_what_was_missed_once(
    start: Callable[..., Browser], speaker: Page, host: Person, channel: dict
) -> None:
    lines: list[WebSocketRoute] = []
    cut = start()
    page = cut.context.new_page()

    def through(line: WebSocketRoute) -> None:
        lines.append(line)
        if not silent:
            line.connect_to_server()

    silent: list[bool] = []
    page.route_web_socket(re.compile(r"/ws/chat/"), through)
    page.goto(f"/c/{channel['cid']}/")
    ready(page)
    say(speaker, "before")
    expect(page.locator(".chat")).to_contain_text("before")
    silent.append(True)
    lines[-1].close(code=1012)
    said: list[str] = []
    for place in count():
        if len(said) == 70:  # more than a welcome brings along
            break
        text = f"meanwhile {place}"
        answer = host.api("POST", group(channel) + "messages/", kind="text", text=text)
        if "dropped" not in answer.json():  # a quick machine says more than a room takes
            said.append(text)
    expect(speaker.locator(".chat")).to_contain_text(said[-1])
    silent.clear()
    lines[-1].close(code=1012)
    expect(page.locator(".chat")).to_contain_text(said[-1], timeout=40_000)
    assert words(page) == ["before", *said]


def test_the_keyboard_alone_reaches_a_message_and_what_can_be_done_with_it(
    seat: Page, speaker: Page, desk: Page
) -> None:
    for text in ("first of two", "second of two"):
        say(speaker, text)
    expect(desk.locator(".chat")).to_contain_text("second of two")
    desk.locator(".chat").focus()
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator("#chat-menu [data-act=reply]")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator(".say", has_text="first of two")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.locator("#chat-menu [data-act=delete]").focus()
    desk.keyboard.press("Enter")
    expect(seat.locator(".chat")).not_to_contain_text("first of two")
    assert words(seat) == ["second of two"]
