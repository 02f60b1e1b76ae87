"""The nouns of REST as an app's server uses them: its own backend needs nothing else."""

import pytest
from rest_framework.test import APIClient

from billing import ledger
from billing.services import topups
from chat.models import Group
from core import clock
from core.actors import SYSTEM
from core.models import User
from partners import usersig
from partners.models import ApiKey, Callbacks, Partner
from partners.tests.test_apps import error_of
from rooms.models import Channel

V1 = "/api/v1/"


def make(app, **fields) -> dict:
    return app.server().post(V1 + "channels/", {"title": "A show", "owner": "ann", **fields}).json()


def shown(answer) -> list[dict]:
    return answer.json()["results"]


# ---- channels ----


def test_PL_1_an_apps_server_makes_a_channel_for_one_of_its_people_under_its_own_id(app) -> None:
    made = make(app, external_id="room-7")
    assert (made["owner"]["uid"], made["external_id"]) == ("ann", "room-7")
    found = shown(app.server().get(V1 + "channels/", {"external_id": "room-7"}))
    assert [row["cid"] for row in found] == [made["cid"]]
    assert shown(app.server().get(V1 + "channels/", {"external_id": "room-8"})) == []


def test_an_apps_own_id_stands_for_one_channel_of_that_app(app, other_app) -> None:
    made = make(app, external_id="room-7")
    again = app.server().post(V1 + "channels/", {"title": "x", "owner": "bob", "external_id": "room-7"})
    assert error_of(again) == (409, "external_id_taken")
    assert again.json()["error"]["cid"] == made["cid"]
    assert make(other_app, external_id="room-7")["cid"] != made["cid"]
    assert Channel.objects.count() == Group.objects.count() == 2


def test_only_who_holds_a_key_gives_the_apps_own_ids(app, host) -> None:
    fields = {"title": "x", "external_id": "room-7"}
    assert app.server("ann").post(V1 + "channels/", fields).json()["external_id"] == "room-7"
    site = APIClient()
    site.force_login(host)
    for client in (app.client("ann"), site):
        for noun in ("channels/", "groups/"):
            assert error_of(client.post(V1 + noun, fields)) == (403, "external_id_is_the_apps")


def test_nobody_else_makes_a_channel_for_another(app) -> None:
    assert error_of(app.server().post(V1 + "channels/", {"title": "x"})) == (400, "owner_missing")
    fields = {"title": "x", "owner": "bob"}
    for client in (app.server("ann"), app.client("ann")):
        assert error_of(client.post(V1 + "channels/", fields)) == (403, "owner_is_oneself")
    assert error_of(APIClient().post(V1 + "channels/", fields)) == (401, "login_required")
    assert not Channel.objects.exists()


def test_channels_are_found_by_state_and_kind(app) -> None:
    shut, listed = make(app)["cid"], make(app, kind="LOGIN_SPECIFY", specify=["bob"])["cid"]
    app.server().post(f"{V1}channels/{shut}/close/")

    def found(client, **query) -> list[str]:
        return [row["cid"] for row in shown(client.get(V1 + "channels/", query))]

    assert found(app.server(), state="closed") == [shut]
    assert found(app.server(), kind="LOGIN_SPECIFY") == [listed]
    assert found(app.client("ann"), state="closed") == [shut]
    assert found(app.client("bob"), state="closed") == found(app.client("bob")) == []
    assert error_of(app.server().get(V1 + "channels/", {"state": "deleted"})) == (400, "bad_input")


# ---- groups ----


def test_IM_28_an_apps_server_makes_groups_of_somebody_or_nobody(app) -> None:
    post = app.server().post
    nobodys = post(V1 + "groups/", {"title": "Hall", "external_id": "hall"}).json()
    anns = post(V1 + "groups/", {"title": "Club", "owner": "ann", "type": "Public"}).json()
    assert (nobodys["owner"], nobodys["external_id"]) == (None, "hall")
    assert anns["owner"]["uid"] == "ann"
    assert [row["gid"] for row in shown(app.server().get(V1 + "groups/"))] == [anns["gid"], nobodys["gid"]]
    assert [row["gid"] for row in shown(app.client("ann").get(V1 + "groups/"))] == [anns["gid"]]
    assert [row["gid"] for row in shown(app.server().get(V1 + "groups/?external_id=hall"))] == [nobodys["gid"]]
    assert error_of(post(V1 + "groups/", {"title": "x", "external_id": "hall"})) == (409, "external_id_taken")


