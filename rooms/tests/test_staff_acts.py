"""Staff who rule without a desk: each act leaves its row, by whichever door."""

import ast
import json
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from chat.tests.doors import Door as ChatDoor
from config.asgi import application
from core.models import AuditRow, Door
from rooms.models import Ban
from rooms.services import channels, seats, stays
from rooms.tests.comings import on_air, watching

pytestmark = pytest.mark.django_db
GATES = {"require_host", "require_moderator", "require_owner", "require_upload", "require_staff", "by_staff"}
GATES |= {"app_for", "key_for", "webhook_for", "delivery_for"}
SPEECH = {"draw"}  # as often as the pen moves, and told under the drawer's name


def verbs() -> list[str]:
    return [row.verb for row in AuditRow.objects.order_by("id")]


def row() -> AuditRow:
    return AuditRow.objects.get()


def command(channel, client: Client, **frame: object) -> dict:
    """Says one thing at the room's socket; answers what is replied."""

    async def ask():
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        headers = [(b"origin", b"http://127.0.0.1:8000"), (b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())]
        door = WebsocketCommunicator(application, f"/ws/rooms/{channel.cid}/", headers=headers)
        await door.connect(timeout=10)
        await door.send_to(json.dumps({**frame, "id": 1}))
        while True:
            heard = json.loads(await door.receive_from(timeout=10))
            for one in heard if isinstance(heard, list) else [heard]:
                if one.get("re") == 1:
                    await door.disconnect()
                    return one

    return async_to_sync(ask)()


@pytest.mark.django_db(transaction=True)
def test_over_a_socket(channel, staff, client):
    client.force_login(staff)
    assert command(channel, client, type="seat.lock", number=3, seat=True)["type"] == "reply"
    assert (row().verb, row().door, row().who, row().address) == ("lock_seat", Door.SOCKET, staff, None)
    assert (row().before, row().after) == ({"seat_locks": {}}, {"seat_locks": {"3": ["seat"]}})


def test_in_a_chat(channel, staff, viewer):
    ChatDoor(channel.group, staff).post("restrictions/", uid="viewer", kind="mute", seconds=60, reason="noise")
    assert (row().verb, row().kind, row().reason, row().asked["uid"]) == ("mute", "chat.group", "noise", "viewer")


def test_a_moderator_of_the_chat_who_happens_to_be_staff_acts_as_the_moderator(channel, staff, viewer):
    channel.group.memberships.update_or_create(user=staff, defaults={"role": "admin"})
    ChatDoor(channel.group, staff).post("restrictions/", uid="viewer", kind="mute", seconds=60, reason="noise")
    assert not AuditRow.objects.exists()


def test_a_stay_that_is_ended_and_a_seat_that_is_taken_back_are_named(channel, host, viewer, stranger, staff):
    on_air(host, channel)
    watching(viewer, channel)
    seat = seats.accept(actor=host, rid=seats.ask(actor=viewer, cid=channel.cid).rid)
    seats.remove(actor=staff, rid=seat.rid)
    stay = watching(stranger, channel)
    stays.end(actor=staff, sid=stay.sid)
    ended, removed = AuditRow.objects.all()
    assert (removed.verb, removed.kind, removed.key) == ("remove", "rooms.seat", str(seat.pk))
    assert (ended.verb, ended.kind, ended.after["state"]) == ("end", "rooms.stay", "ended")


def test_a_rule_about_the_whole_house_and_its_end(api, staff, viewer):
    api(staff).post("/api/v1/bans/", {"uid": "viewer", "time": 10, "reason": "threats"}, format="json")
    api(staff).delete(f"/api/v1/bans/{Ban.objects.get().pk}/")
    lifted, made = AuditRow.objects.all()
    assert (made.verb, made.kind, made.reason, made.asked["uid"]) == ("ban", "rooms.ban", "threats", "viewer")
    assert (lifted.verb, lifted.kind, lifted.after) == ("lift_ban", "rooms.ban", {})


def test_going_on_the_air_by_staff_power_alone(channel, host, staff):
    stays.go_on_air(actor=staff, cid=channel.cid, connection="a")
    assert verbs() == ["go_on_air"]


def test_going_on_the_air_with_the_hosts_leave(channel, host, staff):
    channels.set_uploader(actor=host, cid=channel.cid, uid="staff")
    stays.go_on_air(actor=staff, cid=channel.cid, connection="a")
    assert verbs() == []


def test_one_act_that_calls_others_is_one_row(channel, host, staff, viewer):
    on_air(host, channel)
    watching(viewer, channel)
    channels.delete(actor=staff, cid=channel.cid)
    assert verbs() == ["delete"]


def services() -> list[Path]:
    base = Path(settings.BASE_DIR)
    return [path for part in ("chat", "rooms", "partners") for path in sorted((base / part / "services").glob("*.py"))]


def called(function: ast.FunctionDef, kind: type[ast.expr]) -> set[str]:
    """The names of what is called in it: bare ones (ast.Name), or those behind a dot (ast.Attribute)."""
    names = (node.func for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, kind))
    return {getattr(name, "attr", getattr(name, "id", "")) for name in names}


def unmarked(source: str) -> list[str]:
    """Services that write, let staff through a gate (by themselves or a helper beside them) and leave no row."""
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}

    def parts(name: str) -> set[str]:
        """The function and its helpers."""
        helpers = called(functions[name], ast.Name) & functions.keys() - {name}
        return {name}.union(*map(parts, helpers))

    def marks(name: str) -> str:
        return " ".join(map(ast.unparse, functions[name].decorator_list))

    def needs_a_mark(name: str) -> bool:
        writes = any("atomic" in marks(part) for part in parts(name))
        return writes and any(called(functions[part], ast.Attribute) & GATES for part in parts(name))

    return [name for name in functions if name[0] != "_" and needs_a_mark(name) and "act(" not in marks(name)]


@pytest.mark.parametrize("path", services(), ids=lambda path: f"{path.parts[-3]}.{path.stem}")
def test_no_service_that_staff_power_opens_goes_without_a_row(path):
    assert set(unmarked(path.read_text())) <= SPEECH
