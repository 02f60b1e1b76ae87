"""What the house says to one person: kept, told at once, read in their language, forgotten."""

import json
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.utils.translation import override

from core import farewell, letters, retention
from core.actors import SYSTEM
from core.errors import LoginRequired
from core.guests import new_guest
from core.models import Letter

pytestmark = pytest.mark.django_db
FACTS = {"where": "<b>The hall</b>", "outcome": ["muted"], "reason": "noise", "until": ""}
PAGE, API = "/me/", "/api/v1/users/me/letters/"


@pytest.fixture
def at_home(client, viewer) -> Client:
    client.force_login(viewer)
    return client


def test_it_stands_in_the_top_bar_until_it_is_read(at_home, viewer, stranger):
    letters.send(viewer, "judged", **FACTS)
    letters.send(stranger, "judged", **{**FACTS, "reason": "of somebody else"})
    page = at_home.get(PAGE).content.decode()
    assert "&lt;b&gt;The hall&lt;/b&gt;”: you are muted there until further notice. Reason: noise" in page
    assert "of somebody else" not in page
    assert at_home.post("/me/letters/", {"next": PAGE}).url == PAGE
    assert "further notice" not in at_home.get(PAGE).content.decode()
    assert stranger.letters.get().read_at is None


def test_it_is_told_at_once_in_the_language_of_the_person(viewer, monkeypatch, django_capture_on_commit_callbacks):
    sent: list[tuple[str, dict]] = []
    monkeypatch.setattr("core.events._send", lambda topic, message: sent.append((topic, json.loads(message["text"]))))
    viewer.language = "zh-hans"
    with django_capture_on_commit_callbacks(execute=True):
        letter = letters.send(viewer, "judged", **FACTS)
    ((topic, frame),) = sent
    assert (topic, frame["type"], frame["letter"]["id"]) == (f"user.{viewer.pk}", "user.letter", letter.pk)
    with override("zh-hans"):
        assert frame["letter"]["text"] == letters.words(letter)
    assert frame["letter"]["text"] != letters.words(letter)


def test_it_is_listed_and_read_over_rest_by_oneself_alone(at_home, viewer):
    letters.send(viewer, "answered", where="The hall", outcome=["deleted", "warned"])
    (one,) = at_home.get(API).json()["results"]
    text = "Your report from “The hall” was looked into: the message was taken away, its author was warned."
    assert (one["kind"], one["text"]) == ("answered", text)
    assert at_home.post(API).status_code == 204
    assert Letter.objects.get().read_at
    assert Client().get(API).status_code == Client().post(API).status_code == 401
    with pytest.raises(LoginRequired):
        letters.read(actor=new_guest())


def test_a_kind_that_nobody_knows_any_more_is_no_fault(viewer):
    assert letters.words(Letter(user=viewer, kind="carved", facts={"outcome": ["x"]})) == "carved"


def test_it_goes_along_and_goes_with_the_person_and_in_time(viewer, later, settings):
    letters.send(viewer, "judged", **FACTS)
    with zipfile.ZipFile(BytesIO(farewell.export(actor=viewer, user=viewer))) as pack:
        assert json.loads(pack.read("account.json"))["letters"][0]["kind"] == "judged"
    later(days=settings.LETTERS_KEEP_DAYS - 1)
    assert retention.forget_letters() == 0
    later(days=2)
    assert retention.forget_letters() == 1
    letters.send(viewer, "judged", **FACTS)
    farewell.erase(actor=SYSTEM, user=viewer)
    assert not Letter.objects.exists()


def test_zero_days_keep_it_for_good(viewer, later, settings):
    settings.LETTERS_KEEP_DAYS = 0
    letters.send(viewer, "judged", **FACTS)
    later(days=4000)
    assert retention.forget_letters() == 0
