"""The staff pages of chat."""

import pytest
from django.test import Client

from chat.models import (
    Access,
    Deed,
    Group,
    GroupType,
    JoinRequest,
    MemberRole,
    Membership,
    Message,
    MessageState,
    ModerationDeed,
    Report,
    Restriction,
)
from chat.services import groups, joining, members, messages, moderation
from core import clock
from core.models import AuditRow, User
from core.refusals import WORDS
from core.tests.staff import fields, queries_for, refused


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def group(host) -> Group:
    return groups.create(actor=host, title="The cellists", access=Access.MEMBERS, type=GroupType.PUBLIC)


def test_it_lets_somebody_into_a_group(desk, group, viewer):
    desk.post("/admin/chat/membership/add/", {"group": group.pk, "user": viewer.pk})
    assert group.memberships.get(user=viewer).role == MemberRole.MEMBER


def test_it_does_not_mistake_a_person_of_an_app_for_one_of_the_site(desk, group, viewer):
    namesake = User.objects.create_user("app:viewer", realm="app", uid="viewer")
    answer = desk.post("/admin/chat/membership/add/", {"group": group.pk, "user": namesake.pk})
    assert refused(answer) == [WORDS["unknown_user"] % {"uid": "viewer"}]
    assert not group.memberships.filter(user__in=(viewer, namesake)).exists()


def test_it_puts_somebody_out_of_a_group_and_keeps_the_reason(desk, group, viewer, host):
    member = members.add(actor=host, gid=group.gid, uid=viewer.uid)
    answer = desk.post(f"/admin/chat/membership/{member.pk}/remove/", {"reason": "threats"})
    assert answer.url == "/admin/chat/membership/"
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert (row := AuditRow.objects.get()).verb == "remove"
    assert row.reason == "threats"


def test_it_never_puts_an_owner_out(desk, group, host):
    owner = group.memberships.get(user=host)
    sent = {"action": "remove", "_selected_action": owner.pk, "reason": "a mistake"}
    answer = desk.post("/admin/chat/membership/", sent, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Host · The cellists: That is not possible in the present state."
    ]
    assert group.memberships.filter(user=host).exists()
    assert not AuditRow.objects.exists()


# ---- Groups ----


def test_im11_staff_makes_a_group_by_name_alone_and_reads_its_id(desk):
    answer = desk.post("/admin/chat/group/add/", {"title": "The hall", "type": "AVChatRoom"}, follow=True)
    made = Group.objects.get()
    assert (made.title, made.owner, made.access) == ("The hall", None, Access.OPEN)
    assert answer.redirect_chain[-1][0] == f"/admin/chat/group/{made.pk}/change/"
    assert made.gid in answer.content.decode()


def test_im11_staff_makes_a_member_group_for_somebody(desk, viewer):
    desk.post("/admin/chat/group/add/", {"title": "Cellists", "type": "Public", "owner": viewer.pk})
    made = Group.objects.get()
    assert (made.owner, made.access) == (viewer, Access.MEMBERS)
    assert made.memberships.get().role == MemberRole.OWNER


def test_a_group_needs_a_name(desk):
    answer = desk.post("/admin/chat/group/add/", {"title": "   ", "type": "AVChatRoom"})
    assert answer.status_code == 200
    assert not Group.objects.exists()


def page_of(row) -> str:
    return f"/admin/chat/{row._meta.model_name}/{row.pk}/"


