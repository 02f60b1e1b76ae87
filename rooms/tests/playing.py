"""Who plays a show over HLS, as their browsers do."""

import json

from django.test import Client

from core import guests
from rooms.models import Role, Stay


def browser(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    else:
        client.cookies[guests.COOKIE] = guests.to_cookie(guests.new_guest())
    return client


def code(response) -> str:
    return json.loads(response.content)["error"]["code"]


def addresses(response) -> list[str]:
    lines = response.content.decode().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def stay_of(user) -> Stay:
    return Stay.objects.filter(user=user, role=Role.VIEWER).latest("id")


def fetch(response, which: int = 0, client: Client | None = None):
    """A file of the playlist, under the address that it has there."""
    line = addresses(response)[which]
    return (client or Client()).get(f"/hls/{response.request['PATH_INFO'].split('/')[2]}/{line}")
