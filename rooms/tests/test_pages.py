"""The lobby and the way into a show."""

import json
import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from core import clock
from core.guests import new_guest
from core.models import User
from rooms.models import Broadcast, Category, Channel, Kind, Role
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db


def go_live(channel, person) -> None:
    stay = stays.go_on_air(actor=person, cid=channel.cid, connection="tab")
    stays.arrive(sid=stay.sid, connection="tab")


def show(host, title, *, live=True, **fields) -> Channel:
    channel = channels.create(actor=host, title=title, **fields)
    if live:
        go_live(channel, host)
    return channel


def watch_by(channel, number) -> None:
    for _ in range(number):
        stays.join(actor=new_guest(), cid=channel.cid, connection="tab")


def cards(page) -> list[str]:
    return re.findall(r'card-title"><a href="/c/[^"]+">(.*?)</a>', page.content.decode())


def test_it_shows_live_shows_first_and_the_most_watched_of_them_above_all(client, host):
    show(host, "dark", live=False)
    few, many = show(host, "few"), show(host, "many")
    watch_by(few, 1)
    watch_by(many, 2)
    page = client.get("/")
    assert cards(page) == ["many", "few", "dark"]
    assert [row.title for row in page.context["hero"]] == ["many", "few"]
    assert 'hero-title">many' in page.content.decode()


def test_it_sorts_by_newest_when_asked(client, host):
    old, new = show(host, "old"), show(host, "new")
    watch_by(old, 3)
    Broadcast.objects.filter(channel=old).update(started_at=clock.now() - timedelta(hours=3))
    assert cards(client.get("/?sort=newest")) == [new.title, old.title]


def test_it_filters_by_subject_and_keeps_the_search_in_the_links(client, host):
    show(host, "cello at night", category=Category.MUSIC)
    show(host, "chess at night", category=Category.GAMES)
    page = client.get("/?q=night&category=music&sort=newest")
    assert cards(page) == ["cello at night"]
    assert "?q=night&amp;category=games&amp;sort=newest" in page.content.decode()
    assert page.context["total"] == 2


@pytest.mark.parametrize("words", ["CELLO", "mira", "host"])
def test_it_finds_by_title_and_by_host(client, host, words):
    User.objects.filter(pk=host.pk).update(nick="Mira")
    show(host, "a cello")
    assert cards(client.get(f"/?q={words}")) == ["a cello"]


def test_it_has_different_words_for_an_empty_house_and_an_empty_search(client, host):
    assert "No lights on here yet" in client.get("/").content.decode()
    show(host, "one", category=Category.MUSIC)
    assert "Nobody of that name" in client.get("/?q=zzz").content.decode()
    assert "Nothing of this kind" in client.get("/?category=games").content.decode()


def test_it_shows_more_on_the_same_page_and_asks_the_database_no_more_often(
    client, host, django_assert_max_num_queries
):
    for number in range(30):
        show(host, f"show {number}", live=number < 8, category=Category.MUSIC)
    with django_assert_max_num_queries(6):
        first = client.get("/?category=music")
    assert len(cards(first)) == 24
    assert "Show 6 more" in first.content.decode()
    assert "?category=music&amp;page=2#more" in first.content.decode()
    with django_assert_max_num_queries(6):
        assert len(cards(client.get("/?category=music&page=2"))) == 30


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²"])
def test_it_takes_any_nonsense_for_a_page_number(client, host, page):
    show(host, "one")
    assert cards(client.get("/", {"page": page})) == ["one"]


def test_it_says_when_every_place_is_taken(client, host):
    channel = show(host, "small hall", live=False, max_people=2)
    watch_by(channel, 1)
    assert ">Full<" not in client.get("/").content.decode()
    watch_by(channel, 1)
    page = client.get("/").content.decode()
    assert "2 / 2" in page
    assert ">Full<" in page


