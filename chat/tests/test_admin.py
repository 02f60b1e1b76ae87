import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from chat.models import Access, Group, GroupType, MemberRole, Membership, Message
from chat.services import groups, members
from core.models import User
from core.refusals import WORDS
from core.tests.staff import queries_for, refused


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
    assert LogEntry.objects.get().change_message == "remove: threats"


def test_it_never_puts_an_owner_out(desk, group, host):
    owner = group.memberships.get(user=host)
    sent = {"action": "remove", "_selected_action": owner.pk, "reason": "a mistake"}
    answer = desk.post("/admin/chat/membership/", sent, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Host · The cellists: That is not possible in the present state."
    ]
    assert group.memberships.filter(user=host).exists()
    assert not LogEntry.objects.exists()


def test_it_asks_as_often_for_thirty_rows_as_for_three(desk, group, host):
    def make(rows: range) -> None:
        for number in rows:
            person = User.objects.create_user(f"person{number}")
            other = groups.create(actor=person, title=f"group {number}")
            facts = {"epoch": "e", "seq": number, "kind": "text", "payload": {"text": "hello"}}
            Message.objects.create(group=other, sender=person, created_at=timezone.now(), **facts)

    pages = [f"/admin/chat/{model}/" for model in ("group", "membership", "message")]
    make(range(3))
    few = [queries_for(desk, page) for page in pages]
    make(range(3, 30))
    assert [queries_for(desk, page) for page in pages] == few