def act(desk: Client, row, verb: str, **answers: str):
    return desk.post(f"{page_of(row)}{verb}/", {"reason": "rule 4", **answers}, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def offered(desk: Client, row) -> list[str]:
    acts = desk.get(f"{page_of(row)}change/").context["actions_detail"]
    return [offer["path"].split("/")[-2] for offer in acts]


def test_it_changes_a_profile_through_the_service_so_that_everybody_is_told(desk, group, told):
    page = f"{page_of(group)}change/"
    form = fields(desk.get(page), notice="Tonight: Bach", slow_seconds=5, custom='{"city": "Bonn"}')
    heard = told(lambda: desk.post(page, form))
    group.refresh_from_db()
    assert (group.notice, group.slow_seconds, group.custom, group.version) == ("Tonight: Bach", 5, {"city": "Bonn"}, 2)
    (tip,) = [data for name, data in heard if name == "chat.tip"]
    assert set(tip["profile"]) == {"notice", "slow_seconds", "custom"}


def test_it_shows_why_a_profile_was_not_changed(desk, group):
    page = f"{page_of(group)}change/"
    answer = desk.post(page, fields(desk.get(page), custom='{"a": 5}'))
    assert answer.status_code == 200
    assert refused(answer)
    group.refresh_from_db()
    assert group.version == 1


def test_it_mutes_everybody_and_lets_them_speak_again(desk, group, staff):
    assert offered(desk, group) == ["notify", "mute_all", "disband"]
    act(desk, group, "mute_all")
    group.refresh_from_db()
    assert group.muted_all
    assert offered(desk, group) == ["notify", "unmute_all", "disband"]
    act(desk, group, "unmute_all", reason="enough")
    rows = ModerationDeed.objects.order_by("id").values_list("deed", "reason", "actor")
    assert list(rows) == [(Deed.MUTE_ALL, "rule 4", staff.pk), (Deed.UNMUTE_ALL, "enough", staff.pk)]


def test_im3_staff_tells_everybody_something(desk, group, told):
    heard = told(lambda: act(desk, group, "notify", text="Back at nine"))
    assert [data["text"] for name, data in heard if name == "chat.notice"] == ["Back at nine"]
    assert (row := AuditRow.objects.get()).verb == "notify"
    assert row.reason == "rule 4"


def test_im3_an_empty_notice_is_refused_in_words(desk, group):
    assert [line.startswith(f"{group}: ") for line in said(act(desk, group, "notify"))] == [True]
    assert not AuditRow.objects.exists()


def test_im9_staff_disbands_a_group_for_good(desk, group):
    act(desk, group, "disband")
    group.refresh_from_db()
    assert group.disbanded_at
    assert offered(desk, group) == []
    assert desk.post(f"{page_of(group)}change/", {"title": "Back again"}).status_code == 403
    assert said(act(desk, group, "mute_all")) == [f"{group}: That is not possible in the present state."]


# ---- Who belongs ----


def test_it_names_and_dismisses_a_moderator(desk, group, viewer, host):
    member = members.add(actor=host, gid=group.gid, uid=viewer.uid)
    assert offered(desk, member) == ["name", "remove"]
    act(desk, member, "name")
    member.refresh_from_db()
    assert (member.role, offered(desk, member)) == (MemberRole.ADMIN, ["dismiss", "remove"])
    act(desk, member, "dismiss")
    member.refresh_from_db()
    assert member.role == MemberRole.MEMBER


def test_it_answers_who_asked_to_be_let_in(desk, quiet_club, viewer, stranger):
    for user in (viewer, stranger):
        joining.join(actor=user, gid=quiet_club.gid)
    act(desk, JoinRequest.objects.get(user=viewer), "accept")
    act(desk, JoinRequest.objects.get(user=stranger), "refuse")
    assert not JoinRequest.objects.exists()
    assert set(quiet_club.memberships.values_list("user__uid", flat=True)) == {"host", "viewer"}


# ---- What was said ----


def spoken(group: Group, sender: User, text: str = "hello") -> Message:
    numbered = messages.say(actor=sender, gid=group.gid, text=text)
    return Message.objects.get(group=group, **numbered)


def held(group: Group, sender: User, **facts: object) -> Message:
    facts = {"state": MessageState.HELD, "found": [{"word": "rosebud", "category": "other"}], **facts}
    now = clock.now()
    return Message.objects.create(
        group=group, sender=sender, kind="text", payload={"text": "rosebud"}, created_at=now, **facts
    )


def test_it_deletes_a_message_for_everybody_and_keeps_the_reason(desk, audience, viewer):
    message = spoken(audience, viewer)
    assert offered(desk, message) == ["delete", "mute", "ban"]
    act(desk, message, "delete")
    message.refresh_from_db()
    assert (message.state, offered(desk, message)) == (MessageState.DELETED, ["mute", "ban"])
    deed = ModerationDeed.objects.get()
    assert (deed.deed, deed.reason, deed.message, deed.target) == (Deed.DELETE, "rule 4", message, viewer)


def test_im2_it_lets_a_held_message_through(desk, audience, viewer):
    message = held(audience, viewer)
    assert offered(desk, message) == ["approve", "refuse", "mute", "ban"]
    act(desk, message, "approve")
    message.refresh_from_db()
    assert (message.state, message.seq) == (MessageState.SHOWN, 1)


def test_im2_it_refuses_a_held_message(desk, audience, viewer):
    message = held(audience, viewer)
    act(desk, message, "refuse")
    message.refresh_from_db()
    assert (message.state, message.seq) == (MessageState.REFUSED, None)


def test_held_messages_are_a_list_of_their_own(desk, audience, viewer):
    held(audience, viewer)
    spoken(audience, viewer, "good morning")
    page = desk.get("/admin/chat/message/?state__exact=held")
    assert "rosebud" in page.content.decode()
    assert "good morning" not in page.content.decode()
    (chat,) = [desk for desk in page.context["sidebar_navigation"] if desk["title"] == "Chat"]
    assert [item["title"] for item in chat["items"] if item["active"]] == ["Held for review"]


# ---- Reports ----


@pytest.fixture
def report(audience, viewer, stranger) -> Report:
    message = spoken(audience, viewer, "rude words")
    return Report.objects.create(message=message, reporter=stranger, reason="rude", created_at=clock.now())


def test_a_report_ends_with_its_message(desk, report):
    assert offered(desk, report) == ["decide", "delete_message", "dismiss"]
    act(desk, report, "delete_message")
    report = Report.objects.get()
    assert (report.state, report.message.state, offered(desk, report)) == ("acted", MessageState.DELETED, [])


def test_a_report_is_dismissed_and_the_message_stays(desk, report):
    act(desk, report, "dismiss")
    report.refresh_from_db()
    assert (report.state, report.message.state) == ("dismissed", MessageState.SHOWN)


# ---- Restrictions ----

ADD = "/admin/chat/restriction/add/"


def test_it_bans_with_a_reason_and_lifts_it_again(desk, audience, viewer, staff):
    sent = {"group": audience.pk, "user": viewer.pk, "kind": "ban", "seconds": "", "reason": "threats"}
    desk.post(ADD, sent)
    rule = Restriction.objects.get()
    assert (rule.kind, rule.until, rule.reason) == ("ban", None, "threats")
    act(desk, rule, "lift", reason="said sorry")
    assert not Restriction.objects.exists()
    rows = ModerationDeed.objects.order_by("id").values_list("deed", "target__uid", "actor", "reason")
    assert list(rows) == [
        (Deed.BAN, "viewer", staff.pk, "threats"),
        (Deed.UNBAN, "viewer", staff.pk, "said sorry"),
    ]


def test_a_new_word_about_somebody_replaces_the_old_one(desk, audience, viewer):
    sent = {"group": audience.pk, "user": viewer.pk, "kind": "mute", "reason": "noise"}
    for seconds in ("", "600"):
        assert desk.post(ADD, {**sent, "seconds": seconds}).status_code == 302
    assert Restriction.objects.get().until is not None


def test_a_restriction_needs_a_reason_and_a_person_of_the_group(desk, audience, viewer):
    namesake = User.objects.create_user("app:viewer", realm="app", uid="viewer")
    sent = {"group": audience.pk, "user": viewer.pk, "kind": "mute", "seconds": "600"}
    assert desk.post(ADD, sent).context["adminform"].form.errors["reason"]
    assert refused(desk.post(ADD, {**sent, "user": namesake.pk, "reason": "noise"}))
    assert not Restriction.objects.exists()


# ---- All of them ----

DESKS = ("group", "membership", "joinrequest", "message", "report", "restriction", "moderationdeed")


def test_every_desk_asks_as_often_for_sixty_rows_as_for_ten(desk, host):
    def make(rows: range) -> None:
        for number in rows:
            person = User.objects.create_user(f"person{number}")
            own = groups.create(actor=person, title=f"group {number}", type=GroupType.PUBLIC, join_option="approval")
            message = held(own, person, state=MessageState.SHOWN, epoch="e", seq=number)
            JoinRequest.objects.create(group=own, user=host, created_at=clock.now())
            Report.objects.create(message=message, reporter=host, created_at=clock.now())
            moderation.mute(actor=person, gid=own.gid, uid="host", seconds=None, reason="noise")

    pages = [f"/admin/chat/{model}/" for model in DESKS]
    make(range(10))
    few = [queries_for(desk, page) for page in pages]
    make(range(10, 60))
    assert [queries_for(desk, page) for page in pages] == few


def test_helpers_see_only_the_desks_they_may_sit_at(client, db):
    client.force_login(User.objects.create_user("helper", is_staff=True))
    for model in DESKS:
        assert client.get(f"/admin/chat/{model}/").status_code == 403
