"""What tests of the rooms share."""

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api():
    """`api(viewer)`: REST as that person."""

    def as_(user):
        client = APIClient()
        client.force_login(user)
        return client

    return as_


@pytest.fixture
def own_folders(settings, tmp_path):
    """Segments and films of a test are nobody else's."""
    settings.DATA, settings.HLS_ROOT = tmp_path, tmp_path / "hls"
    here = {**settings.STORAGES["recordings"], "OPTIONS": {"location": tmp_path / "recordings", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "recordings": here}
    return tmp_path
