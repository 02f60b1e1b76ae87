"""Each desk, used end to end in a real Chromium by staff of the group whose desk it is."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from partners.tests.receiver import Receiver
from tests.chromium import Browser, go_live, stage
from tests.coins import balance, keyed, make_code
from tests.house import House, Person, rows, until
from tests.staff import act, fill, hire, offer

pytestmark = pytest.mark.walk
KEY_GONE = 401


@pytest.fixture
def excused() -> str:
    return "status of 4"  # refused in words


@pytest.fixture
def rival(running: House) -> Person:
    return Person.known(running, "rival")


@pytest.fixture
def at_desk(running: House, start: Callable[..., Browser]) -> Callable[..., Page]:
    """`at_desk("moderator", "/admin/chat/")`: a page of somebody of that group."""

    def open_(group: str, path: str, **options: bool) -> Page:
        hire(running, group)
        return start(f"our-{group}", devices=False, **options).open(path)

    return open_


def number_of(house: House, table: str, where: str, *values: object) -> int:
    ((number,),) = rows(house, f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT 1", *values)
    return number


def say(person: Person, channel: dict, text: str) -> dict:
    """Answers what was said of it: its number, or that it is held."""
    answer = person.api("POST", f"groups/{channel['gid'].replace('#', '%23')}/messages/", text=text)
    assert answer.status_code < 300, answer.text
    return answer.json()


def test_the_chat_desk_screens_lets_through_decides_and_tells_all(
    running: House, at_desk, start: Callable[..., Browser], channel: dict, viewer: Person, rival: Person, tmp_path: Path
) -> None:
    seat = start("viewer", devices=False, phone=True).open(f"/c/{channel['cid']}/")
    desk = at_desk("moderator", "/admin/chat/sensitiveword/import/")
    word = f"rosebud{int(time.time())}"
    listed = tmp_path / "words.csv"
    listed.write_text(f"text,category,level\n{word},advertising,hold\n")
    desk.locator("[name=import_file]").set_input_files(listed)
    if desk.locator("select[name=format]").count():
        desk.locator("select[name=format]").select_option("0")
    desk.locator("#content [type=submit], main [type=submit]").first.click()
    expect(desk.get_by_text("1 word added.")).to_be_visible()
    desk.goto("/admin/chat/sensitiveword/test/")
    fill(desk, text=f"{word.upper()} for all")
    desk.get_by_role("button", name="Test", exact=True).click()
    expect(desk.locator("[aria-live=polite]").get_by_text(word).first).to_be_visible()

    assert until(lambda: say(viewer, channel, f"my {word} is red").get("held"), 5)
    desk.goto("/admin/chat/message/?state__exact=held")
    desk.get_by_role("link", name=re.compile(word)).first.click()
    desk.locator(".said .is-this").get_by_role("link", name="Let through").click()
    act(desk, "Let through")
    expect(seat.locator("#chat, .chat").first).to_contain_text(f"my {word} is red")

    line = say(viewer, channel, "buy followers here")
    with rival.socket(f"/ws/chat/{channel['gid'].replace('#', '%23')}/") as talk:
        talk.hears("chat.welcome")
        assert until(
            lambda: talk.says("chat.report", epoch=line["epoch"], seq=line["seq"], reason="ads")["type"] == "reply", 10
        )
    desk.goto("/admin/chat/report/?state__exact=open")
    desk.get_by_role("link", name=re.compile("buy followers here")).first.click()
    expect(desk.locator(".said")).to_contain_text(f"my {word} is red")
    offer(desk, "decide").click()
    act(desk, "Decide", measure="muted", seconds="600", reason="no advertising here")
    letters = seat.locator("#letters")
    expect(letters).to_be_visible()
    letters.locator("summary").click()
    expect(letters).to_contain_text("no advertising here")
    letters.get_by_role("button", name="I have read it").click()
    expect(letters).to_be_hidden()
    assert "its author was muted" in rival.api("GET", "users/me/letters/").json()["results"][0]["text"]
    assert say_refused(viewer, channel) == "muted"

    desk.goto("/admin/chat/group/notify_all/")
    act(desk, "Send a system notice to all rooms", text="Back at nine")
    expect(desk.get_by_text(re.compile("rooms? (was|were) told"))).to_be_visible()
    expect(seat.locator("#chat, .chat").first).to_contain_text("Back at nine")
    desk.goto("/admin/chat/restriction/")
    desk.locator("#result_list a[href*='/restriction/']").first.click()
    offer(desk, "lift").click()
    act(desk, "Lift")
    say(viewer, channel, "thank you")


def say_refused(person: Person, channel: dict) -> str:
    answer = person.api("POST", f"groups/{channel['gid'].replace('#', '%23')}/messages/", text="hm")
    return answer.json().get("error", {}).get("code", "")


def test_the_money_desk_gives_prices_pays_reverses_and_adds_up(
    running: House, at_desk, channel: dict, host: Person, viewer: Person
) -> None:
    keyed(viewer, "wallet/redeem/", f"desk-{channel['cid']}", code=make_code(running, 40))
    had, user = balance(viewer), number_of(running, "core_user", "uid = 'viewer'")
    desk = at_desk("finance", f"/admin/core/user/{user}/top_up/")
    act(desk, "Give coins", coins="25", reason="=1+1")
    assert until(lambda: balance(viewer) == had + 25, 5)
    given = number_of(running, "billing_transfer", "memo = '=1+1'")
    account = number_of(running, "billing_account", "owner_id = ?", user)
    with desk.expect_download() as file:
        desk.evaluate("url => { location.href = url }", f"/admin/billing/account/{account}/export/")
    assert "'=1+1" in Path(file.value.path()).read_text(encoding="utf-8-sig")
    desk.goto(f"/admin/billing/transfer/{given}/reverse/")
    act(desk, "Reverse")
    assert until(lambda: balance(viewer) == had, 5)

    desk.goto("/admin/billing/redeemcode/make/")
    with desk.expect_download() as codes:
        fill(desk, coins="30", count="2", reason="for the fair")
        desk.locator("main, #content").get_by_role("button", name="Make codes", exact=True).click()
    code = re.findall(r"\w{4}(?:-\w{4}){3}", Path(codes.value.path()).read_text(encoding="utf-8-sig"))[0]
    assert keyed(viewer, "wallet/redeem/", code, code=code).status_code < 300

    keyed(host, "wallet/redeem/", f"pay-{channel['cid']}", code=make_code(running, 300))
    asked = keyed(host, "payouts/", f"out-{channel['cid']}", coins=150, note="the usual account")
    assert asked.status_code < 300, asked.text
    desk.goto("/admin/billing/payout/?state__exact=asked")
    desk.locator("#result_list a[href*='/payout/']").first.click()
    offer(desk, "approve").click()
    act(desk, "Paid")
    assert rows(running, "SELECT state FROM billing_payout ORDER BY id DESC LIMIT 1") == [("approved",)]
    desk.goto("/admin/billing/audit/run/")
    act(desk, "Take the sums now")
    expect(desk.locator("#result_list")).to_be_visible()
    assert rows(running, "SELECT passed FROM billing_audit ORDER BY id DESC LIMIT 1") == [(1,)]


def test_a_price_and_a_gift_of_the_money_desk_are_on_the_watch_page(
    running: House, at_desk, start: Callable[..., Browser], channel: dict
) -> None:
    go_live(start("host").open(f"/studio/{channel['cid']}/"))
    desk = at_desk("finance", "/admin/billing/price/add/")
    save(desk, kind="play", place=channel["cid"], value="7")
    expect(desk.locator("#result_list tbody tr").first).to_contain_text(channel["cid"])
    desk.goto("/admin/billing/gift/add/")
    save(desk, name="Teapot", icon="🫖", price="4", position="1")

    page = start("viewer", devices=False).open(f"/c/{channel['cid']}/")
    expect(page.locator("#meter")).to_contain_text("7 coins")
    page.locator(".about-acts [data-act=gifts]").click()
    expect(page.locator(".gift", has_text="Teapot").first.locator(".coin")).to_have_text("4")

    desk.goto(f"/admin/billing/gift/{number_of(running, 'billing_gift', 'code = ?', 'teapot')}/change/")
    desk.locator("[name=active]").uncheck()
    save(desk)
    page.reload()
    page.locator(".about-acts [data-act=gifts]").click()
    expect(page.locator(".gift").first).to_be_visible()
    assert page.locator(".gift", has_text="Teapot").count() == 0


def save(desk: Page, **answers: str) -> None:
    """The form of a row, which takes it and shows the list."""
    fill(desk, **answers)
    desk.locator("[name=_save]:visible").first.click()
    expect(desk.locator("#result_list")).to_be_visible()


def test_the_partners_desk_reads_replays_revokes_and_switches_off(running: House, at_desk, host: Person) -> None:
    made = host.api("POST", "apps/", name="A tea house", guard_token="").json()
    app, key = made["app_id"], {"Authorization": f"Bearer {made['api_key']}"}
    with Receiver() as them:
        them.answer = lambda call: (500, {}, b"")
        hook = host.http.post("/api/v1/webhooks/", json={"url": them.url, "events": ["*"]}, headers=key).json()
        host.http.post(f"/api/v1/webhooks/{hook['id']}/test/", headers=key)
        host.http.post(f"/aec/{app}/", data={"data": '{"action": "AEC_LIVE_NOTHING", "userId": "ann"}'})
        assert until(lambda: len(them.calls) > 0, 20)
        them.answer = lambda call: (200, {}, b"{}")
        desk = at_desk("engineer", "/admin/partners/partner/")
        desk.get_by_role("link", name="A tea house").first.click()
        desk.locator("main, #content").get_by_role("link", name="Deliveries", exact=True).last.click()
        desk.locator("#result_list a[href*='/delivery/']").first.click()
        expect(desk.get_by_text("HTTP 500").first).to_be_visible()
        offer(desk, "replay").click()
        act(desk, "Send it again", reason="mended")
        assert until(lambda: len(them.calls) > 1, 20)
        number = number_of(running, "partners_delivery", "1 = 1")
        state = "SELECT state FROM partners_delivery WHERE id = ?"
        assert until(lambda: rows(running, state, number) == [("delivered",)], 20)
    desk.goto(f"/admin/partners/inboundevent/?q={app}")
    desk.locator("#result_list a[href*='/inboundevent/']").first.click()
    expect(desk.get_by_text("AEC_LIVE_NOTHING").first).to_be_visible()

    assert host.http.get("/api/v1/channels/", headers=key).status_code == 200
    desk.goto(f"/admin/partners/apikey/?q={app}")
    desk.locator("#result_list a[href*='/apikey/']").first.click()
    offer(desk, "revoke").click()
    act(desk, "Revoke", reason="found in a screenshot")
    assert host.http.get("/api/v1/channels/", headers=key).status_code == KEY_GONE
    desk.goto("/admin/partners/apikey/make/")
    fill(desk, app=str(number_of(running, "partners_partner", "app_id = ?", app)), reason="their new server")
    desk.locator("main, #content").get_by_role("button", name="Make a key", exact=True).click()
    new = {"Authorization": f"Bearer {desk.locator('[data-secret]').inner_text()}"}
    assert host.http.get("/api/v1/channels/", headers=new).status_code == 200
    desk.goto(f"/admin/partners/partner/{number_of(running, 'partners_partner', 'app_id = ?', app)}/disable/")
    act(desk, "Switch off")
    assert host.http.get("/api/v1/channels/", headers=new).json()["error"]["code"] == "app_disabled"


def test_a_person_is_banned_signed_out_and_taken_along(running: House, at_desk, channel: dict) -> None:
    guest = Person(running)
    staff = Person.known(running, "staff")
    name = f"loud-{channel['cid']}".lower()
    page = staff.http.get("/admin/core/user/add/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    secret = {"password1": "a much longer secret", "password2": "a much longer secret", "usable_password": "true"}
    fields = {"username": name, **secret, "csrfmiddlewaretoken": token}
    staff.http.post("/admin/core/user/add/", data=fields, headers={"Referer": f"{staff.origin}/admin/core/user/add/"})
    guest.sign_in(name, "a much longer secret")
    person = f"/admin/core/user/{number_of(running, 'core_user', 'username = ?', name)}/"

    desk = at_desk("moderator", "/admin/")
    desk.locator("#find").fill(name.upper())
    desk.locator("#find").press("Enter")
    desk.wait_for_url(f"**{person}change/")
    offer(desk, "ban").click()
    act(desk, "Ban", seconds="3600", reason="threats")
    expect(desk.locator(".about-rows")).to_contain_text("threats")
    kept = rows(running, "SELECT privileges, until IS NOT NULL FROM rooms_ban ORDER BY id DESC LIMIT 1")
    assert kept == [('["join_channel"]', 1)]
    with guest.socket(f"/ws/rooms/{channel['cid']}/") as room:
        assert room.closes() == 4003

    desk = at_desk("support", f"{person}change/")
    assert offer(desk, "ban").count() == 0
    offer(desk, "sign_out").click()
    act(desk, "Sign out everywhere")
    assert guest.api("GET", "users/me/").status_code == KEY_GONE
    with desk.expect_download() as file:
        desk.evaluate("url => { location.href = url }", f"{person}export/")
    assert Path(file.value.path()).read_bytes()[:2] == b"PK"


def test_a_channel_is_read_frozen_and_given_away(
    running: House, at_desk, start: Callable[..., Browser], channel: dict, host: Person
) -> None:
    studio = start("host").open(f"/studio/{channel['cid']}/")
    go_live(studio)
    number = number_of(running, "rooms_channel", "cid = ?", channel["cid"])
    desk = at_desk("moderator", f"/admin/rooms/channel/{number}/timeline/")
    expect(desk.locator(".timeline")).to_contain_text("uploader.joined")
    assert desk.goto(f"/admin/rooms/channel/{number}/transfer/").status == 403
    for verb, label, words in (
        ("freeze", "Freeze", "rule 4"),
        ("unfreeze", "Let the show go on", "seen and heard again"),
        ("stop", "Stop the show", "rule 4"),
    ):
        desk.goto(f"/admin/rooms/channel/{number}/{verb}/")
        act(desk, label)
        expect(studio.locator("#house-told")).to_contain_text(words)
    top = start("staff", devices=False).open(f"/admin/rooms/channel/{number}/transfer/")
    act(top, "Give to another host", uid="rival")
    assert host.api("PATCH", f"channels/{channel['cid']}/", title="mine").status_code == 403


def test_a_room_is_shut_opened_and_deleted_and_its_loudest_muted_by_name(
    running: House, at_desk, start: Callable[..., Browser], channel: dict, viewer: Person
) -> None:
    seat = start("viewer", devices=False).open(f"/c/{channel['cid']}/")
    say(viewer, channel, "again and again")
    desk = at_desk("moderator", f"/admin/chat/message/?q={channel['gid'].replace('#', '%23')}")
    desk.get_by_role("link", name="again and again").first.click()
    offer(desk, "mute").click()
    act(desk, "Mute the sender", seconds="600")
    assert say_refused(viewer, channel) == "muted"
    expect(seat.locator("#chat, .chat").first).to_contain_text("muted")

    room = f"/admin/rooms/channel/{number_of(running, 'rooms_channel', 'cid = ?', channel['cid'])}/"
    for verb, label, shown in (("close", "Close", "closed"), ("reopen", "Reopen", "offline")):
        desk.goto(f"{room}{verb}/")
        act(desk, label)
        seat.reload()
        stage(seat, shown)
    assert desk.goto(f"{room}delete/").status == 403
    top = start("staff", devices=False).open(f"{room}delete/")
    act(top, "Delete")
    assert viewer.api("GET", f"channels/{channel['cid']}/").status_code == 404


def test_the_three_emergencies_fit_a_phone(
    running: House, at_desk, start: Callable[..., Browser], rival: Person, viewer: Person
) -> None:
    channel = rival.api("POST", "channels/", title="Out of hand").json()
    studio = start("rival").open(f"/studio/{channel['cid']}/")
    go_live(studio)
    phone = at_desk("moderator", "/admin/", phone=True)

    def press(label: str) -> None:
        room = phone.locator(".rooms li").filter(has=phone.locator(f"a[href*='{channel['cid']}']"))
        room = room if room.count() else phone.locator(".rooms li").filter(has_text="Out of hand")
        link = room.first.get_by_role("link", name=label)
        assert link.bounding_box()["height"] >= 44
        link.tap()

    press("Mute the room")
    act(phone, "Mute everybody")
    assert say_refused(viewer, channel) == "muted_all"
    press("Stop the show")
    act(phone, "Stop the show")
    expect(studio.locator("#house-told")).to_contain_text("rule 4")
    phone.goto(f"/admin/core/user/{number_of(running, 'core_user', 'uid = ?', 'rival')}/ban/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    act(phone, "Ban", seconds="600")
    with rival.socket(f"/ws/rooms/{channel['cid']}/") as room:
        assert room.closes() == 4003
    ban = number_of(running, "rooms_ban", "1 = 1")
    phone.goto(f"/admin/rooms/ban/{ban}/lift/")
    act(phone, "Lift")
