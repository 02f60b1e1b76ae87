"""What was said is forgotten after its time."""

from datetime import timedelta

import pytest

from chat.models import Message, Report
from chat.services import messages, moderation, retention
from chat.tasks import forget_messages
from core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(channel, viewer, host):
    """Four messages: plain, deleted, reported, and one of another day."""
    gid = channel.group.gid
    places = [messages.say(actor=viewer, gid=gid, text=text) for text in ("plain", "rude", "odd")]
    moderation.delete(actor=host, gid=gid, **places[1])
    odd = Message.objects.get(seq=places[2]["seq"])
    Report.objects.create(message=odd, reporter=host, created_at=clock.now())
    return gid


def texts():
    return {message.payload["text"] for message in Message.objects.all()}


def test_messages_are_kept_thirty_days_and_moderated_ones_longer(said, later):
    later(days=29)
    assert forget_messages() == 0
    later(days=2)
    assert forget_messages() == 1
    assert texts() == {"rude", "odd"}


def test_after_half_a_year_all_of_it_is_gone(said, later):
    later(days=181)
    assert forget_messages() == 3
    assert texts() == set()


def test_the_times_are_settings(said, later, settings):
    settings.CHAT_KEEP_DAYS = 1
    later(days=2)
    forget_messages()
    assert texts() == {"rude", "odd"}


def test_a_long_table_goes_in_batches(channel, monkeypatch, later):
    monkeypatch.setattr(retention, "BATCH", 3)
    at = clock.now() - timedelta(days=40)
    rows = [
        Message(group=channel.group, epoch="e", seq=n, kind="text", payload={"text": "x"}, created_at=at)
        for n in range(10)
    ]
    Message.objects.bulk_create(rows)
    assert forget_messages() == 10
