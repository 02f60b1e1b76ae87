"""What pages of other origins may load and call."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from rest_framework.test import APIClient

from partners import modules
from partners.services import apps

SHOP = "https://shop.example"
ME = "/api/v1/users/me/"


@pytest.fixture
def app(make_app):
    return make_app(origins=[SHOP])


@pytest.fixture(autouse=True)
def read_anew():
    modules._read.cache_clear()


@pytest.mark.parametrize("debug", [True, False])
def test_every_module_of_the_sdk_finds_the_next_without_an_import_map(client, settings, debug) -> None:
    settings.DEBUG = debug
    waiting, seen = ["/sdk/v1/footlight.js"], set()
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Type"].startswith("text/javascript")
        found = re.findall(r'^(?!\s\*).*\bfrom "([^"]+)";$', answer.text, re.MULTILINE)
        assert all(path.startswith(".") for path in found), (address, found)
        seen.add(address)
        base = answer.wsgi_request.build_absolute_uri()
        waiting += [p for path in found if (p := _joined(base, path)) not in seen]
    assert {"call.js", "im.js", "comic.js", "player.js"} <= {address.rpartition("/")[2] for address in seen}


def _joined(base: str, path: str) -> str:
    return urlsplit(urljoin(base, path)).path


def test_what_it_imports_may_be_kept_for_ever_and_it_itself_only_for_a_while(client) -> None:
    entry = client.get("/sdk/v1/footlight.js")
    assert "immutable" not in entry.headers["Cache-Control"]
    digest = modules.bundle().digest
    assert "immutable" in client.get(f"/sdk/v1/{digest}/client/im.js").headers["Cache-Control"]
    assert client.get("/sdk/v1/older/client/im.js").headers["Cache-Control"] == "no-store"
    again = client.get("/sdk/v1/footlight.js", headers={"If-None-Match": entry.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["watch", "client/nothing", "../settings", "client/..%2f..%2fwatch"])
def test_no_other_file_is_served_as_part_of_it(client, name: str) -> None:
    assert client.get(f"/sdk/v1/x/{name}.js").status_code == 404


def test_the_facades_of_the_sdk_know_no_page() -> None:
    facades = {name: text for name, text in modules._read().modules.items() if not name.endswith("embed")}
    assert not [
        name
        for name, text in facades.items()
        if "footlight/dom" in text or "document.querySelector(" in text.split("*/", 1)[-1]
    ]


def test_pages_of_an_app_read_what_the_rest_door_answers_and_bring_no_cookies(app) -> None:
    answer = app.client("ann").get(ME, headers={"Origin": SHOP})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SHOP)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_their_browsers_are_told_so_beforehand(app) -> None:
    asked = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    answer = APIClient().options(ME, headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "idempotency-key"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.django_db(transaction=True)
def test_pages_of_a_new_origin_read_at_once(app, make_app) -> None:
    """Somebody has just asked, so the house knows whom it lets in."""
    late = {"Origin": "https://late.example"}
    assert "Access-Control-Allow-Origin" not in app.client("ann").get(ME, headers=late)
    make_app(origins=[late["Origin"]])
    assert app.client("ann").get(ME, headers=late)["Access-Control-Allow-Origin"] == late["Origin"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://shop.example", SHOP + ":8443"])
def test_pages_of_elsewhere_read_nothing(app, origin: str) -> None:
    for answer in (
        app.client("ann").get(ME, headers={"Origin": origin}),
        APIClient().options(ME, headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_nor_do_pages_of_an_app_that_is_switched_off(app, maker) -> None:
    apps.disable(actor=maker, app_id=app.realm)
    assert "Access-Control-Allow-Origin" not in APIClient().get(ME, headers={"Origin": SHOP}).headers


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/accounts/login/", "/healthz"])
def test_only_the_rest_door_is_open_to_them(app, db, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in Client().get(path, headers={"Origin": SHOP}).headers
