"""Staff of the groups at work: hired by the superuser, acting by pages alone."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from tests.house import House, Person

PASSWORD = "a much longer secret"


def hire(house: House, group: str) -> None:
    """By the superuser, at the pages for it. Once a house; afterwards `start("our-<group>")` is their browser."""
    name = f"our-{group}"
    if name in house.people:
        return
    staff = Person.known(house, "staff")

    def post(path: str, **fields: object) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', staff.http.get(path).text)[1]
        sent = {**fields, "csrfmiddlewaretoken": token}
        return str(staff.http.post(path, data=sent, headers={"Referer": staff.origin + path}).url)

    words = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    page = post("/admin/core/user/add/", username=name, **words, _continue="1").removeprefix(staff.origin)
    if page.endswith("/add/"):  # hired before
        house.people[name] = Person(house).sign_in(name, PASSWORD)
        return
    listed = re.findall(r'<option value="(\d+)"[^>]*>([a-z]+)</option>', staff.http.get(page).text)
    number = next(pk for pk, one in listed if one == group)
    post(page, nick=group.title(), language="", is_active="on", is_staff="on", groups=number)
    house.people[name] = Person(house).sign_in(name, PASSWORD)


def fill(page: Page, **answers: str) -> None:
    """Fields by name, whatever they are."""
    for name, value in answers.items():
        field = page.locator(f"[name={name}]:visible").first
        kind = field.evaluate("field => field.type")
        if kind == "checkbox":
            page.locator(f"[name={name}][value='{value}']:visible, input[name={name}]:visible").first.check()
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)


def offer(page: Page, verb: str) -> Locator:
    """The way to an act, where the page of a row offers it."""
    row = re.sub(r"change/.*", "", urlsplit(page.url).path)
    return page.locator(f"a[href^='{row}{verb}/']:visible").first


def act(page: Page, label: str, **answers: str) -> None:
    """The page that asks for a reason is open: answer it, and press what it says."""
    fill(page, **{"reason": "rule 4", **answers})
    page.locator("#content, main").get_by_role("button", name=label, exact=True).click()
    page.wait_for_load_state()
