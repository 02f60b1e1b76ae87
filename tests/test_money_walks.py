"""Coins, walked in a real Chromium: what watching costs and when it ends, gifts, and the wallet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Browser, go_live, plays, stage
from tests.coins import balance, have, keyed, make_code, move_minutes
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk
PRICE = 10


@pytest.fixture
def excused() -> str:
    return "status of 4"  # refused in words


@pytest.fixture
def priced(host: Person, channel: dict) -> dict:
    """The channel costs ten coins a minute after half a minute of free preview."""
    answer = host.api("PATCH", f"channels/{channel['cid']}/prices/", play=PRICE, preview=30)
    assert answer.status_code == 200, answer.text
    return channel


@pytest.fixture
def studio(start: Callable[..., Browser], channel: dict) -> Page:
    """The host's studio, on the air."""
    page = start("host").open(f"/studio/{channel['cid']}/")
    go_live(page)
    return page


@pytest.fixture
def code(running: House) -> Callable[[int], str]:
    """`code(100)`: a code worth so many coins, as staff make them."""

    return lambda coins: make_code(running, coins)


def meter(page: Page, words: str, within: float = 15) -> None:
    expect(page.locator("#meter")).to_contain_text(re.compile(words), timeout=within * 1000)


def test_a_viewer_previews_pays_runs_out_tops_up_and_is_back(
    running: House, start: Callable[..., Browser], priced: dict, studio: Page, host: Person, viewer: Person, code
) -> None:
    guest = start().open(f"/c/{priced['cid']}/")
    stage(guest, "live")
    meter(guest, r"Free preview: 0:[0-3]\d left")
    move_minutes(running, priced, 40)
    stage(guest, "preview_over")
    expect(guest.locator("#stage .overlay:visible")).to_contain_text("10 coins a minute")
    assert guest.locator("video[data-feed]").count() == 0
    expect(guest.locator("#stage .overlay:visible a", has_text="Sign in")).to_have_attribute(
        "href", re.compile(f"next=.*{priced['cid']}")
    )

    have(viewer, host, 3 * PRICE)
    seat = start("viewer").open(f"/c/{priced['cid']}/")
    assert plays(seat)
    meter(seat, "Free preview")
    move_minutes(running, priced, 31)
    meter(seat, "10 coins for minute 1 ?20 left")
    move_minutes(running, priced, 60)
    meter(seat, "Your coins last one more minute after this one")
    expect(seat.locator("#meter [data-act=top-up]")).to_be_visible()
    move_minutes(running, priced, 60)
    meter(seat, "This is the last minute that your coins pay for")
    assert balance(viewer) == 0
    move_minutes(running, priced, 60)
    stage(seat, "no_balance")
    assert seat.locator("video[data-feed]").count() == 0
    expect(seat.locator("[data-act=go-on]")).to_be_disabled()

    seat.locator("#stage [data-act=top-up]").click()
    seat.locator("#top-up [data-code] input").fill(code(50))
    seat.locator("#top-up [data-code] button").click()
    stage(seat, "live")
    assert plays(seat)
    meter(seat, r"10 coins for minute 1 ?40 left")
    assert balance(viewer) == 40


