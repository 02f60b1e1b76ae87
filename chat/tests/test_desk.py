"""The chat desk: words to all rooms, messages with what was said around them, and reports with what came of them."""

import pytest
from django.contrib.auth.models import Group as StaffGroup
from django.test import Client

from chat.models import Deed, Group, Message, MessageState, ModerationDeed, Report, Restriction
from chat.services import groups
from chat.tests.test_admin import act, held, page_of, spoken
from core import clock, letters
from core.actors import SYSTEM
from core.models import AuditRow, Event, User
from core.tests.staff import queries_for

pytestmark = pytest.mark.django_db
ALL = "/admin/chat/group/notify_all/"


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def support(db) -> Client:
    user = User.objects.create_user("support", is_staff=True)
    user.groups.add(StaffGroup.objects.get(name="support"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def report(audience, viewer, stranger) -> Report:
    message = spoken(audience, viewer, "rude words")
    return Report.objects.create(message=message, reporter=stranger, reason="rude", created_at=clock.now())


def letter_to(user: User) -> str:
    """The only one."""
    return letters.words(user.letters.get())


# ---- To all rooms ----


def test_im3_staff_tells_all_rooms_something_and_sees_how_many_there_are(desk, club, audience, told):
    groups.disband(actor=SYSTEM, gid=groups.create(actor=club.owner, title="Gone").gid)
    Group.objects.create(realm="1234567890", title="Of an app")
    assert "one of the 2 rooms of the site" in desk.get(ALL).content.decode()
    heard = told(lambda: desk.post(ALL, {"text": "Back at nine", "reason": "upgrade"}))
    assert [data["text"] for name, data in heard if name == "chat.notice"] == ["Back at nine"] * 2
    told_of = Event.objects.filter(name="chat.notice").values_list("subject", flat=True)
    assert set(told_of) == {club.gid, audience.gid}
    row = AuditRow.objects.get()
    assert (row.verb, row.reason, row.asked["text"]) == ("notify_all", "upgrade", "Back at nine")


def test_im3_a_notice_to_all_rooms_says_something_and_is_for_those_who_may(desk, support, club):
    assert "Write between 1 and" in desk.post(ALL, {"reason": "upgrade"}).content.decode()
    assert "notify_all" not in support.get("/admin/chat/group/").content.decode()
    assert support.post(ALL, {"text": "hm", "reason": "hm"}).status_code == 403
    assert not AuditRow.objects.exists()


# ---- Messages ----


def said(group: Group, sender: User, number: int) -> Message:
    facts = {"kind": "text", "payload": {"text": f"line {number}"}, "epoch": "e", "seq": number + 1}
    return Message.objects.create(group=group, sender=sender, created_at=clock.now(), **facts)


def lines(page: str) -> list[int]:
    return [number for number in range(24) if f">line {number}<" in page]


def test_a_message_stands_between_what_was_said_around_it(desk, audience, viewer, stranger):
    every = [said(audience, viewer, number) for number in range(24)]
    waits = held(audience, stranger)
    assert lines(desk.get(f"{page_of(every[12])}change/").content.decode()) == list(range(2, 23))
    page = desk.get(f"{page_of(waits)}change/").content.decode()
    assert lines(page) == list(range(14, 24))
    assert f"{page_of(waits)}approve/?next={page_of(waits)}change/" in page
    assert f"{page_of(every[20])}delete/?next={page_of(waits)}change/" in page


def test_whoever_wrote_a_line_is_muted_or_banned_from_it(desk, audience, viewer, stranger):
    act(desk, spoken(audience, viewer), "mute", seconds="3600")
    act(desk, spoken(audience, stranger), "ban", seconds="")
    kinds = Restriction.objects.values_list("user__uid", "kind", "reason")
    assert set(kinds) == {("viewer", "mute", "rule 4"), ("stranger", "ban", "rule 4")}
    assert {row.verb for row in AuditRow.objects.all()} == {"mute", "ban"}


def test_the_lines_around_a_message_are_asked_for_at_once(desk, audience, viewer):
    message = spoken(audience, viewer)
    page = f"{page_of(message)}change/"
    desk.get(page)
    few = queries_for(desk, page)
    for number in range(12):
        held(audience, User.objects.create_user(f"person{number}"))
    assert queries_for(desk, page) == few


def test_support_reads_the_lines_and_does_nothing_to_them(support, audience, viewer):
    message = spoken(audience, viewer)
    page = support.get(f"{page_of(message)}change/").content.decode()
    assert "hello" in page
    assert "/delete/" not in page
    assert support.post(f"{page_of(message)}ban/", {"reason": "x", "seconds": ""}).status_code == 403


# ---- Reports ----


@pytest.mark.parametrize(("measure", "kind"), [("muted", "mute"), ("banned", "ban")])
def test_a_report_is_decided_and_both_sides_read_what_came_of_it(desk, report, viewer, stranger, staff, measure, kind):
    act(desk, report, "decide", measure=measure, seconds="600")
    rule = Restriction.objects.get()
    assert (rule.user, rule.kind, rule.reason) == (viewer, kind, "rule 4")
    assert round((rule.until - rule.created_at).total_seconds()) == 600
    report.refresh_from_db()
    assert (report.state, report.outcome, report.answer, report.decided_by) == ("acted", [measure], "rule 4", staff)
    assert f"you are {measure} there until" in letter_to(viewer)
    assert "rule 4" in letter_to(viewer)
    assert f"its author was {measure}" in letter_to(stranger)
    assert "rule 4" not in letter_to(stranger)
    row = AuditRow.objects.get()
    assert (row.verb, row.asked["measure"], row.reason) == ("decide", measure, "rule 4")
    assert "rule 4" in desk.get(f"{page_of(report)}change/").content.decode()


def test_a_warning_takes_the_message_away_where_that_is_asked_for(desk, report, viewer, stranger):
    act(desk, report, "decide", measure="warned", delete="on")
    report.refresh_from_db()
    assert (report.outcome, report.message.state) == (["deleted", "warned"], MessageState.DELETED)
    assert "the message was taken away, this is a warning" in letter_to(viewer)
    assert "the message was taken away, its author was warned" in letter_to(stranger)
    assert set(ModerationDeed.objects.values_list("deed", flat=True)) == {Deed.WARN, Deed.DELETE}


def test_who_was_reported_for_nothing_hears_nothing(desk, report, viewer, stranger):
    act(desk, report, "decide", measure="nothing")
    report.refresh_from_db()
    assert (report.state, report.outcome) == ("dismissed", ["nothing"])
    assert not viewer.letters.exists()
    assert "nothing needed to be done" in letter_to(stranger)


def test_everybody_who_reported_a_message_is_told_once(desk, report, host, stranger):
    Report.objects.create(message=report.message, reporter=host, created_at=clock.now())
    act(desk, report, "decide", measure="warned")
    assert not Report.objects.filter(state="open").exists()
    assert letter_to(host) == letter_to(stranger)


def test_a_decision_that_one_may_not_take_leaves_everything_as_it_was(support, report, stranger):
    act(support, report, "decide", measure="banned", seconds="")
    report.refresh_from_db()
    assert (report.state, stranger.letters.count(), Restriction.objects.count()) == ("open", 0, 0)
    act(support, report, "decide", measure="warned")
    report.refresh_from_db()
    assert (report.state, report.decided_by.uid) == ("acted", "support")


def test_nobody_of_the_staff_is_muted_by_a_helper(support, audience, stranger, staff):
    message = spoken(audience, staff, "hear, hear")
    report = Report.objects.create(message=message, reporter=stranger, created_at=clock.now())
    act(support, report, "decide", measure="muted", seconds="600")
    assert not Restriction.objects.exists()


def test_what_a_moderator_of_the_room_does_is_told_to_whoever_reported(host, audience, report, stranger, door):
    said = report.message
    answer = door(audience, host).delete(f"messages/{said.seq}/", epoch=said.epoch)
    assert answer.status_code == 204, answer.content
    assert "the message was taken away" in letter_to(stranger)