def test_guests_belong_to_no_group_and_apps_see_no_others(app, other_app, channel) -> None:
    assert error_of(APIClient().get(V1 + "groups/")) == (401, "login_required")
    other_app.server().post(V1 + "groups/", {"title": "Theirs"})
    assert shown(app.server().get(V1 + "groups/")) == []


def test_IM_28_an_apps_server_rules_the_groups_it_made(app) -> None:
    gid = app.server().post(V1 + "groups/", {"title": "Hall", "type": "Public"}).json()["gid"].replace("#", "%23")
    at = f"{V1}groups/{gid}/"
    server = app.server()
    assert server.post(at + "members/", {"uid": "bob"}).status_code == 201
    assert [row["uid"] for row in shown(server.get(at + "members/"))] == ["bob"]
    assert server.post(at + "restrictions/", {"uid": "bob", "kind": "mute", "seconds": 60}).status_code == 204
    assert server.post(at + "system-notices/", {"text": "Doors close at ten"}).status_code == 204
    assert server.patch(at, {"notice": "Be kind"}).json()["notice"] == "Be kind"
    said = server.post(at + "messages/", {"text": "Hello"})
    assert error_of(said) == (401, "login_required")
    assert "X-User" in said.json()["error"]["message"]
    assert app.server("ann").post(at + "join/").json() == {"status": "joined"}
    assert app.server("ann").post(at + "messages/", {"text": "Hello"}).status_code == 201
    assert server.delete(at).status_code == 204


# ---- people ----


def test_IM_28_an_apps_server_says_who_its_people_are(app) -> None:
    made = app.server().post(V1 + "users/", {"uid": "小军", "nick": "Jun"})
    assert (made.status_code, made.json()["nick"]) == (201, "Jun")
    assert app.server().post(V1 + "users/", {"uid": "小军"}).status_code == 200
    assert app.server().patch(V1 + "users/小军/", {"nick": "Jun Li"}).json()["nick"] == "Jun Li"
    assert [row["uid"] for row in shown(app.server().get(V1 + "users/"))] == ["小军"]
    assert app.server("小军".encode().decode("latin-1")).get(V1 + "users/me/").json()["nick"] == "Jun Li"
    assert app.client("小军").get(V1 + "users/小军/").json()["nick"] == "Jun Li"


def test_people_are_no_business_of_one_another(app, other_app, host) -> None:
    app.server().post(V1 + "users/", {"uid": "ann"})
    site = APIClient()
    site.force_login(host)
    for client in (app.client("bob"), app.server("bob"), other_app.server(), site):
        assert error_of(client.get(V1 + "users/ann/")) == (404, "not_found")
        assert error_of(client.patch(V1 + "users/ann/", {"nick": "x"})) == (404, "not_found")
    for client in (app.client("bob"), site):
        assert error_of(client.get(V1 + "users/")) == (403, "not_allowed")
        assert error_of(client.post(V1 + "users/", {"uid": "new"})) == (403, "not_allowed")
    assert error_of(APIClient().get(V1 + "users/")) == (401, "login_required")
    assert User.objects.get(uid="ann").nick == ""


def test_whoever_is_signed_off_comes_in_by_no_door(app) -> None:
    app.server().post(V1 + "users/", {"uid": "ann", "active": False})
    for client in (app.server("ann"), app.client("ann")):
        assert error_of(client.get(V1 + "users/me/")) == (403, "signed_off")
    assert error_of(app.server().post(V1 + "usersigs/", {"uid": "ann"})) == (403, "signed_off")
    app.server().patch(V1 + "users/ann/", {"active": True})
    assert app.client("ann").patch(V1 + "users/ann/", {"active": False}).status_code == 403
    assert app.server("ann").get(V1 + "users/me/").status_code == 200


