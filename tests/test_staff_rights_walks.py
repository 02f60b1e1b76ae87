"""Staff of each group come in by the front door and find their own desks, on the page and in the bar, and no others."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Browser
from tests.house import House
from tests.staff import PASSWORD, hire

pytestmark = pytest.mark.walk
SEES = {
    "support": ({"People", "Reports", "Channels"}, {"Transfers", "Audit log", "Sensitive words"}),
    "moderator": ({"Messages", "Restrictions", "Sensitive words"}, {"Transfers", "Audit log", "Events", "API keys"}),
    "finance": ({"Accounts", "Payouts", "Audits"}, {"Messages", "Channels", "Audit log"}),
    "engineer": ({"Events", "Audit log", "Shows", "API keys", "Deliveries"}, {"Transfers", "Messages", "People"}),
}


@pytest.fixture
def excused() -> str:
    """A page that one may not see says so with its status."""
    return "status of 403"


def test_each_group_of_staff_finds_its_desks_and_no_others(running: House, start: Callable[..., Browser]):
    browser = start(devices=False)
    for group, (theirs, others) in SEES.items():
        hire(running, group)
        browser.context.clear_cookies()
        page = browser.open("/admin/")
        page.locator("#id_login").fill(f"our-{group}")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
        page.wait_for_url("**/admin/")
        links = page.locator("a[href^='/admin/']")
        expect(links.filter(has_text=min(theirs)).first).to_be_visible()
        seen = " ".join(links.all_inner_texts())
        assert [name for name in theirs if name not in seen] == []
        assert [name for name in others if re.search(rf"\b{name}\b", seen)] == []
        refused = page.goto("/admin/auth/group/")
        assert refused.status == 403
