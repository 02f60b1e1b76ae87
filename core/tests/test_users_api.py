"""The REST door of one's own profile, as the chat SDK and other clients meet it."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

pytestmark = pytest.mark.django_db
URL = "/api/v1/users/me/"


@pytest.fixture
def signed_in(client, viewer):
    client.force_login(viewer)
    return client


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


def patch(client, **fields):
    return client.patch(URL, fields, content_type="application/json")


def send_form(client, **fields):
    return client.patch(URL, encode_multipart(BOUNDARY, fields), content_type=MULTIPART_CONTENT)


def error_of(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_im17_it_tells_who_one_is(signed_in):
    assert signed_in.get(URL).json() == {"uid": "viewer", "nick": "Viewer", "avatar": "", "language": ""}


def test_im17_a_guest_is_asked_to_sign_in(client):
    assert error_of(client.get(URL)) == error_of(patch(client, nick="Jun")) == (401, "login_required")


def test_im17_it_changes_the_nickname_and_leaves_the_rest(signed_in, viewer):
    viewer.language = "en"
    viewer.save()
    assert patch(signed_in, nick="  Jun   Okada ").json()["nick"] == "Jun Okada"
    viewer.refresh_from_db()
    assert (viewer.nick, viewer.language) == ("Jun Okada", "en")


def test_im17_without_a_nickname_one_is_called_by_the_uid(signed_in):
    assert patch(signed_in, nick="").json()["nick"] == "viewer"


def test_im17_it_takes_a_picture_and_takes_it_away_again(signed_in, viewer):
    address = send_form(signed_in, avatar=picture()).json()["avatar"]
    viewer.refresh_from_db()
    assert viewer.nick == "Viewer"
    assert address == viewer.avatar.url
    with Image.open(default_storage.open(viewer.avatar.name)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (256, 256))
    assert patch(signed_in, avatar=None).json()["avatar"] == ""


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"nick": "x" * 41}, "bad_nick"), ({"language": "xx"}, "bad_input"), ({"nick": ["a"]}, "bad_input")],
)
def test_im17_it_refuses_what_no_profile_may_hold(signed_in, viewer, fields, code):
    assert error_of(patch(signed_in, **fields)) == (400, code)
    viewer.refresh_from_db()
    assert viewer.nick == "Viewer"


def test_im17_it_refuses_a_file_that_is_no_picture(signed_in):
    answer = send_form(signed_in, avatar=SimpleUploadedFile("me.png", b"<svg onload=alert(1)>"))
    assert error_of(answer) == (400, "not_a_picture")


def test_im17_it_changes_nothing_without_the_pages_token(viewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    assert patch(client, nick="Stolen").status_code == 403
