"""Every act of staff leaves one row, by whichever door, and nobody changes it."""

import csv
import importlib
import io

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as StaffGroup
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction
from django.test import Client

from core import audit, triggers
from core.actors import SYSTEM
from core.models import AuditRow, Door, User
from core.tests.staff import fields
from rooms.services import channels

pytestmark = pytest.mark.django_db
LOG = "/admin/core/auditrow/"
WORDS = "a much longer secret"


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def row() -> AuditRow:
    return AuditRow.objects.get()


def test_a_form_leaves_one_row_that_says_what_was_and_what_is(desk, staff, viewer):
    page = f"/admin/core/user/{viewer.pk}/change/"
    desk.post(page, fields(desk.get(page), nick="Jun"))
    assert (row().who, row().who_name, row().address, row().door) == (staff, "Staff (staff)", "127.0.0.1", Door.ADMIN)
    assert (row().verb, row().kind, row().key) == ("change", "core.user", str(viewer.pk))
    assert row().name == "Jun (viewer)"
    assert (row().before, row().after) == ({"nick": "Viewer"}, {"nick": "Jun"})


def test_a_form_that_changed_nothing_leaves_none(desk, viewer):
    page = f"/admin/core/user/{viewer.pk}/change/"
    desk.post(page, fields(desk.get(page)))
    assert not AuditRow.objects.exists()


def test_a_new_password_stands_there_without_the_password(desk, viewer):
    desk.post(
        f"/admin/core/user/{viewer.pk}/password/",
        {"password1": WORDS, "password2": WORDS, "usable_password": "true"},
    )
    assert (row().verb, row().before, row().after) == ("change", {"password": "***"}, {"password": "***"})


def test_a_new_person_stands_there_without_the_password(desk):
    form = {"username": "nora", "password1": WORDS, "password2": WORDS, "usable_password": "true"}
    desk.post("/admin/core/user/add/", form)
    assert (row().verb, row().after["uid"], row().after["password"]) == ("add", "nora", "***")


def test_rights_that_a_superuser_hands_out_stand_there(desk, viewer):
    group = StaffGroup.objects.create(name="watch")
    page = f"/admin/core/user/{viewer.pk}/change/"
    desk.post(page, {**fields(desk.get(page)), "is_staff": "on", "groups": [group.pk]})
    assert row().before == {"is_staff": False, "groups": []}
    assert row().after == {"is_staff": True, "groups": ["watch"]}


def test_rights_of_a_group_stand_there_and_its_deletion(desk):
    group = StaffGroup.objects.create(name="watch")
    right = Permission.objects.get(codename="view_user")
    desk.post(f"/admin/auth/group/{group.pk}/change/", {"name": "watch", "permissions": [right.pk]})
    desk.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    gone, given = AuditRow.objects.all()
    assert given.after == {"permissions": [str(right)]}
    assert (gone.verb, gone.name, gone.before["name"]) == ("delete", "watch", "watch")


def test_a_form_that_the_service_refuses_leaves_none(desk, staff):
    desk.post("/admin/chat/sensitiveword/add/", {"text": "--", "category": "other", "level": "block"})
    assert not AuditRow.objects.exists()


def test_staff_who_rule_a_channel_over_rest_leave_a_row(desk, staff, channel):
    desk.post(f"/api/v1/channels/{channel.cid}/close/")
    assert (row().who, row().door, row().address) == (staff, Door.REST, "127.0.0.1")
    assert (row().verb, row().kind, row().key) == ("close", "rooms.channel", str(channel.pk))
    assert row().before["state"] == "idle"
    assert row().after["state"] == "closed"
    assert row().name == f"{channel.title} ({channel.cid})"


def test_staff_who_rule_a_channel_from_its_pages_leave_a_row(desk, channel):
    desk.post(f"/studio/{channel.cid}/delete/")
    assert (row().verb, row().door) == ("delete", Door.PAGE)


def test_an_owner_who_happens_to_be_staff_acts_as_the_owner(client, channel, host):
    User.objects.filter(pk=host.pk).update(is_staff=True)
    client.force_login(host)
    assert client.post(f"/api/v1/channels/{channel.cid}/close/").status_code == 200
    assert not AuditRow.objects.exists()


def test_what_was_refused_left_nothing(desk, channel):
    assert desk.post(f"/api/v1/channels/{channel.cid}/reopen/").status_code == 409
    assert not AuditRow.objects.exists()