def test_a_gift_is_seen_by_all_and_reaches_the_host(
    running: House, start: Callable[..., Browser], channel: dict, studio: Page, host: Person, code
) -> None:
    rival = Person.known(running, "rival")
    keyed(rival, "wallet/redeem/", "gift-walk", code=code(500))
    before, mine = balance(host), balance(rival)
    other = start().open(f"/c/{channel['cid']}/")
    stage(other, "live")
    page = start("rival").open(f"/c/{channel['cid']}/")
    stage(page, "live")
    page.locator(".about-acts [data-act=gifts]").click()
    gift = page.locator(".gift:not([data-dear])").nth(1)
    price = int(gift.locator(".coin").inner_text())
    gift.click()
    for _ in range(3):
        page.locator("[data-act=give]").click()
    expect(page.locator(".tray .coin").first).to_have_text(f"{mine - 3 * price:,}")
    expect(other.locator(".say-gift em")).to_have_text("×3")
    expect(other.locator(".say-gift .coin")).to_have_text(f"{3 * price:,}")
    share = before + sum(price * n * 70 // 100 for n in sent(running, channel))
    assert until(lambda: balance(host) == share, 10)
    assert balance(rival) == mine - 3 * price
    expect(other.locator(".below .board li").first).to_contain_text("Ada", timeout=30_000)
    expect(studio.locator("#earnings .board")).to_contain_text("Ada", timeout=40_000)
    expect(studio.locator(".balance-chip")).to_have_text(f"{share:,}")

    studio.locator("[data-act=end]").click()
    studio.locator("[data-act=confirm-end]").click()
    expect(studio.locator("#summary")).to_contain_text("Ada", timeout=20_000)
    expect(studio.locator("#summary [data-show=income]")).to_have_text(f"{share - before:,}")


def sent(house: House, channel: dict) -> list[int]:
    """How many of the gift each request carried."""
    query = "SELECT g.quantity FROM rooms_giftsent g JOIN rooms_channel c ON c.id = g.channel_id WHERE c.cid = ?"
    return [row[0] for row in rows(house, query, channel["cid"])]


def test_a_great_gift_lights_the_house_unless_it_is_switched_off(
    running: House, start: Callable[..., Browser], channel: dict, studio: Page, code
) -> None:
    rival = Person.known(running, "rival")
    ((great, price),) = rows(
        running, "SELECT code, price FROM billing_gift WHERE effect = 'stage' ORDER BY price LIMIT 1"
    )
    keyed(rival, "wallet/redeem/", "great-walk", code=code(3 * price))
    page = start().open(f"/c/{channel['cid']}/")
    stage(page, "live")
    keyed(rival, f"channels/{channel['cid']}/gifts/", "great-1", gift=great)
    expect(page.locator(".gift-show")).to_be_visible()
    expect(page.locator(".gift-banner")).to_contain_text("Ada")
    page.locator("[data-act=danmaku-settings]").click()
    page.locator("[data-look=gifts]").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator(".gift-show")).to_have_count(0, timeout=10_000)
    expect(page.locator(".gift-banner")).to_have_count(0, timeout=10_000)
    keyed(rival, f"channels/{channel['cid']}/red-packets/", "great-2", coins=20, words="for the strings")
    expect(page.locator(".say-packet")).to_contain_text("for the strings")
    assert page.locator(".gift-banner").count() == 0


def test_a_host_asks_for_a_payout_on_the_wallet_page(
    running: House, start: Callable[..., Browser], host: Person, code
) -> None:
    keyed(host, "wallet/redeem/", "payout-walk", code=code(300))
    page = start("host").open("/wallet/")
    had = balance(host)
    expect(page.locator(".purse .sum")).to_contain_text(f"{had:,}")
    expect(page.locator(".statement tbody tr").first).to_contain_text("Code redeemed")
    page.locator("#payout-coins").fill("50")
    page.locator("[data-payout] button").click()
    expect(page.locator("#payout-error")).to_contain_text("100")
    page.locator("#payout-coins").fill("200")
    page.locator("#payout-note").fill("the usual account")
    page.locator("[data-payout] button").click()
    expect(page.locator("#payout .badge")).to_have_text("In review")
    expect(page.locator("[data-show=asked]")).to_have_text("200")
    expect(page.locator(".purse .sum")).to_contain_text(f"{had - 200:,}")
    expect(page.locator(".statement tbody tr").first).to_contain_text("Held for your payout")
    page.locator("#kind").select_option("code")
    expect(page.locator(".statement tbody tr").first).to_contain_text("Code redeemed")


def test_a_code_is_refused_in_words_and_then_taken(start: Callable[..., Browser], viewer: Person, code) -> None:
    page = start("viewer").open("/wallet/")
    had = balance(viewer)
    field, button = page.locator("#wallet-code"), page.locator("[data-code] button")
    field.fill("NOBODY-KNOWS-THIS")
    button.click()
    expect(page.locator("#wallet-code-error")).not_to_be_empty()
    field.fill(code(70).lower())
    button.click()
    expect(page.locator(".purse .sum")).to_contain_text(f"{had + 70:,}")
    expect(page.locator(".balance-chip")).to_contain_text(f"{had + 70:,}")
    expect(page.locator(".statement .in").first).to_have_text("+70")