def test_it_marks_the_door_and_hides_what_is_for_people_on_a_list(client, host):
    show(host, "members", kind=Kind.GROUP_PUBLIC)
    show(host, "signed", kind=Kind.LOGIN_PUBLIC)
    show(host, "secret", kind=Kind.LOGIN_SPECIFY, specify=["viewer"])
    page = client.get("/")
    assert sorted(cards(page)) == ["members", "signed"]
    assert ">Members<" in page.content.decode()
    assert ">Signed in<" in page.content.decode()


def test_it_shows_words_of_strangers_as_text(client, host):
    channel = show(host, "<img src=x onerror=alert(1)>")
    for path in ("/", channel.get_absolute_url()):
        page = client.get(path).content.decode()
        assert "<img src=x" not in page


def test_it_lets_no_script_or_style_in_but_its_own(client, host, channel):
    client.force_login(host)
    for path in ("/", "/studio/", "/studio/new/", f"/studio/{channel.cid}/settings/", "/me/", "/accounts/2fa/"):
        answer = client.get(path)
        page, policy = answer.content.decode(), answer["Content-Security-Policy"]
        (nonce,) = re.findall(r'<script type="importmap" nonce="([^"]+)"', page)
        assert f"'nonce-{nonce}'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page)
        assert set(re.findall(r"<script[^>]*?(src|nonce|type=\"application/json\")", page)) <= {
            "src",
            "nonce",
            'type="application/json"',
        }


def test_it_maps_every_script_by_a_bare_name(client):
    page = client.get("/").content.decode()
    (text,) = re.findall(r'<script type="importmap"[^>]*>(.*?)</script>', page)
    names = json.loads(text)["imports"]
    assert names["footlight/site"].startswith("/static/js/site")


@pytest.mark.parametrize(
    ("kind", "who", "gate"),
    [
        (Kind.GLOBAL_PUBLIC, "guest", ""),
        (Kind.LOGIN_PUBLIC, "guest", "login"),
        (Kind.LOGIN_PUBLIC, "viewer", ""),
        (Kind.GROUP_PUBLIC, "guest", "login"),
        (Kind.GROUP_PUBLIC, "viewer", "not_allowed"),
        (Kind.GROUP_PUBLIC, "host", ""),
    ],
)
def test_it_tells_the_watch_page_what_stands_in_the_way(client, host, viewer, kind, who, gate):
    channel = show(host, "a show", kind=kind)
    if who != "guest":
        client.force_login({"viewer": viewer, "host": host}[who])
    page = client.get(channel.get_absolute_url())
    data = page.context["page_data"]
    assert (data["gate"], data["cid"]) == (gate, channel.cid)
    outside = gate in ("login", "not_allowed")
    assert (data["snapshot"] is None, data["gid"] is None) == (outside, outside)
    assert (data["me"] is None) == (who == "guest")
    assert page.context["is_host"] == (who == "host")


def test_it_shows_a_closed_channel_as_closed_and_an_unknown_one_as_nothing(client, host, viewer):
    channel = show(host, "a show")
    channels.close(actor=host, cid=channel.cid)
    assert client.get(channel.get_absolute_url()).context["gate"] == "closed"
    secret = show(host, "secret", kind=Kind.LOGIN_SPECIFY, specify=["stranger"])
    client.force_login(viewer)
    for path in (secret.get_absolute_url(), "/c/nothing/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "There is no stage at this address" in answer.content.decode()


def test_it_lets_nobody_into_the_studio_without_the_right(client, channel, viewer):
    path = reverse("studio", args=[channel.cid])
    assert client.get(path).url == f"/accounts/login/?next={path}"
    client.force_login(viewer)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "Ask the host" in answer.content.decode()


def test_it_has_a_page_for_the_day_when_everything_is_broken(django_assert_num_queries):
    for name in ("500.html", "400.html", "403_csrf.html"):
        with django_assert_num_queries(0):
            assert "See who is on stage" in render_to_string(name)


def test_it_counts_somebody_on_the_air_as_no_viewer(client, host):
    channel = show(host, "alone")
    assert channel.stays.get().role == Role.UPLOADER
    assert client.get("/").context["shows"][0].watching == 0