def test_reading_is_no_act(desk, channel):
    desk.get(f"/api/v1/channels/{channel.cid}/stays/")
    desk.get(f"/studio/{channel.cid}/settings/")
    desk.get(f"/admin/rooms/channel/{channel.pk}/change/")
    assert not AuditRow.objects.exists()


def test_an_act_at_the_desk_leaves_one_row_though_its_service_could_write_one(desk, channel):
    desk.post(f"/admin/rooms/channel/{channel.pk}/close/", {"reason": "rule 4"})
    assert (row().verb, row().reason, row().door) == ("close", "rule 4", Door.ADMIN)
    assert row().before["state"] == "idle"


def test_what_was_written_once_is_changed_and_deleted_by_nobody(staff):
    audit.record(staff, "look", staff)
    for change in (lambda: AuditRow.objects.update(verb="x"), lambda: AuditRow.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert row().verb == "look"


def test_every_append_only_table_is_known():
    assert {"core_auditrow", "billing_transfer", "billing_minute"} <= set(triggers.tables())


def test_the_pages_of_the_log_are_for_reading(desk, staff):
    entry = audit.record(staff, "look", staff, before={"nick": "<b>"}, after={"nick": "x"})
    page = desk.get(f"{LOG}{entry.pk}/change/").content.decode()
    assert "&lt;b&gt;" in page
    assert desk.post(f"{LOG}{entry.pk}/change/", {"verb": "x"}).status_code == 403
    assert desk.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(LOG + "add/").status_code == 403


def test_the_history_of_a_thing_leads_into_the_log(desk, staff, viewer):
    audit.record(staff, "look", staff)
    audit.record(staff, "look", viewer)
    there = desk.get(f"/admin/core/user/{viewer.pk}/history/", follow=True)
    assert [entry.key for entry in there.context["cl"].queryset] == [str(viewer.pk)]


def test_the_export_holds_what_is_shown_and_no_formula_and_leaves_a_row(desk, staff, viewer):
    audit.record(staff, "look", viewer, reason="=1+1")
    audit.record(staff, "wink", viewer)
    file = b"".join(desk.get(LOG + "export/?verb=look")).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(file))
    assert (line["verb"], line["reason"], line["who"]) == ("look", "'=1+1", "Staff (staff)")
    assert AuditRow.objects.filter(verb="export").count() == 1


def test_the_export_takes_a_right_of_its_own(client):
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_auditrow"))
    client.force_login(helper)
    assert "export/" not in client.get(LOG).content.decode()
    assert client.get(LOG + "export/").status_code == 403


def test_whatever_an_act_was_asked_with_can_be_kept(staff):
    odd = {"text": "a\0b", "path": "c:\\u0000", "raw": b"x", "when": object, "long": "x" * 5000, "api_key": "secret"}
    kept = audit.record(staff, "look", staff, asked=odd).asked
    assert (kept["text"], kept["path"], kept["api_key"]) == ("ab", "c:\\u0000", "***")
    assert len(kept["long"]) < 2100
    row().refresh_from_db()


def test_the_first_page_shows_what_one_did_last(desk, staff, viewer):
    audit.record(staff, "look", viewer)
    audit.record(viewer, "wink", staff)
    page = desk.get("/admin/").content.decode()
    assert "look: Viewer (viewer)" in " ".join(page.split())
    assert "wink" not in page


def test_the_house_leaves_no_rows(channel):
    channels.close(actor=SYSTEM, cid=channel.cid)
    assert not AuditRow.objects.exists()


def test_what_the_old_log_held_goes_over(staff, viewer):
    kind = ContentType.objects.get_for_model(User)
    for words in ("close: rule 4", '[{"changed": {"fields": ["Nickname"]}}]'):
        LogEntry.objects.create(
            user=staff,
            content_type=kind,
            object_id=str(viewer.pk),
            object_repr="Viewer",
            action_flag=2,
            change_message=words,
        )
    importlib.import_module("core.migrations.0006_old_log").move(apps, None)
    change, close = AuditRow.objects.all()
    assert (close.verb, close.reason, close.kind, close.who) == ("close", "rule 4", "core.user", staff)
    assert (change.verb, change.asked["message"][:3]) == ("change", '[{"')
    assert not LogEntry.objects.exists()
