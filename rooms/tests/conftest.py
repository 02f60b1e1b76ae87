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
