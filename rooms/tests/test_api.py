"""The REST door of channels, as a client meets it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from rooms.models import Channel, Kind
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db
URL = "/api/v1/channels/"


@pytest.fixture
def as_host(client, host):
    client.force_login(host)
    return client


def picture(size=(640, 360)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return SimpleUploadedFile("cover.png", out.getvalue(), "image/png")


def error_of(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_it_makes_a_channel_with_its_chat_group(as_host):
    made = as_host.post(URL, {"title": " Evening  songs ", "category": "music"}, "application/json")
    assert made.status_code == 201
    shape = made.json()
    assert shape["title"] == "Evening songs"
    assert shape["gid"].startswith("@TGS#")
    assert (shape["kind"], shape["state"], shape["viewers"]) == ("GLOBAL_PUBLIC", "idle", 0)
    assert as_host.get(f"{URL}{shape['cid']}/").json() == shape


def test_it_makes_no_chat_group_when_asked_not_to(as_host):
    assert as_host.post(URL, {"title": "Silent", "with_group": False}, "application/json").json()["gid"] is None


def test_a_guest_cannot_make_a_channel(client, db):
    assert error_of(client.post(URL, {"title": "Mine"}, "application/json")) == (401, "login_required")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 121},
        {"title": "ok", "kind": "SECRET"},
        {"title": "ok", "max_people": -1},
        {"title": "ok", "max_people": 100_001},
        {"title": "ok", "max_people": "many"},
        {"title": "ok", "category": "nonsense"},
        {"title": "ok", "extra": "x" * 8193},
        {"title": ["a", "list"]},
        [],
        "text",
    ],
)
def test_it_refuses_bad_fields_and_makes_nothing(as_host, wrong):
    assert error_of(as_host.post(URL, wrong, "application/json")) == (400, "bad_input")
    assert not Channel.objects.exists()


def test_broken_json_is_a_coded_error(as_host):
    assert error_of(as_host.post(URL, "{", "application/json")) == (400, "bad_input")


def test_it_changes_what_is_given_and_counts_the_version(as_host, channel):
    changed = as_host.patch(f"{URL}{channel.cid}/", {"title": "New", "extra": " kept as it is "}, "application/json")
    assert (changed.json()["title"], changed.json()["extra"]) == ("New", " kept as it is ")
    assert changed.json()["version"] == channel.version + 1


def test_a_cover_is_written_anew_as_webp(as_host, channel):
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    body = encode_multipart(BOUNDARY, {"cover": picture()})
    cover = as_host.patch(f"{URL}{channel.cid}/", body, MULTIPART_CONTENT).json()["cover"]
    assert cover.endswith(".webp")
    channel.refresh_from_db()
    with Image.open(channel.cover) as image:
        assert (image.format, image.size) == ("WEBP", (1280, 720))


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png"), "not_a_picture"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "image/png"), "not_a_picture"),
        (SimpleUploadedFile("a.png", b"0" * (5 * 1024 * 1024 + 1), "image/png"), "picture_too_big"),
    ],
    ids=["a script", "a broken picture", "six megabytes"],
)
def test_it_refuses_what_is_no_picture(as_host, channel, file, code):
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    answer = as_host.patch(f"{URL}{channel.cid}/", encode_multipart(BOUNDARY, {"cover": file}), MULTIPART_CONTENT)
    assert error_of(answer) == (400, code)


@pytest.mark.parametrize(
    ("method", "tail"),
    [("patch", ""), ("delete", ""), ("post", "close/"), ("post", "stop/"), ("post", "uploaders/"), ("get", "stays/")],
)
def test_only_the_owner_rules(client, channel, viewer, method, tail):
    address = f"{URL}{channel.cid}/{tail}"
    ask = getattr(client, method)
    assert error_of(ask(address, {"uid": "viewer"}, content_type="application/json")) == (401, "login_required")
    client.force_login(viewer)
    assert error_of(ask(address, {"uid": "viewer"}, content_type="application/json")) == (403, "not_allowed")
    channel.refresh_from_db()
    assert channel.state == "idle"


def test_an_unknown_and_a_deleted_channel_are_404(as_host, channel):
    assert error_of(as_host.get(f"{URL}nothing/")) == (404, "not_found")
    assert as_host.delete(f"{URL}{channel.cid}/").status_code == 204
    assert error_of(as_host.get(f"{URL}{channel.cid}/")) == (404, "not_found")
    assert error_of(as_host.post(f"{URL}{channel.cid}/reopen/")) == (404, "not_found")


def test_a_closed_channel_is_reopened_by_its_owner(as_host, channel):
    assert as_host.post(f"{URL}{channel.cid}/close/").json()["state"] == "closed"
    assert error_of(as_host.post(f"{URL}{channel.cid}/close/")) == (409, "illegal_move")
    assert as_host.post(f"{URL}{channel.cid}/reopen/").json()["state"] == "idle"


def test_the_owner_sets_and_unsets_uploaders(as_host, channel, viewer):
    address = f"{URL}{channel.cid}/uploaders/"
    for _ in range(2):
        assert as_host.post(address, {"uid": "viewer"}, "application/json").status_code == 201
    assert [person["uid"] for person in as_host.get(address).json()] == ["viewer"]
    for _ in range(2):
        assert as_host.delete(address, {"uid": "viewer"}, content_type="application/json").status_code == 204
    assert as_host.get(address).json() == []


def test_an_unknown_person_cannot_be_set(as_host, channel):
    answer = as_host.post(f"{URL}{channel.cid}/uploaders/", {"uid": "nobody"}, "application/json")
    assert error_of(answer) == (400, "unknown_user")


def test_the_list_shows_live_channels_first_and_pages(as_host, host, channel):
    for n in range(30):
        channels.create(actor=host, title=f"Channel {n}")
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    first = as_host.get(URL).json()
    assert first["results"][0]["cid"] == channel.cid
    second = as_host.get(first["next"]).json()
    cids = [row["cid"] for row in first["results"] + second["results"]]
    assert len(cids) == len(set(cids)) == 31


def test_the_list_costs_the_same_for_many_rows(as_host, host, django_assert_max_num_queries):
    for n in range(20):
        channels.create(actor=host, title=f"Channel {n}")
    with django_assert_max_num_queries(4):
        as_host.get(URL)


def test_the_list_hides_closed_ones_lists_and_apps(client, host):
    for kind in Kind.values:
        channels.create(actor=host, title=kind, kind=kind)
    channels.close(actor=host, cid=channels.create(actor=host, title="closed").cid)
    app = channels.create(actor=host, title="app")
    Channel.objects.filter(pk=app.pk).update(realm="app1")
    titles = {row["title"] for row in client.get(URL).json()["results"]}
    assert titles == {"GLOBAL_PUBLIC", "LOGIN_PUBLIC", "GROUP_PUBLIC"}


def test_the_list_finds_words_and_categories(client, host):
    channels.create(actor=host, title="Rain on the roof", category="music")
    channels.create(actor=host, title="One tea bowl", category="craft")
    assert [r["title"] for r in client.get(URL, {"q": "tea"}).json()["results"]] == ["One tea bowl"]
    assert [r["title"] for r in client.get(URL, {"category": "music"}).json()["results"]] == ["Rain on the roof"]


def test_the_host_sees_and_ends_stays(as_host, channel, viewer):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="tab", platform="ios")
    (row,) = as_host.get(f"{URL}{channel.cid}/stays/").json()["results"]
    assert (row["sid"], row["person"]["uid"], row["platform"]) == (stay.sid, "viewer", "ios")
    ended = as_host.post(f"{URL}{channel.cid}/stays/{stay.sid}/end/")
    assert (ended.json()["state"], ended.json()["end_reason"]) == ("ended", "removed")


def test_a_stay_of_another_channel_is_not_ended_through_mine(as_host, channel, staff, viewer):
    theirs = channels.create(actor=staff, title="theirs")
    stay = stays.join(actor=viewer, cid=theirs.cid, connection="tab")
    answer = as_host.post(f"{URL}{channel.cid}/stays/{stay.sid}/end/")
    assert answer.status_code in (403, 404)
    stay.refresh_from_db()
    assert stay.state == "up"


def test_the_schema_and_its_explorer_are_there_without_a_cdn(client, db):
    schema = client.get("/api/schema/")
    assert b"/api/v1/channels/{cid}/" in schema.content
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"//cdn" not in page.content
