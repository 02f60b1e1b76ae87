"""Apps of an account, their keys, and whom these let in."""

from datetime import timedelta

import pytest
from django.db import connection
from rest_framework.test import APIClient

from core.models import User
from partners.models import ApiKey, Partner
from partners.models.partner import MOST_APPS
from partners.services import apps
from rooms.services import channels

BASE = "/api/v1/apps/"


def error_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def mine(maker) -> APIClient:
    client = APIClient()
    client.force_login(maker)
    return client


def test_IM_10_its_secrets_are_answered_once(mine) -> None:
    made = mine.post(BASE, {"name": "Shop", "version": "2.1"}).json()
    shown = {"app_id", "api_key", "usersig_key", "guard_token", "agora_secret"}
    assert all(made[name] for name in shown)
    later = mine.get(BASE + made["app_id"] + "/").json()
    assert later["status"] == "active"
    assert not (shown - {"app_id"}) & later.keys()


def test_what_is_given_is_kept_and_an_empty_guard_token_asks_for_no_signature(mine) -> None:
    made = mine.post(BASE, {"name": "Shop", "guard_token": "guard", "agora_secret": "secret"}).json()
    assert (made["guard_token"], made["agora_secret"], made["signs_aec"]) == ("guard", "secret", True)
    assert mine.post(BASE, {"name": "Open", "guard_token": ""}).json()["signs_aec"] is False


def test_no_secret_lies_readable_in_the_database(mine) -> None:
    made = mine.post(BASE, {"name": "Shop"}).json()
    with connection.cursor() as cursor:
        cursor.execute("SELECT usersig_key, guard_token, agora_secret FROM partners_partner")
        row = cursor.fetchone()
        cursor.execute("SELECT prefix, digest FROM partners_apikey")
        kept = "".join((*row, *cursor.fetchone()))
    assert not [name for name in ("usersig_key", "guard_token", "agora_secret", "api_key") if made[name] in kept]


def test_IM_10_an_account_has_a_hundred_and_no_more(mine, maker, make_app) -> None:
    for _ in range(MOST_APPS):
        make_app()
    assert error_of(mine.post(BASE, {"name": "One more"})) == (409, "too_many_apps")
    Partner.objects.filter(owner=maker).first().delete()
    assert mine.post(BASE, {"name": "Again"}).status_code == 201


def test_guests_and_people_of_apps_make_none(app) -> None:
    assert error_of(APIClient().post(BASE, {"name": "x"})) == (401, "login_required")
    assert error_of(app.client("ann").post(BASE, {"name": "x"})) == (403, "not_allowed")
    assert error_of(app.server().post(BASE, {"name": "x"})) == (401, "login_required")


def test_the_apps_of_others_are_not_there(mine, viewer, make_app) -> None:
    stranger = apps.create(actor=viewer, name="Theirs").partner.app_id
    for call in (mine.get, mine.patch):
        assert error_of(call(f"{BASE}{stranger}/")) == (404, "not_found")
    for verb in ("disable", "enable", "keys"):
        assert error_of(mine.post(f"{BASE}{stranger}/{verb}/")) == (404, "not_found")
    assert mine.get(BASE).json()["results"] == []


@pytest.mark.parametrize(
    "origin", ["example.com", "ftp://example.com", "https://", "https://a.example/page", "https://a:b"]
)
def test_an_origin_is_a_scheme_a_host_and_a_port(mine, origin: str) -> None:
    assert error_of(mine.post(BASE, {"name": "Shop", "origins": [origin]})) == (400, "bad_origin")


def test_a_key_alone_is_the_apps_server_and_with_x_user_one_of_its_people(app) -> None:
    made = app.server("ann").post("/api/v1/channels/", {"title": "Ann's"}).json()
    assert made["owner"]["uid"] == "ann"
    assert User.objects.get(uid="ann").realm == app.realm
    assert [row["cid"] for row in app.server().get("/api/v1/channels/").json()["results"]] == [made["cid"]]
    assert app.server().post(f"/api/v1/channels/{made['cid']}/close/").json()["state"] == "closed"


def test_nobody_of_an_app_signs_in_with_a_password(app, client) -> None:
    app.server("ann").get("/api/v1/users/me/")
    assert not client.login(username=f"{app.realm}:ann", password="!")


def test_a_usersig_is_one_person(app) -> None:
    assert app.client("ann").get("/api/v1/users/me/").json()["uid"] == "ann"


@pytest.mark.parametrize(
    ("sig", "code"),
    [({"lasts": -1}, "usersig_expired"), ({"key": "0" * 64}, "usersig_forged"), ({"app_id": "1"}, "usersig_forged")],
)
def test_IM_16_a_usersig_that_is_not_good_is_refused(app, sig: dict, code: str) -> None:
    assert error_of(app.client("ann", **sig).get("/api/v1/users/me/")) == (401, code)
    assert not User.objects.filter(uid="ann").exists()


def test_a_key_that_is_none_is_refused(app) -> None:
    wrong = app.api_key[:-1] + ("a" if app.api_key[-1] != "a" else "b")
    for key in (wrong, "fl_", "fl_x_y", "fl_" + "0" * 60):
        assert error_of(app.server(key=key).get("/api/v1/channels/")) == (401, "bad_key")


