"""Staff power by other doors than the staff pages: where the second step is asked for, it counts after that alone."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as house

from core import people
from core.models import AuditRow, User
from core.tests.test_staff_door import pair, required, sign_in  # noqa: F401 (a fixture)
from partners.tests.conftest import app, make_app, maker  # noqa: F401 (fixtures)
from rooms.models import Kind
from rooms.services import channels
from rooms.tests.test_staff_acts import command

pytestmark = pytest.mark.django_db


def test_without_it_staff_are_there_as_anybody_else(client, staff, channel):
    sign_in(client, "staff")
    hidden = channels.create(actor=channel.owner, title="For a few", kind=Kind.LOGIN_SPECIFY)
    base = f"/api/v1/channels/{channel.cid}/"
    assert client.post(f"{base}close/").status_code == 403
    assert client.post(f"{base}freeze/", {"reason": "x"}, "application/json").status_code == 403
    assert client.post("/api/v1/bans/", {"uid": "host"}, "application/json").status_code == 403
    assert client.get(f"/api/v1/channels/{hidden.cid}/").status_code == 404
    assert client.get(f"/api/v1/groups/{quote(channel.group.gid)}/held/").status_code == 403
    assert client.get(f"/studio/{channel.cid}/settings/").status_code == 403
    assert client.get("/readyz", REMOTE_ADDR="192.0.2.1").json().keys() == {"status"}
    assert not AuditRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_it_staff_power_reaches_everywhere(client, staff, channel):
    sign_in(client, "staff")
    pair(client)
    assert client.post(f"/api/v1/channels/{channel.cid}/close/").status_code == 200
    assert AuditRow.objects.get().verb == "close"


@pytest.mark.django_db(transaction=True)
def test_a_socket_asks_for_it_as_well(client, staff, channel):
    sign_in(client, "staff")
    refused = command(channel, client, type="seat.lock", number=3, seat=True)
    assert (refused["type"], refused["code"]) == ("error", "not_allowed")
    pair(client)
    assert command(channel, client, type="seat.lock", number=3, seat=True)["type"] == "reply"


def test_neither_a_usersig_nor_an_apps_server_brings_staff_power(app):  # noqa: F811
    theirs = people.named(app.realm, "ann")
    User.objects.filter(pk=theirs.pk).update(is_staff=True, is_superuser=True)
    for api in (app.server("ann"), app.client("ann")):
        assert api.post("/api/v1/bans/", {"uid": "ann", "time": 5}).status_code == 403


def test_nobody_asks_whether_somebody_is_of_the_staff_but_by_the_one_rule():
    """`actor.is_staff` alone would forget the second step."""
    parts = ("core", "rooms", "chat", "billing", "partners")
    files = [path for part in parts for path in (Path(house.BASE_DIR) / part).rglob("*.py")]
    asking = {path.name for path in files if "tests" not in path.parts and "actor.is_staff" in path.read_text()}
    assert asking == {"actors.py"}
