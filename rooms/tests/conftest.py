"""What tests of the rooms share."""

import pytest
from rest_framework.test import APIClient

from rooms import folders
from rooms.models import Broadcast
from rooms.services import stays
from rooms.tests.written import write_run


@pytest.fixture
def api():
    """`api(viewer)`: REST as that person."""

    def as_(user):
        client = APIClient()
        client.force_login(user)
        return client

    return as_


@pytest.fixture
def show(channel, host) -> Broadcast:
    """The channel is on the air, and a worker has written five segments of it."""
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    show = Broadcast.objects.get(channel=channel, ended_at=None)
    write_run(folders.of_show(channel.cid, show.pk), 1, range(5))
    return show


@pytest.fixture
def own_folders(settings, tmp_path):
    """Segments and films of a test are nobody else's."""
    settings.DATA, settings.HLS_ROOT = tmp_path, tmp_path / "hls"
    here = {**settings.STORAGES["recordings"], "OPTIONS": {"location": tmp_path / "recordings", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "recordings": here}
    return tmp_path
