"""What WHIP's two addresses answer to everything but a good offer, as RFC 9725 says; no engine is needed for that."""

from pathlib import Path

import pytest
from django.test import AsyncClient

from rooms.services import channels, stream_keys

pytestmark = pytest.mark.django_db(transaction=True)
OFFER = (Path(__file__).parent / "media" / "descriptions" / "encoder_offer.sdp").read_text()
SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
AV1 = OFFER.replace("H264", "AV1")
TWICE = OFFER + OFFER[OFFER.index("m=video") :].replace("mid:1", "mid:2")
RECEIVES = OFFER.replace("a=sendonly", "a=recvonly")


@pytest.fixture
def key(channel, host) -> str:
    return stream_keys.rotate(actor=host, cid=channel.cid)[1]


@pytest.fixture
def ask(channel, key):
    """`ask("POST", body)`: with the channel's key, if no other is given."""

    async def asked(
        method: str, body: str | bytes = "", kind: str = SDP, *, there: str = "", bearer: str = key, **more
    ):
        headers = {**({"Authorization": f"Bearer {bearer}"} if bearer else {}), **more}
        return await AsyncClient().generic(method, there or f"/whip/{channel.cid}", body, kind, headers=headers)

    return asked


POSTS = [
    (400, "bad_sdp", "nonsense", SDP),
    (400, "bad_sdp", b"\xff\xfe", SDP),
    (400, "bad_sdp", "\n", SDP),
    (406, "not_carried", AV1, SDP),
    (406, "not_carried", TWICE, SDP),
    (406, "not_carried", RECEIVES, SDP),
    (413, "too_big", "x" * 70_000, SDP),
    (415, "not_sdp", OFFER, "application/json"),
    (415, "not_sdp", OFFER, ""),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("status", "code", "body", "kind"), POSTS)
async def test_an_offer_that_is_none_is_refused_before_the_engine_sees_it(ask, status, code, body, kind):
    answer = await ask("POST", body, kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
async def test_the_endpoint_keeps_other_methods_for_later(ask, method):
    answer = await ask(method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
async def test_so_does_a_session(ask, channel, method):
    answer = await ask(method, there=f"/whip/{channel.cid}/abc")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "PATCH, DELETE, OPTIONS")


@pytest.mark.asyncio
@pytest.mark.parametrize(("bearer", "words"), [("", "Bearer"), ("fs_12345678_wrong", 'Bearer error="invalid_token"')])
async def test_without_a_good_key_it_is_401_with_the_way_to_ask(ask, channel, bearer, words):
    for method, there in (("POST", ""), ("PATCH", f"/whip/{channel.cid}/abc"), ("DELETE", f"/whip/{channel.cid}/abc")):
        answer = await ask(method, OFFER, there=there, bearer=bearer)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, words)
    assert (await ask("POST", OFFER, there="/whip/nowhere", bearer=bearer)).status_code == 401


@pytest.mark.asyncio
async def test_another_scheme_is_no_bearer(ask):
    answer = await ask("POST", OFFER, bearer="", Authorization="Basic Zm9vOmJhcg==")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.asyncio
async def test_what_is_not_there_is_404(ask, channel):
    gone = f"/whip/{channel.cid}/0123456789abcdef0123456789abcdef"
    for method, there in (("POST", "/whip/nowhere"), ("PATCH", gone), ("DELETE", gone)):
        answer = await ask(method, OFFER, there=there)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_without_the_right_to_go_on_the_air_it_is_403(client, channel, host, key):
    channels.close(actor=host, cid=channel.cid)
    headers = {"Authorization": f"Bearer {key}"}
    answer = client.post(f"/whip/{channel.cid}", OFFER, SDP, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "channel_closed")


def test_it_needs_neither_a_session_nor_a_csrf_token_and_a_cookie_counts_nothing(client, channel, host):
    client.handler.enforce_csrf_checks = True
    client.force_login(host)
    assert client.post(f"/whip/{channel.cid}", OFFER, SDP).status_code == 401


def test_too_many_wrong_keys_from_one_address_are_429(client, channel):
    headers = {"Authorization": "Bearer fs_12345678_wrong"}
    answers = [client.post(f"/whip/{channel.cid}", OFFER, SDP, headers=headers) for _ in range(21)]
    assert [one.status_code for one in answers] == [401] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_engine_that_is_away_is_503_and_leaves_no_stay(client, channel, host, key, settings):
    settings.JANUS_URL = "ws://127.0.0.1:1"
    answer = client.post(f"/whip/{channel.cid}", OFFER, SDP, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["error"]["code"] == "unavailable"
    assert not channel.stays.exists()


def test_a_page_of_any_origin_may_ask(client, channel, key, settings):
    settings.STUN_URLS = ["stun:stun.example.org"]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:a.example.org?transport=udp", "turn:b.example.org"], "secret"
    answer = client.options(f"/whip/{channel.cid}", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Accept-Post"] == SDP
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert {"authorization", "content-type", "if-match"} == set(
        answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    )
    assert {"Location", "Link", "ETag"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert "Link" not in answer.headers
    assert client.options("/whip/nowhere").status_code == 200
    session = client.options(f"/whip/{channel.cid}/abc")
    assert (session.headers["Accept-Patch"], session.headers["Access-Control-Allow-Methods"]) == (
        FRAGMENT,
        "PATCH, DELETE, OPTIONS",
    )
    link = client.options(f"/whip/{channel.cid}", headers={"Authorization": f"Bearer {key}"}).headers["Link"]
    first, second, third = link.split(", ")
    assert first == '<stun:stun.example.org>; rel="ice-server"'
    assert second.startswith('<turn:a.example.org?transport=udp>; rel="ice-server"; username="')
    assert third.startswith("<turn:b.example.org>; ")
    assert third.endswith('"; credential-type="password"')
    assert client.options(f"/whip/{channel.cid}", headers={"Authorization": "Bearer x"}).status_code == 401