def test_IM_16_an_apps_server_asks_for_a_usersig(app, later) -> None:
    made = app.server().post(V1 + "usersigs/", {"uid": "ann", "expire": 600}).json()
    claim = usersig.verify(made["usersig"], app.row.usersig_key, int(clock.now().timestamp()))
    assert (claim.uid, claim.expire) == ("ann", 600)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {made['usersig']}")
    assert client.get(V1 + "users/me/").json()["uid"] == "ann"
    later(seconds=601)
    assert error_of(client.get(V1 + "users/me/")) == (401, "usersig_expired")


def test_nobody_but_the_server_is_given_a_usersig(app, host) -> None:
    site = APIClient()
    site.force_login(host)
    for client in (app.client("ann"), app.server("ann"), site):
        assert error_of(client.post(V1 + "usersigs/", {"uid": "bob"})) == (403, "not_allowed")
    assert error_of(APIClient().post(V1 + "usersigs/", {"uid": "bob"})) == (401, "login_required")
    for expire in (0, -1, 10**9, "x"):
        assert error_of(app.server().post(V1 + "usersigs/", {"uid": "bob", "expire": expire})) == (400, "bad_input")


# ---- coins ----


@pytest.fixture
def funded(app):
    topups.fund_app(actor=SYSTEM, realm=app.realm, coins=100, reason="a start", key="1")
    return app


def pay(client, key: str = "k", **fields):
    return client.post(V1 + "transfers/", {"uid": "ann", "coins": 30, **fields}, headers={"Idempotency-Key": key})


def coins(app, uid: str) -> int:
    return app.server(uid).get(V1 + "wallet/").json()["balance"]


def test_an_app_pays_its_people_out_of_its_own_account_once(funded) -> None:
    paid = pay(funded.server(), memo="quiz")
    assert (paid.status_code, paid.json()["coins"], paid.json()["with"]["uid"]) == (201, -30, "ann")
    again = pay(funded.server(), memo="quiz")
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (paid.json()["id"], "true")
    assert coins(funded, "ann") == 30
    assert funded.server().get(V1 + "wallet/").json()["balance"] == 70
    assert [row["memo"] for row in shown(funded.server().get(V1 + "transfers/"))] == ["quiz", "a start"]
    assert shown(funded.client("ann").get(V1 + "transfers/"))[0]["coins"] == 30


def test_an_app_never_mints(funded) -> None:
    assert error_of(pay(funded.server(), coins=101)) == (402, "insufficient_balance")
    for wrong in (0, -5, 1.5, "10", True, 10**30):
        assert error_of(pay(funded.server(), uid="new", coins=wrong)) == (400, "bad_amount")
    assert ledger.app_account(funded.realm).balance == 100
    assert not User.objects.filter(uid="new").exists()


def test_nobody_but_the_server_pays_for_the_app(funded, other_app, host) -> None:
    site = APIClient()
    site.force_login(host)
    for client in (funded.client("bob"), funded.server("bob"), site):
        assert error_of(pay(client)) == (403, "not_allowed")
    assert error_of(pay(APIClient())) == (401, "login_required")
    assert error_of(pay(other_app.server())) == (402, "insufficient_balance")
    assert error_of(funded.server().post(V1 + "transfers/", {"uid": "ann", "coins": 1})) == (
        400,
        "idempotency_key_missing",
    )
    assert ledger.app_account(funded.realm).balance == 100


# ---- the app itself ----


@pytest.fixture
def mine(maker) -> APIClient:
    client = APIClient()
    client.force_login(maker)
    return client


