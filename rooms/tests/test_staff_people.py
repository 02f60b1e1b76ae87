"""Staff's pages of bans and of people."""

import pytest
from django.test import Client

from billing.services import topups
from chat.models import Message, Restriction
from core import clock
from core.models import SignIn, User
from core.tests.staff import act
from rooms.models import Ban
from rooms.services import bans, channels, stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def test_it_bans_somebody_from_the_whole_house_and_lifts_it(desk, channel, viewer, staff):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="v")
    form = {"user": viewer.pk, "seconds": "3600", "privileges": ["join_channel"], "reason": "rude"}
    desk.post("/admin/rooms/ban/add/", form)
    ban = Ban.objects.get()
    assert (ban.user, ban.channel, ban.reason, ban.created_by) == (viewer, None, "rude", staff)
    stay.refresh_from_db()
    assert stay.end_reason == "banned"
    assert "rude" in desk.get("/admin/rooms/ban/").content.decode()
    act(desk, f"/admin/rooms/ban/{ban.pk}/lift/")
    assert not Ban.objects.exists()


def test_a_ban_of_nobody_in_particular_comes_back_with_a_word(desk):
    page = desk.post("/admin/rooms/ban/add/", {"seconds": "600", "privileges": ["join_channel"], "reason": "why"})
    assert "Name a channel" in page.content.decode()
    assert not Ban.objects.exists()


def test_it_tells_rules_in_force_from_those_that_are_over(desk, viewer, stranger, staff, later):
    bans.add(actor=staff, uid="viewer", time_in_seconds=10)
    bans.add(actor=staff, uid="stranger", forever=True)
    later(seconds=20)
    found = desk.get("/admin/rooms/ban/", {"in_force": "yes"}).context["cl"].queryset
    assert [ban.user for ban in found] == [stranger]


# ---- People ----


def person_page(person: User, verb: str) -> str:
    return f"/admin/core/user/{person.pk}/{verb}/"


def test_a_page_tells_everything_about_a_person(desk, viewer, channel, staff):
    stays.join(actor=viewer, cid=channel.cid, connection="v")
    topups.give(actor=staff, user=viewer, coins=7, reason="for the walk", key="k")
    bans.add(actor=staff, uid="viewer", privileges=["publish_video"], reason="no pictures")
    SignIn.objects.create(user=viewer, mark="m", address="10.0.0.9", device="A browser")
    page = desk.get(person_page(viewer, "change")).content.decode()
    for word in ("7 coins", "no pictures", channel.title, "10.0.0.9", "A browser"):
        assert word in page


def test_it_bans_a_person_from_their_page_also_one_of_an_app(desk, staff):
    theirs = User.objects.create_user("shop:ann", realm="shop", uid="ann")
    act(desk, person_page(theirs, "ban"), seconds="", privileges=["join_channel"])
    ban = Ban.objects.get()
    assert (ban.user, ban.until, ban.reason) == (theirs, None, "rule 4")


def test_it_mutes_a_person_in_every_room_they_are_in(desk, channel, viewer, host):
    stays.join(actor=viewer, cid=channel.cid, connection="v")
    other = channels.create(actor=host, title="Another")
    Message.objects.create(
        group=other.group, sender=viewer, kind="text", payload={"text": "hm"}, created_at=clock.now()
    )
    channels.create(actor=host, title="Where they never were")
    act(desk, person_page(viewer, "mute"), seconds="600")
    assert set(Restriction.objects.values_list("group", flat=True)) == {channel.group_id, other.group_id}


def test_signing_out_everywhere_ends_every_session(desk, viewer):
    browser = Client()
    browser.force_login(viewer)
    assert browser.get("/me/").status_code == 200
    assert SignIn.objects.filter(user=viewer).count() == 1
    act(desk, person_page(viewer, "sign_out"))
    assert browser.get("/me/").status_code == 302
    browser.force_login(User.objects.get(pk=viewer.pk))
    assert browser.get("/me/").status_code == 200


def test_the_quick_way_leads_straight_to_who_is_meant(desk, viewer):
    assert desk.get("/admin/find/", {"q": " VIEWER "}).url == person_page(viewer, "change")
    assert desk.get("/admin/find/", {"q": "nobody at all"}).url == "/admin/core/user/?q=nobody+at+all"
