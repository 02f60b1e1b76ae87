"""Groups and doors every test of chat may ask for."""

import json

import pytest

from chat.models import Group, GroupType, JoinOption
from chat.services import groups
from chat.tests.doors import Door


@pytest.fixture
def club(host) -> Group:
    """A member group whose id is its invitation."""
    return groups.create(actor=host, title="The cellists", type=GroupType.PUBLIC)


@pytest.fixture
def quiet_club(host) -> Group:
    """A member group whose moderators let people in."""
    return groups.create(actor=host, title="The bowmakers", type=GroupType.PUBLIC, join_option=JoinOption.APPROVAL)


@pytest.fixture
def audience(channel) -> Group:
    return channel.group


@pytest.fixture
def door():
    return Door


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """What the sockets were told: `told(call)` answers `(name, data)` of every frame and signal that the call sent."""

    def listen(call) -> list[tuple[str, dict]]:
        sent: list[dict] = []
        told = lambda messages: sent.extend({**message, "topic": topic} for topic, message in messages)  # noqa: E731
        monkeypatch.setattr("core.events._send_all", told)
        with django_capture_on_commit_callbacks(execute=True):
            call()
        return [_heard(message) for message in sent]

    return listen


def _heard(message: dict) -> tuple[str, dict]:
    if message["type"] == "hub.signal":
        return message["name"], message["data"]
    frame = json.loads(message["text"])
    return frame.pop("type"), frame