def test_IM_10_a_disabled_app_lets_nobody_in_and_an_enabled_one_does_again(app, mine) -> None:
    assert mine.post(f"{BASE}{app.realm}/disable/").json()["status"] == "disabled"
    assert error_of(app.server().get("/api/v1/channels/")) == (403, "app_disabled")
    assert app.client("ann").get("/api/v1/users/me/").status_code in (401, 403)
    mine.post(f"{BASE}{app.realm}/enable/")
    assert app.server().get("/api/v1/channels/").status_code == 200


def test_an_app_that_expired_lets_nobody_in(app, later) -> None:
    Partner.objects.update(expires_at=app.row.created_at + timedelta(days=1))
    assert app.server().get("/api/v1/channels/").status_code == 200
    later(days=1)
    assert error_of(app.server().get("/api/v1/channels/")) == (403, "app_disabled")


def test_a_key_opens_what_its_scopes_name(app, mine) -> None:
    made = mine.post(f"{BASE}{app.realm}/keys/", {"scopes": ["channels:read"]}).json()
    narrow = app.server(key=made["api_key"])
    assert narrow.get("/api/v1/channels/").status_code == 200
    refused = narrow.post("/api/v1/channels/", {"title": "x"})
    assert (error_of(refused), refused.json()["error"]["scope"]) == ((403, "scope_missing"), "channels:write")
    assert error_of(narrow.get("/api/v1/wallet/")) == (403, "scope_missing")
    assert error_of(mine.post(f"{BASE}{app.realm}/keys/", {"scopes": ["kitchen:read"]})) == (400, "bad_scope")


def test_a_rotated_key_opens_for_a_while(app, mine, later) -> None:
    prefix = ApiKey.objects.get().prefix
    new = mine.post(f"{BASE}{app.realm}/keys/{prefix}/rotate/", {"overlap": 60}).json()["api_key"]
    for key in (app.api_key, new):
        assert app.server(key=key).get("/api/v1/channels/").status_code == 200
    later(seconds=61)
    assert error_of(app.server().get("/api/v1/channels/")) == (401, "bad_key")
    assert app.server(key=new).get("/api/v1/channels/").status_code == 200


def test_a_revoked_key_opens_nothing(app, mine) -> None:
    assert mine.delete(f"{BASE}{app.realm}/keys/{ApiKey.objects.get().prefix}/").status_code == 204
    assert error_of(app.server().get("/api/v1/channels/")) == (401, "bad_key")


def test_apps_see_nothing_of_one_another_nor_of_the_site(app, other_app, channel) -> None:
    theirs = other_app.server("bob").post("/api/v1/channels/", {"title": "Bob's"}).json()
    for cid, gid in ((theirs["cid"], theirs["gid"]), (channel.cid, channel.group.gid)):
        for who in (app.server(), app.server("ann"), app.client("ann")):
            assert error_of(who.get(f"/api/v1/channels/{cid}/")) == (404, "not_found")
            assert error_of(who.post(f"/api/v1/channels/{cid}/close/")) == (404, "not_found")
            assert error_of(who.get(f"/api/v1/groups/{gid.replace('#', '%23')}/")) == (404, "not_found")


def test_the_lobby_of_the_site_shows_no_channel_of_an_app(app, api_guest, channel) -> None:
    app.server("ann").post("/api/v1/channels/", {"title": "Ann's"})
    assert [row["cid"] for row in api_guest.get("/api/v1/channels/").json()["results"]] == [channel.cid]


def test_the_site_watches_an_apps_open_channel_by_its_address(app, api_guest) -> None:
    cid = app.server("ann").post("/api/v1/channels/", {"title": "Ann's"}).json()["cid"]
    assert api_guest.get(f"/api/v1/channels/{cid}/").json()["title"] == "Ann's"


def test_an_apps_server_names_people_who_were_never_there(app) -> None:
    cid = app.server("ann").post("/api/v1/channels/", {"title": "x", "kind": "LOGIN_PUBLIC"}).json()["cid"]
    assert app.server().post(f"/api/v1/channels/{cid}/uploaders/", {"uid": "new"}).status_code == 201
    assert error_of(app.client("ann").post(f"/api/v1/channels/{cid}/uploaders/", {"uid": "x"})) == (400, "unknown_user")


@pytest.mark.parametrize("uid", ["a" * 129, "\x07"])
def test_a_user_id_that_is_none_is_refused(app, uid: str) -> None:
    assert error_of(app.server(uid).get("/api/v1/users/me/")) == (400, "bad_uid")


@pytest.fixture
def api_guest() -> APIClient:
    return APIClient()


def test_an_app_bans_its_people_from_all_its_channels_and_no_address_alone(app, other_app) -> None:
    made = app.server().post("/api/v1/bans/", {"uid": "ann"})
    assert made.status_code == 201
    assert error_of(app.server().post("/api/v1/bans/", {"ip": "192.0.2.1"})) == (400, "bad_ban")
    assert other_app.server().get("/api/v1/bans/").json()["results"] == []
    assert error_of(other_app.server().delete(f"/api/v1/bans/{made.json()['id']}/")) == (404, "not_found")
    assert app.server().delete(f"/api/v1/bans/{made.json()['id']}/").status_code == 204


def test_a_channel_of_the_site_is_none_of_an_apps_servers_business(app, host) -> None:
    channel = channels.create(actor=host, title="Open", kind="GLOBAL_PUBLIC")
    assert error_of(app.server().delete(f"/api/v1/channels/{channel.cid}/")) == (404, "not_found")