def test_IM_10_an_app_is_deleted_only_once_it_is_disabled_and_then_for_good(funded, mine, host) -> None:
    pay(funded.server())
    cid = make(funded)["cid"]
    funded.server().post(V1 + "groups/", {"title": "Hall"})
    at = f"{V1}apps/{funded.realm}/"
    assert error_of(mine.delete(at)) == (409, "app_not_disabled")
    assert mine.patch(at + "callbacks/", {"token": "a secret"}).status_code == 200
    mine.post(at + "disable/")
    assert mine.delete(at).status_code == 204
    assert Channel.objects.get(cid=cid).state == "deleted"
    assert not Group.objects.filter(realm=funded.realm, disbanded_at=None).exists()
    assert not User.objects.filter(realm=funded.realm, is_active=True).exists()
    assert not ApiKey.objects.filter(partner=funded.row).exists()
    assert not Callbacks.objects.filter(partner=funded.row).exists()
    row = Partner.objects.get(pk=funded.row.pk)
    assert (row.status, row.usersig_key, row.guard_token, row.agora_secret) == ("deleted", "", "", "")
    for call in (mine.get, mine.delete, mine.patch):
        assert error_of(call(at)) == (404, "not_found")
    assert error_of(mine.post(at + "enable/")) == (404, "not_found")
    assert ledger.app_account(funded.realm).balance == 70


def test_nobody_deletes_the_app_of_another(app, other_app, host, mine) -> None:
    site = APIClient()
    site.force_login(host)
    mine.post(f"{V1}apps/{app.realm}/disable/")
    for client in (site, other_app.server(), other_app.client("ann")):
        assert client.delete(f"{V1}apps/{app.realm}/").status_code in (401, 404)
    assert Partner.objects.get(pk=app.row.pk).status == "disabled"


# ---- the door itself ----


@pytest.mark.parametrize("address", ["nothing/", "channels", "channels/x/y/z/", "bans/abc/", ""])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_address_that_is_none_is_refused_in_the_one_shape(client, db, address: str, method: str) -> None:
    answer = getattr(client, method)(V1 + address)
    assert error_of(answer) == (404, "not_found")


def test_a_method_a_type_and_a_format_that_are_none_are_refused_in_the_one_shape(client, db) -> None:
    refused = client.delete(V1 + "channels/")
    assert error_of(refused) == (405, "method_not_allowed")
    assert "POST" in refused.headers["Allow"]
    assert error_of(client.post(V1 + "channels/", "x", content_type="text/plain")) == (415, "unsupported_media_type")
    assert error_of(client.get(V1 + "channels/", headers={"Accept": "text/html"})) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "body",
    ["{", "[1]", "7", '"x"', "null", "[" * 100_000, '{"title": 1e999}', '{"title": NaN}', '{"\\u0000": 1}', "\xff"],
)
def test_a_body_that_cannot_be_read_is_refused(app, body: str) -> None:
    answer = app.server("ann").post(V1 + "channels/", body, content_type="application/json")
    assert error_of(answer) == (400, "bad_input")


def test_a_body_that_is_too_long_is_not_read(app) -> None:
    answer = app.server("ann").post(V1 + "channels/", b"x" * (7 << 20), content_type="application/json")
    assert error_of(answer) == (413, "too_big")


def test_a_key_has_a_rate_of_its_own_whoever_it_speaks_for(app, other_app, monkeypatch) -> None:
    monkeypatch.setattr("partners.auth.KeyThrottle.rate", "3/min", raising=False)
    answers = [app.server(uid).get(V1 + "gifts/") for uid in ("", "ann", "bob", "ann")]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert error_of(answers[3]) == (429, "too_fast")
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    assert other_app.server().get(V1 + "gifts/").status_code == 200
    assert app.client("ann").get(V1 + "gifts/").status_code == 200


def test_a_form_of_a_thousand_fields_is_refused_like_everything_else(app) -> None:
    cid = app.server("ann").post(V1 + "channels/", {"title": "Ann's"}).json()["cid"]
    answer = app.server("ann").patch(f"{V1}channels/{cid}/", {"specify": ["x"] * 1001}, format="multipart")
    assert error_of(answer) == (400, "bad_input")


def test_a_refused_file_is_json_and_says_so(app) -> None:
    answer = APIClient().get(V1 + "transfers/export/", {"format": "csv"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")
