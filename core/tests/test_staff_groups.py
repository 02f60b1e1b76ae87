"""Groups of staff: what each finds at its desks, and what it is refused."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import sidebar, staff_groups
from core.models import GivenRight, User
from rooms.models import Kind
from rooms.services import channels

pytestmark = pytest.mark.django_db
LISTS = {
    "support": {
        "user",
        "channel",
        "broadcast",
        "recording",
        "stay",
        "group",
        "membership",
        "joinrequest",
        "message",
        "report",
    }
    | {"restriction", "moderationdeed"},
    "moderator": {
        "user",
        "channel",
        "broadcast",
        "recording",
        "stay",
        "uploadgrant",
        "group",
        "membership",
        "joinrequest",
    }
    | {"message", "report", "restriction", "moderationdeed", "sensitiveword"},
    "finance": {"user", "broadcast", "account", "transfer", "minute", "unsettled", "price", "gift", "redeemcode"}
    | {"coinpack", "purchase", "payout", "audit"},
    "engineer": {"event", "auditrow", "channel", "broadcast", "recording", "stay", "unsettled"},
}


def one_of(group: str) -> User:
    user = User.objects.create_user(group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def migrated() -> None:
    for app in apps.get_app_configs():
        staff_groups.after_migrate(app, using="default")


def page_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("group", staff_groups.GROUPS)
def test_each_group_is_let_into_its_lists_and_no_others(group):
    client = sign_in(one_of(group))
    answers = {model._meta.label_lower: client.get(page_of(model)).status_code for model in admin.site._registry}
    assert set(answers.values()) == {200, 403}
    assert {name.partition(".")[2] for name, status in answers.items() if status == 200} >= LISTS[group]
    granted = {f"{a.partition('.')[0]}.{a.partition('.')[2]}" for a in staff_groups.GROUPS[group]}
    assert {name for name, status in answers.items() if status == 200} == granted & answers.keys()


@pytest.mark.parametrize("group", staff_groups.GROUPS)
def test_each_group_finds_on_its_first_page_what_it_may_read_and_nothing_else(group):
    client = sign_in(one_of(group))
    links = {item["link"] for desk in client.get("/admin/").context["sidebar_navigation"] for item in desk["items"]}
    assert links
    assert {client.get(link).status_code for link in links} == {200}
    shown = {link.partition("?")[0] for link in links} - {reverse("admin:rooms_channel_live")}
    assert {page for page in map(page_of, admin.site._registry) if client.get(page).status_code == 200} == shown


def test_the_table_and_the_desks_name_only_what_there_is():
    named = {address for rights in staff_groups.GROUPS.values() for address in rights}
    named |= {f"{row[1]}.{row[2]}" for rows in sidebar.DESKS.values() for row in rows}
    assert {model._meta.label_lower for model in apps.get_models()} >= named


def test_what_the_table_says_was_given_whole():
    rights = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    assert {row.right for row in GivenRight.objects.all()} <= rights
    wanted = sum(len(verbs.split()) for table in staff_groups.GROUPS.values() for verbs in table.values())
    assert GivenRight.objects.count() == wanted
    assert sum(group.permissions.count() for group in Group.objects.all()) == wanted


def test_a_migration_gives_nothing_back_that_was_taken_away_by_hand():
    support = Group.objects.get(name="support")
    support.permissions.remove(Permission.objects.get(codename="change_user"))
    support.permissions.add(Permission.objects.get(codename="view_event"))
    Group.objects.filter(name="finance").delete()
    migrated()
    names = set(support.permissions.values_list("codename", flat=True))
    assert "change_user" not in names
    assert "view_event" in names
    assert not Group.objects.filter(name="finance").exists()


def test_rows_that_are_new_in_the_table_reach_the_groups(monkeypatch):
    monkeypatch.setitem(staff_groups.GROUPS, "support", {**staff_groups.GROUPS["support"], "core.event": "view"})
    migrated()
    assert Group.objects.get(name="support").permissions.filter(codename="view_event").exists()


def test_a_database_that_is_older_than_the_groups_is_left_alone(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["auth_group"])
    GivenRight.objects.all().delete()
    migrated()
    assert not GivenRight.objects.exists()


def test_support_mends_people_but_not_their_own_kind(viewer):
    client = sign_in(one_of("support"))
    assert client.get(f"/admin/core/user/{viewer.pk}/password/").status_code == 200
    for other in (one_of("finance"), User.objects.create_superuser("root")):
        assert client.post(f"/admin/core/user/{other.pk}/password/", {}).status_code == 403


def test_support_looks_into_every_channel_and_rules_none(host):
    hidden = channels.create(actor=host, title="For a few", kind=Kind.LOGIN_SPECIFY)
    client = sign_in(one_of("support"))
    assert client.get(f"/api/v1/channels/{hidden.cid}/").status_code == 200
    assert client.post(f"/api/v1/channels/{hidden.cid}/close/").status_code == 403
    assert client.post(f"/admin/rooms/channel/{hidden.pk}/close/", {"reason": "x"}).status_code == 403


def test_moderators_stop_a_show_over_rest_and_at_the_desk_and_delete_no_channel(channel):
    client = sign_in(one_of("moderator"))
    assert client.post(f"/api/v1/channels/{channel.cid}/close/").status_code == 200
    assert client.post(f"/admin/rooms/channel/{channel.pk}/reopen/", {"reason": "x"}).status_code == 302
    assert client.post(f"/admin/rooms/channel/{channel.pk}/delete/", {"reason": "x"}).status_code == 403
    channel.refresh_from_db()
    assert channel.state == "idle"


def test_those_who_keep_the_money_are_ordinary_people_in_the_rooms(host, channel):
    hidden = channels.create(actor=host, title="For a few", kind=Kind.LOGIN_SPECIFY)
    client = sign_in(one_of("finance"))
    assert client.get(f"/api/v1/channels/{hidden.cid}/").status_code == 404
    assert client.post(f"/api/v1/channels/{channel.cid}/close/").status_code == 403
    assert client.post("/api/v1/bans/", {"uid": "host"}, "application/json").status_code == 403
