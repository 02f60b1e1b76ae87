"""Kicking rules: what this house decides, Agora is told, however often its API is away."""

import base64
import json

import pytest
from django.db import connection

from core import clock
from core.actors import App
from core.people import named
from partners import agora_api
from partners.models import KickingRule, Partner
from partners.services import kicking
from partners.tasks import send_kicking_rules
from partners.tests.agora_server import ROOM, Agora
from partners.tests.receiver import Call, Receiver
from rooms.services import bans, stays
from rooms.tasks import sweep_stays

pytestmark = pytest.mark.django_db


class Rules:
    """Agora's kicking rules, as far as a test needs them. `faults` are answered first, one a call; of one written
    ("done", 504) the rule is made all the same."""

    def __init__(self) -> None:
        self.rules, self.faults, self.next_id = {}, [], 1953

    def answer(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        fault = self.faults.pop(0) if self.faults else None
        if type(fault) is int:
            return fault, {}, b"{}"
        said = getattr(self, call.method.lower())(json.loads(call.body or b"{}"))
        if fault:
            return fault[1], {}, b""
        return said[0], {"Content-Type": "application/json"}, json.dumps(said[1]).encode()

    def post(self, told: dict) -> tuple[int, dict]:
        self.next_id += 1
        if told["time_in_seconds"]:
            self.rules[self.next_id] = {"uid": 0, "cname": "", "ip": "", **told, "id": self.next_id}
        return 200, {"status": "success", "id": self.next_id}

    def get(self, told: dict) -> tuple[int, dict]:
        return 200, {"status": "success", "rules": list(self.rules.values())}

    def put(self, told: dict) -> tuple[int, dict]:
        if told["id"] not in self.rules:
            return 404, {"message": "no such rule"}
        self.rules[told["id"]]["time_in_seconds"] = told["time"] * 60
        return 200, {"status": "success"}

    def delete(self, told: dict) -> tuple[int, dict]:
        return (200, {"status": "success"}) if self.rules.pop(told["id"], None) else (404, {})


@pytest.fixture
def api(app, settings):
    settings.WEBHOOK_ALLOW = ["127.0.0.0/8"]
    rules = Rules()
    with Receiver(answer=rules.answer) as receiver:
        facts = {"agora_app_id": "a0", "agora_customer_id": "me", "agora_customer_secret": "pw"}
        answer = app.server().patch(f"/api/v1/apps/{app.realm}/", {**facts, "agora_api_url": receiver.url})
        assert answer.json()["kicks_at_agora"] is True
        assert "pw" not in json.dumps(answer.json())
        receiver.rules = rules
        yield receiver


@pytest.fixture
def agora(app):
    agora = Agora(app)
    agora.tell(103, 7)
    return agora


def ban(agora, **fields):
    answer = agora.app.server().post("/api/v1/bans/", {"cid": agora.channel.cid, "uid": "8", **fields})
    assert answer.status_code in (201, 204), answer.content
    return answer.json()["id"] if answer.status_code == 201 else None


def said(api, method: str = "POST") -> list[dict]:
    return [json.loads(call.body) for call in api.calls if call.method == method]


def test_CALL_23_a_ban_here_is_a_rule_at_agora(api, agora) -> None:
    ban(agora, time=30, privileges=["publish_audio", "publish_video"])
    assert send_kicking_rules() == 1
    assert said(api) == [
        {
            "appid": "a0",
            "cname": ROOM,
            "uid": 8,
            "time_in_seconds": pytest.approx(1800, abs=5),
            "privileges": ["publish_audio", "publish_video"],
        }
    ]
    (call,) = api.calls
    assert (call.path, call.headers["Authorization"]) == (
        "/dev/v1/kicking-rule",
        "Basic " + base64.b64encode(b"me:pw").decode(),
    )
    assert send_kicking_rules() == 0
    rule = KickingRule.objects.get()
    assert (rule.rule_id, rule.wants, rule.error) == (1954, "", "")


def test_CALL_23_a_changed_ban_is_changed_and_a_lifted_one_lifted(api, agora) -> None:
    pk = ban(agora)
    send_kicking_rules()
    agora.app.server().put(f"/api/v1/bans/{pk}/", {"time": 90})
    send_kicking_rules()
    assert said(api, "PUT") == [{"appid": "a0", "id": 1954, "time": 90}]
    agora.app.server().delete(f"/api/v1/bans/{pk}/")
    send_kicking_rules()
    assert (said(api, "DELETE"), api.rules.rules) == ([{"appid": "a0", "id": 1954}], {})


def test_CALL_23_a_ban_that_is_lifted_before_it_was_told_is_not_told(api, agora) -> None:
    agora.app.server().delete(f"/api/v1/bans/{ban(agora)}/")
    send_kicking_rules()
    assert (said(api), api.rules.rules) == ([], {})


def test_CALL_23_a_ban_of_no_time_puts_out_and_leaves_no_rule(api, agora) -> None:
    assert ban(agora, time=0) is None
    send_kicking_rules()
    assert [told["time_in_seconds"] for told in said(api)] == [0]
    assert api.rules.rules == {}


def test_CALL_23_a_ban_for_good_is_renewed_before_agoras_longest_is_over(api, agora, later) -> None:
    ban(agora, forever=True)
    send_kicking_rules()
    assert said(api)[0]["time_in_seconds"] == 86_430
    later(seconds=86_430 - 700)
    assert send_kicking_rules() == 0
    later(seconds=101)
    assert send_kicking_rules() == 1
    assert said(api, "PUT")[0]["time"] == 1440


def test_CALL_23_a_rule_that_agora_lost_is_made_again(api, agora) -> None:
    pk = ban(agora)
    send_kicking_rules()
    api.rules.rules.clear()
    agora.app.server().put(f"/api/v1/bans/{pk}/", {"time": 90})
    send_kicking_rules()
    assert len(said(api)) == 2
    assert len(api.rules.rules) == 1


def test_CALL_23_after_a_504_the_rules_are_read_to_learn_whether_it_worked(api, agora, later) -> None:
    api.rules.faults = [("done", 504)]
    ban(agora)
    send_kicking_rules()
    assert KickingRule.objects.get().rule_id is None
    later(seconds=5)
    send_kicking_rules()
    assert [call.method for call in api.calls] == ["POST", "GET"]
    assert KickingRule.objects.get().rule_id == 1954


def test_CALL_23_after_a_504_that_did_nothing_it_is_made(api, agora, later) -> None:
    api.rules.faults = [504]
    ban(agora)
    send_kicking_rules()
    later(seconds=5)
    send_kicking_rules()
    assert [call.method for call in api.calls] == ["POST", "GET", "POST"]
    assert len(api.rules.rules) == 1


def test_CALL_23_an_api_that_is_away_is_asked_again_ever_more_seldom(api, agora, later, monkeypatch) -> None:
    monkeypatch.setattr(kicking, "MOST_CALLS", 100)
    api.rules.faults = [503] * 100
    ban(agora, time=1440)
    waits = []
    for _ in range(12):
        send_kicking_rules()
        rule = KickingRule.objects.get()
        if rule.due_at is None:
            break
        waits.append(round((rule.due_at - clock.now()).total_seconds()))
        later(seconds=waits[-1] + 1)
    assert waits == [pytest.approx(min(2**n, 600), abs=2) for n in range(1, 12)]
    assert KickingRule.objects.get().error.startswith("given up")


def test_CALL_23_what_agora_refuses_is_not_asked_again(api, agora) -> None:
    api.rules.faults = [401]
    ban(agora)
    send_kicking_rules()
    rule = KickingRule.objects.get()
    assert (rule.wants, rule.due_at, rule.error) == ("", None, "401")


def test_CALL_23_a_lift_while_the_rule_is_being_made_is_not_lost(api, agora, monkeypatch) -> None:
    pk, make = ban(agora), agora_api.post

    def lifted_meanwhile(partner, rule):
        bans.remove(actor=App(agora.app.realm), pk=pk)
        return make(partner, rule)

    monkeypatch.setattr(agora_api, "post", lifted_meanwhile)
    send_kicking_rules()
    assert len(api.rules.rules) == 1
    send_kicking_rules()
    assert api.rules.rules == {}


def test_CALL_23_ten_calls_a_second_and_no_more(api, agora, monkeypatch) -> None:
    monkeypatch.setattr(kicking, "IN_SECONDS", 600)  # however slow this machine is just now
    for uid in range(100, 115):
        ban(agora, uid=str(uid))
    assert send_kicking_rules() == 10
    assert KickingRule.objects.exclude(due_at=None).count() == 5


def test_CALL_23_a_person_is_banned_from_all_channels_of_the_app_by_the_number_that_was_told(api, agora) -> None:
    agora.tell(105, 4711, account="ann")
    agora.app.server().post("/api/v1/bans/", {"uid": "ann"})
    send_kicking_rules()
    assert [(told.get("cname"), told["uid"]) for told in said(api)] == [(None, 4711)]


def test_CALL_23_somebody_without_a_number_makes_no_rule_at_agora(api, agora) -> None:
    ban(agora, uid="bob")
    assert not KickingRule.objects.exists()


def test_CALL_23_an_app_without_an_account_at_agora_is_not_asked_about(app, agora) -> None:
    ban(agora)
    assert not KickingRule.objects.exists()


def test_CALL_23_an_address_within_the_house_is_not_called(api, agora, settings) -> None:
    settings.WEBHOOK_ALLOW = []
    ban(agora)
    send_kicking_rules()
    assert api.calls == []
    assert KickingRule.objects.get().error.startswith("not an address")


def test_NCS_9_an_abnormal_person_is_kicked_once_a_minute_later(api, agora, later) -> None:
    agora.tell(104, 7, reason=999)
    later(seconds=59)
    assert send_kicking_rules() == 0
    later(seconds=2)
    assert [send_kicking_rules(), send_kicking_rules()] == [1, 0]
    assert said(api) == [{"appid": "a0", "cname": ROOM, "uid": 7, "time_in_seconds": 0, "privileges": ["join_channel"]}]


def test_CALL_17_who_did_not_come_back_is_put_out_once_at_thirty_seconds(api, agora, later) -> None:
    agora.tell(104, 7, reason=2)
    later(seconds=29)
    sweep_stays()
    send_kicking_rules()
    assert api.calls == []
    later(seconds=2)
    for _ in range(3):
        sweep_stays()
        send_kicking_rules()
    assert [(told["cname"], told["uid"], told["time_in_seconds"]) for told in said(api)] == [(ROOM, 7, 0)]


def test_CALL_18_who_came_back_in_time_is_not_put_out(api, agora, later) -> None:
    agora.tell(104, 7, reason=2)
    later(seconds=20)
    agora.tell(103, 7)
    later(seconds=60)
    sweep_stays()
    send_kicking_rules()
    assert api.calls == []


def test_whoever_this_house_puts_out_is_put_out_at_agora(api, agora) -> None:
    agora.tell(105, 8)
    stays.end(actor=App(agora.app.realm), sid=agora.stay(8).sid)
    send_kicking_rules()
    assert [told["uid"] for told in said(api)] == [8]


def test_whoever_this_house_does_not_let_in_is_put_out_at_agora_but_no_recorder(api, agora) -> None:
    named(agora.app.realm, "8")
    bans.add(actor=App(agora.app.realm), uid="8")
    KickingRule.objects.all().delete()
    agora.tell(105, 8, platform=6, clientType=10)
    assert send_kicking_rules() == 0
    agora.tell(105, 8)
    send_kicking_rules()
    assert [told["uid"] for told in said(api)] == [8]


def test_who_left_by_themselves_is_not_put_out(api, agora) -> None:
    agora.tell(104, 7, reason=1)
    agora.tell(102)
    assert send_kicking_rules() == 0


def test_no_secret_of_the_customers_lies_readable(api, app) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT agora_customer_secret FROM partners_partner")
        assert cursor.fetchone()[0] not in ("pw", "")
    assert Partner.objects.get(pk=app.row.pk).agora_customer_secret == "pw"
