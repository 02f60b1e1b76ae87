"""Notices of one channel that come at once are taken one after another."""

import pytest

from partners.models import AgoraMember, AgoraNotice
from partners.tests.agora_server import Agora
from rooms.models import Channel

pytestmark = pytest.mark.django_db(transaction=True)


def test_NCS_6_six_who_name_a_new_channel_at_once_are_in_one(app, together) -> None:
    agora = Agora(app)
    bodies = [agora.body(105, uid) for uid in range(1, 7)]
    answers = together([lambda body=body: agora.post(body).json()["outcome"] for body in bodies])
    assert answers == ["applied"] * 6
    assert Channel.objects.filter(realm=app.realm).count() == 1
    assert agora.people()["audience"] == {str(uid) for uid in range(1, 7)}


def test_NCS_6_one_notice_that_comes_six_times_at_once_counts_once(app, together) -> None:
    agora = Agora(app)
    body = agora.body(103, 7)
    answers = together([lambda: agora.post(body).json()["outcome"] for _ in range(6)])
    assert sorted(answers) == ["applied"] + ["duplicate"] * 5
    assert (AgoraMember.objects.count(), AgoraNotice.objects.count()) == (1, 1)


def test_NCS_6_a_coming_and_a_going_at_once_leave_nobody(app, together) -> None:
    agora = Agora(app)
    bodies = [agora.body(103, 7, clientSeq=5), agora.body(104, 7, clientSeq=6, reason=1)]
    together([lambda body=body: agora.post(body).json() for body in bodies])
    assert agora.people() == {"broadcasters": set(), "audience": set()}
