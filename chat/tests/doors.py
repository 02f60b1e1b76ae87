"""What tests of the REST door share."""

from urllib.parse import quote

from django.test import Client

from chat.models import Group
from core.models import User


class Door:
    """A group's REST door, as one person meets it: `door(viewer).post("join/")`."""

    def __init__(self, group: Group, user: User | None) -> None:
        self.client, self.base = Client(), f"/api/v1/groups/{quote(group.gid)}/"
        if user:
            self.client.force_login(user)

    def get(self, tail: str = "", **query: object):
        return self.client.get(self.base + tail, query)

    def post(self, tail: str = "", **fields: object):
        return self.client.post(self.base + tail, fields, content_type="application/json")

    def patch(self, tail: str = "", **fields: object):
        return self.client.patch(self.base + tail, fields, content_type="application/json")

    def delete(self, tail: str = "", **fields: object):
        return self.client.delete(self.base + tail, fields, content_type="application/json")


def error_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
