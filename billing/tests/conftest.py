"""People at the door of coins."""

import pytest
from django.test import Client


@pytest.fixture
def as_viewer(viewer) -> Client:
    client = Client()
    client.force_login(viewer)
    return client


@pytest.fixture
def as_host(host) -> Client:
    client = Client()
    client.force_login(host)
    return client
