"""What people change about themselves, and how pictures are kept and served."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core import images

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, viewer):
    client.force_login(viewer)
    return client


def picture(size=(400, 300), form="PNG") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, form)
    return SimpleUploadedFile("me.png", out.getvalue())


def save(client, **fields):
    return client.post("/me/", {"nick": "Jun", "language": "en", **fields})


def test_it_asks_guests_to_sign_in(client):
    assert client.get("/me/").url == "/accounts/login/?next=/me/"


def test_it_changes_nickname_and_language(signed_in, viewer):
    answer = save(signed_in, nick="  Jun   Okada ", language="zh-hans")
    viewer.refresh_from_db()
    assert (viewer.nick, viewer.language) == ("Jun Okada", "zh-hans")
    assert answer.cookies["django_language"].value == "zh-hans"


def test_it_keeps_a_picture_as_a_small_square_and_drops_the_old_one(
    signed_in, viewer, django_capture_on_commit_callbacks
):
    save(signed_in, avatar=picture())
    viewer.refresh_from_db()
    first = viewer.avatar.name
    with Image.open(default_storage.open(first)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (256, 256))
    with django_capture_on_commit_callbacks(execute=True):
        save(signed_in, avatar=picture((50, 900)))
    viewer.refresh_from_db()
    assert viewer.avatar.name != first
    assert not default_storage.exists(first)


def test_it_removes_the_picture(signed_in, viewer):
    save(signed_in, avatar=picture())
    save(signed_in, remove_avatar="on")
    viewer.refresh_from_db()
    assert not viewer.avatar


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("me.png", b"<svg onload=alert(1)>"), "not a picture"),
        (SimpleUploadedFile("me.png", b"0" * (images.LARGEST + 1)), "too big"),
    ],
)
def test_it_says_what_is_wrong_with_a_picture(signed_in, viewer, file, words):
    page = save(signed_in, nick="New", avatar=file).content.decode()
    viewer.refresh_from_db()
    assert words in page
    assert viewer.nick == "Viewer"


def test_it_refuses_a_nickname_that_is_too_long_and_shows_the_old_one_above(signed_in, viewer):
    page = save(signed_in, nick="x" * 41).content.decode()
    assert 'aria-invalid="true"' in page
    viewer.refresh_from_db()
    assert viewer.nick == "Viewer"


def test_it_shows_a_name_as_text(signed_in, viewer):
    save(signed_in, nick="<script>alert(1)</script>")
    page = signed_in.get("/me/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_it_remembers_language_and_theme_of_a_guest(client):
    answer = client.post("/preferences/", {"language": "zh-hans", "theme": "dark", "next": "/?q=a"})
    assert answer.url == "/?q=a"
    page = client.get("/").content.decode()
    assert 'lang="zh-hans" data-theme="dark"' in page
    client.post("/preferences/", {"theme": "auto"})
    assert "data-theme=" not in client.get("/").content.decode().split("<head>")[0]


def test_it_ignores_a_language_nobody_speaks_and_a_way_back_to_elsewhere(client):
    answer = client.post("/preferences/", {"language": "xx", "theme": "pink", "next": "https://elsewhere.example/"})
    assert answer.url == "/"
    assert "django_language" not in answer.cookies
    assert "theme" not in answer.cookies


def test_it_writes_the_language_into_the_persons_row(signed_in, viewer):
    signed_in.post("/preferences/", {"language": "zh-hans"})
    viewer.refresh_from_db()
    assert viewer.language == "zh-hans"


def test_it_takes_no_form_without_its_token(viewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    assert save(client).status_code == 403
    assert client.post("/preferences/", {"theme": "dark"}).status_code == 403


def test_it_serves_pictures_for_good_and_nothing_outside_their_folder(signed_in, viewer, client):
    save(signed_in, avatar=picture())
    viewer.refresh_from_db()
    answer = client.get(viewer.avatar.url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    for path in ("../footlight.sqlite3", "..%2Ffootlight.sqlite3", "avatars", "nothing.webp"):
        assert client.get(f"/media/{path}").status_code in (400, 404)


def test_it_gives_scripts_their_words_in_the_language_of_the_address(client):
    answer = client.get("/jsi18n/zh-hans/")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "max-age" in answer["Cache-Control"]
    again = client.get("/jsi18n/zh-hans/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get("/jsi18n/xx/").status_code == 404
