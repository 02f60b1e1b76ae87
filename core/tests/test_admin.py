from io import BytesIO

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.models import Event, User
from core.shapes import person
from core.tests.staff import fields, queries_for

WORDS = "a much longer secret"
NEW_PASSWORD = {"password1": WORDS, "password2": WORDS, "usable_password": "true"}


@pytest.fixture
def desk(staff, client) -> Client:
    """A browser in which staff is signed in."""
    client.force_login(staff)
    return client


@pytest.fixture
def helper(db, client) -> Client:
    """A browser of staff who may mend accounts and hand out no powers."""
    user = User.objects.create_user("helper", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=("view_user", "change_user")))
    client.force_login(user)
    return client


@pytest.fixture
def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (640, 480), "orange").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


def test_it_sends_those_who_are_not_staff_to_the_front_door(client, viewer):
    assert client.get("/admin/login/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
    client.force_login(viewer)
    assert client.get("/admin/core/user/").status_code == 302


def test_it_lets_staff_change_their_password_where_everybody_does(desk):
    assert desk.get(reverse("admin:password_change")).url == reverse("account_change_password")


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_it_shows_a_list_of_everything(desk, channel, model):
    assert desk.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")).status_code == 200


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_it_lets_nobody_delete_a_row_of_the_house(desk, model):
    request = desk.get("/admin/").wsgi_request
    deletable = admin.site._registry[model].has_delete_permission(request)
    assert deletable is (model._meta.label == "auth.Group")


def test_it_shows_on_the_first_page_only_the_desks_one_may_sit_at(helper):
    page = helper.get("/admin/").content.decode()
    assert reverse("admin:core_user_changelist") in page
    assert reverse("admin:rooms_channel_changelist") not in page


def test_it_makes_a_person_of_the_site(desk):
    desk.post("/admin/core/user/add/", {"username": "nora", **NEW_PASSWORD})
    nora = User.objects.get(username="nora")
    assert (nora.uid, nora.realm) == ("nora", "")
    assert nora.check_password(WORDS)


def test_it_refuses_a_name_that_the_front_door_would_refuse(desk):
    desk.post("/admin/core/user/add/", {"username": "no@ra", **NEW_PASSWORD})
    assert not User.objects.filter(username="no@ra").exists()


def test_it_mends_a_nickname_and_leaves_the_user_id_alone(desk, viewer):
    page = f"/admin/core/user/{viewer.pk}/change/"
    desk.post(
        page, fields(desk.get(page), nick="  Jun   of the mountain ", uid="other", username="other", realm="other")
    )
    viewer.refresh_from_db()
    assert viewer.nick == "Jun of the mountain"
    assert (viewer.uid, viewer.username, viewer.realm) == ("viewer", "viewer", "")


def test_it_re_encodes_a_picture_that_staff_put_up(desk, viewer, picture):
    page = f"/admin/core/user/{viewer.pk}/change/"
    desk.post(page, fields(desk.get(page), avatar=picture))
    viewer.refresh_from_db()
    assert person(viewer)["avatar"].endswith(".webp")
    assert viewer.avatar.width == 256


def test_it_does_not_let_a_helper_hand_out_powers(helper, viewer):
    page = f"/admin/core/user/{viewer.pk}/change/"
    helper.post(page, fields(helper.get(page), nick="Jun", is_staff="on", is_superuser="on"))
    viewer.refresh_from_db()
    assert viewer.nick == "Jun"
    assert not viewer.is_staff
    assert not viewer.is_superuser


def test_it_does_not_let_a_helper_take_over_a_superuser(helper, staff):
    assert helper.post(f"/admin/core/user/{staff.pk}/password/", NEW_PASSWORD).status_code == 403
    staff.refresh_from_db()
    assert not staff.check_password(WORDS)


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    """What was signalled to whose sockets."""
    heard: list[tuple] = []
    monkeypatch.setattr("core.services.signal", lambda *words, **data: heard.append(words))
    return heard


def test_it_closes_the_sockets_of_somebody_who_is_switched_off(desk, viewer, told):
    page = f"/admin/core/user/{viewer.pk}/change/"
    sent = fields(desk.get(page))
    del sent["is_active"]
    desk.post(page, sent)
    assert (f"user.{viewer.pk}", "signed_out") in told


def test_it_closes_the_sockets_of_somebody_who_got_a_new_password(desk, viewer, told):
    desk.post(f"/admin/core/user/{viewer.pk}/password/", NEW_PASSWORD)
    viewer.refresh_from_db()
    assert viewer.check_password(WORDS)
    assert (f"user.{viewer.pk}", "signed_out") in told


def test_it_shows_an_event_readably_and_lets_nobody_change_it(desk):
    event = Event.objects.create(name="gift.sent", subject="abc", data={"title": "水墨 <b>"})
    page = desk.get(f"/admin/core/event/{event.pk}/change/").content.decode()
    assert "&quot;title&quot;: &quot;水墨 &lt;b&gt;&quot;" in page
    assert desk.post(f"/admin/core/event/{event.pk}/change/", {"name": "x"}).status_code == 403
    assert desk.get("/admin/core/event/add/").status_code == 403


def test_it_finds_events_by_name_and_by_the_beginning_of_their_subject(desk):
    for name, subject in (("a.b", "room1"), ("c.d", "room1"), ("a.b", "hall")):
        Event.objects.create(name=name, subject=subject)
    found = desk.get("/admin/core/event/", {"name": "a.b", "q": "room"}).context["cl"].queryset
    assert [(event.name, event.subject) for event in found] == [("a.b", "room1")]


def test_it_loads_nothing_from_outside(desk):
    page = desk.get("/admin/")
    assert 'src="http' not in page.content.decode()
    assert "'self'" in page.headers["Content-Security-Policy"]


def test_it_asks_as_often_for_thirty_rows_as_for_three(desk):
    def make(rows: range) -> None:
        for number in rows:
            User.objects.create_user(f"person{number}")
            Event.objects.create(name="a.b", subject=f"room{number}")

    pages = ("/admin/core/user/", "/admin/core/event/")
    make(range(3))
    few = [queries_for(desk, page) for page in pages]
    make(range(3, 30))
    assert [queries_for(desk, page) for page in pages] == few
