"""The door of the event centre: what it takes, whom it believes, what it answers, what it keeps."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from partners.aec import codes
from partners.aec.actions import ACTIONS
from partners.aec.event import signature
from partners.models import InboundEvent, Partner
from partners.services import apps
from partners.tests.starrtc import Server
from rooms.models import Channel

pytestmark = pytest.mark.django_db

CREATE = "AEC_LIVE_CREATE_CHANNEL_GLOBAL_PUBLIC"


def data(action: str = CREATE, **fields: object) -> str:
    return json.dumps({"action": action, "userId": "ann", "channelId": "c1", **fields})


@pytest.fixture
def signing(make_app) -> Server:
    return Server(make_app(guard_token="guard").row, token="guard")


def refusal(answer) -> int:
    assert (answer.status_code, answer.json()["status"]) == (200, "0")
    return answer.json()["data"]


def test_AEC_0_data_comes_in_a_form_in_parts_in_the_query_or_as_a_json_body(aec) -> None:
    client, form = aec.client, "application/x-www-form-urlencoded"
    answers = [
        client.post(aec.url, {"data": data(channelId="a")}),
        client.post(aec.url, "data=" + quote(data(channelId="b")), content_type=form),
        client.post(f"{aec.url}?data={quote(data(channelId='c'))}"),
        client.post(aec.url, data(channelId="d"), content_type="application/json"),
        client.post(aec.url, data(channelId="e"), content_type="text/plain"),
        client.post(aec.url.rstrip("/"), {"data": data(channelId="f")}),
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"status": "1", "data": ""})] * 6
    assert set(Channel.objects.values_list("external_id", flat=True)) == set("abcdef")


def test_AEC_0_the_case_of_an_action_does_not_matter_nor_do_unknown_fields(aec) -> None:
    assert aec.post(data(CREATE.lower(), ts="1561085008", colour="red")).json()["status"] == "1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 10002),
        ("{", 10002),
        ("[]", 10002),
        ("null", 10002),
        ("{}", 10002),
        ('{"action": ["x"]}', 10002),
        ("[" * 100_000, 10008),
        ("[" * 60_000, 10002),
        ('{"action": "AEC_LIVE_DANCE"}', 10001),
        ('{"action": "AEC_VOIP_USER_ONLINE", "userId": "a", "userId2": "b"}', 10001),
        ('{"action": "AEC_CHATROOM_CREATE"}', 10001),
        ('{"action": "AEC_GROUP_CREATE"}', 10001),
        ('{"action": "AEC_MSG_SERVER_GET_PUSH_MODE"}', 10001),
    ],
)
def test_AEC_0_what_is_no_event_is_refused_with_a_number(aec, text: str, code: int) -> None:
    assert refusal(aec.post(text)) == code


@pytest.mark.parametrize("field", ["userId", "channelId"])
@pytest.mark.parametrize("value", [None, "", [], {}, True, 1.5, "a" * 129, "\x00", "\ud800"])
def test_AEC_1_without_a_user_or_a_channel_nothing_is_made(aec, field: str, value: object) -> None:
    assert refusal(aec.post(data(**{field: value}))) == 10002
    assert not Channel.objects.exists()


def test_AEC_0_the_known_signature() -> None:
    assert signature('{"action":"AEC_ACCESS_VALIDATION"}', "guard") == "TcEx3nqHMASKXlYf5XxpARJTX6E="


def test_AEC_0_with_a_guard_token_only_what_is_signed_is_believed(signing) -> None:
    assert signing.post(data()).json()["status"] == "1"
    for sign in ("", "x", "é", signature(data(), "other"), signature(data(userId="bob"), "guard")):
        assert refusal(signing.client.post(signing.url, {"data": data(), "sign": sign})) == 10004
    assert refusal(signing.client.post(signing.url, {"data": data()})) == 10004


def test_AEC_0_a_json_body_is_signed_in_the_query(signing) -> None:
    sign = quote(signature(data(), "guard"), safe="")
    answer = signing.client.post(f"{signing.url}?sign={sign}", data(), content_type="application/json")
    assert answer.json()["status"] == "1"


def test_AEC_0_a_signed_event_is_good_for_five_minutes(signing) -> None:
    now = int(clock.now().timestamp())
    assert signing.post(data(ts=str(now - 290))).json()["status"] == "1"
    for ts in (now - 310, now + 310, "yesterday"):
        assert refusal(signing.post(data(ts=str(ts)))) == 10005


def test_AEC_0_the_vendor_validates_the_address_by_get(signing) -> None:
    text = json.dumps({"action": "AEC_ACCESS_VALIDATION", "echostr": "hello 你", "timestamp": "1", "nonce": "2"})
    answer = signing.client.get(signing.url, {"data": text, "sign": signature(text, "guard")})
    assert answer.json() == {"status": "1", "data": "hello 你"}
    assert refusal(signing.client.get(signing.url, {"data": text})) == 10004
    assert refusal(signing.client.get(signing.url, {"data": data(), "sign": signature(data(), "guard")})) == 10007


def test_AEC_0_an_app_may_name_its_servers(aec) -> None:
    owner = aec.partner.owner
    apps.change(actor=owner, app_id=aec.partner.app_id, name="x", addresses=["192.0.2.0/24", "2001:db8::1"])
    assert refusal(aec.post(data())) == 10006
    assert aec.client.post(aec.url, {"data": data()}, REMOTE_ADDR="192.0.2.9").json()["status"] == "1"


@pytest.mark.parametrize("address", ["here", "192.0.2.0/33", ""])
def test_an_address_of_a_server_is_an_address_or_a_network(app, maker, client, address: str) -> None:
    client.force_login(maker)
    answer = client.patch(f"/api/v1/apps/{app.realm}/", {"addresses": [address]}, content_type="application/json")
    assert answer.status_code == 400


def test_AEC_0_a_disabled_app_is_refused_and_one_that_is_none_is_not_found(aec) -> None:
    Partner.objects.update(status="disabled")
    assert refusal(aec.post(data())) == 10003
    assert not Channel.objects.exists()
    for app_id in ("1", "nobody", "9" * 40):
        assert aec.client.post(f"/aec/{app_id}/", {"data": data()}).status_code == 404


def test_AEC_0_a_page_of_ours_needs_no_token_of_forms_here(aec) -> None:
    assert Server(aec.partner, client=type(aec.client)(enforce_csrf_checks=True)).post(data()).json()["status"] == "1"
    assert aec.client.put(aec.url, data(), content_type="application/json").status_code == 405


def test_AEC_21_every_call_is_kept_with_its_answer_also_a_refused_one(aec) -> None:
    for text in (data(), data(), data(userId="bob"), "nonsense"):
        aec.post(text)
    rows = list(InboundEvent.objects.order_by("id"))
    assert [(row.raw, row.answer["status"], row.duplicate) for row in rows] == [
        (data(), "1", False),
        (data(), "1", True),
        (data(userId="bob"), "0", False),
        ("nonsense", "0", False),
    ]
    assert (rows[0].name, rows[0].subject, rows[0].address) == (CREATE, "c1", "127.0.0.1")
    assert rows[3].answer["data"] == 10002


def test_AEC_21_the_same_minute_told_anew_is_no_repeat(aec, later) -> None:
    aec.live()
    later(seconds=60)
    aec.ok("UPLOADER_UPLOADING", userId="ann", channelId="c1")
    assert not InboundEvent.objects.filter(duplicate=True).exists()


def test_AEC_21_a_fault_of_ours_is_kept_too(aec, monkeypatch) -> None:
    def broken(event: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(ACTIONS, CREATE, broken)
    aec.client.raise_request_exception = False
    assert aec.post(data()).status_code == 500
    assert InboundEvent.objects.get().status == 500


def test_every_number_is_documented_and_stands_for_one_thing(request) -> None:
    numbers = [*codes.BY_CODE.values(), *codes.BY_FAMILY.values()]
    assert len(set(numbers)) == len(numbers)
    page = (request.config.rootpath / "docs/partners/aec.md").read_text()
    assert not [number for number in numbers if f"| {number} |" not in page]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=400) | st.text().map(str.encode), kind=st.sampled_from(["json", "form", "parts", "odd"]))
def test_AEC_0_nonsense_of_every_kind_is_answered(aec, body: bytes, kind: str) -> None:
    types = {
        "json": "application/json",
        "form": "application/x-www-form-urlencoded",
        "parts": "multipart/form-data; boundary=x",
        "odd": "text/plain; charset=hex",
    }
    body = b"data=" + body if kind == "form" else body
    answer = aec.client.generic("POST", aec.url, body, content_type=types[kind])
    assert (answer.status_code, answer.json()["status"]) == (200, "0")


NAMES = ["userId", "channelId", "roomId", "groupId", "conCurrentNumber", "extra", "specify", "time", "discharge", "ts"]
_FIELD = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.text(max_size=3))


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_AEC_0_an_action_with_odd_fields_is_answered(aec, draw) -> None:
    fields = draw.draw(st.dictionaries(st.sampled_from(NAMES), _FIELD))
    action = draw.draw(st.sampled_from(sorted(ACTIONS)))
    assert aec.post(json.dumps({**fields, "action": action})).status_code == 200
