"""Somebody deletes their account, or takes along what is theirs."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from billing import ledger
from billing.services import payouts, topups
from chat.models import Group, Message
from core import clock, farewell
from core.errors import NotAllowed
from core.models import AuditRow, Event, User
from core.tests.staff import act
from partners.models import Partner, Status
from partners.services import apps
from rooms.flows import ChannelState, StayState
from rooms.models import Channel, Kind, Stay
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def person_page(person: User, verb: str) -> str:
    return f"/admin/core/user/{person.pk}/{verb}/"


@pytest.fixture
def known(channel, viewer, host, staff) -> User:
    """A viewer of whom the house knows a lot."""
    User.objects.filter(pk=viewer.pk).update(email="viewer@example.org", nick="Vivian Ewer")
    viewer.refresh_from_db()
    stays.join(actor=viewer, cid=channel.cid, connection="v")
    topups.give(actor=staff, user=viewer, coins=7, reason="a gift", key="k")
    Message.objects.create(
        group=channel.group, sender=viewer, kind="text", payload={"text": "good evening"}, created_at=clock.now()
    )
    channels.create(actor=viewer, title="Vivian's own")
    apps.create(actor=viewer, name="A shop")
    channels.create(actor=viewer, title="Vivian's club", kind=Kind.GROUP_PUBLIC)
    return viewer


def test_a_deleted_account_leaves_nothing_but_what_the_accounts_need(desk, known, channel):
    browser = Client()
    browser.force_login(known)
    account, was = ledger.account_of(known), known.uid
    act(desk, person_page(known, "erase"))
    known.refresh_from_db()
    assert known.erased_at
    assert not known.is_active
    assert known.uid.startswith("gone-")
    assert (known.nick, known.email, known.language) == ("", "", "")
    assert browser.get("/me/").status_code == 302
    assert not Client().login(username=was, password="footlight-demo")
    account.refresh_from_db()
    assert (account.balance, str(account.owner)) == (7, known.uid)
    assert set(Channel.objects.filter(owner=known).values_list("state", flat=True)) == {ChannelState.DELETED}
    assert not Channel.objects.filter(title__contains="Vivian").exists()
    assert not Stay.objects.filter(user=known).exclude(state=StayState.ENDED).exists()
    assert not Group.objects.filter(owner=known, type="Public", disbanded_at=None).exists()
    assert Partner.objects.get().status == Status.DISABLED
    assert "Vivian Ewer" not in json.dumps(list(Event.objects.values_list("data", flat=True)))
    assert "Vivian Ewer" not in desk.get(f"/admin/chat/message/?group__id__exact={channel.group_id}").content.decode()


def test_an_account_is_deleted_once_and_staff_not_at_all(desk, known, staff):
    act(desk, person_page(known, "erase"))
    name = User.objects.get(pk=known.pk).uid
    for person in (known, staff):
        act(desk, person_page(person, "erase"))
    assert User.objects.get(pk=known.pk).uid == name
    staff.refresh_from_db()
    assert staff.is_active


def test_who_waits_for_a_payout_is_not_deleted_and_nothing_is_half_done(desk, known, staff):
    topups.give(actor=staff, user=known, coins=500, reason="wages", key="w")
    payouts.ask(actor=known, coins=200)
    answer = act(desk, person_page(known, "erase"))
    assert "A payout waits" in " ".join(map(str, answer.context["messages"]))
    known.refresh_from_db()
    assert (known.is_active, known.nick) == (True, "Vivian Ewer")
    assert Channel.objects.filter(owner=known).exclude(state=ChannelState.DELETED).count() == 2


def test_everything_of_theirs_comes_as_a_file(desk, known):
    answer = desk.get(person_page(known, "export"))
    pack = zipfile.ZipFile(io.BytesIO(answer.content))
    read = {name: json.loads(pack.read(name)) for name in pack.namelist()}
    assert read["account.json"]["email"] == "viewer@example.org"
    assert read["messages.json"][0]["payload"] == {"text": "good evening"}
    assert read["wallet.json"]["balance"] == 7
    assert {row["title"] for row in read["channels.json"]} == {"Vivian's own", "Vivian's club"}
    assert AuditRow.objects.filter(verb="export").count() == 1


def test_nobody_else_is_handed_or_deletes_what_is_somebodys(known, host, client):
    client.force_login(host)
    assert client.get(person_page(known, "export")).status_code == 302
    for deed in (farewell.erase, farewell.export):
        with pytest.raises(NotAllowed):
            deed(actor=host, user=known)


# ---- By themselves ----


@pytest.fixture
def at_home(known) -> Client:
    """A browser in which the person has shown a moment ago who they are."""
    browser = Client()
    browser.force_login(known)
    browser.post("/accounts/reauthenticate/", {"password": "footlight-demo"})
    return browser


def test_somebody_takes_along_what_is_theirs(at_home):
    answer = at_home.get("/me/data/")
    assert "messages.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "no-store" in answer["Cache-Control"]


def test_somebody_leaves_after_writing_their_name(at_home, known):
    assert "not your username" in at_home.post("/me/leave/", {"uid": "somebody"}).content.decode()
    known.refresh_from_db()
    assert known.is_active
    assert at_home.post("/me/leave/", {"uid": "viewer"}).url == "/"
    known.refresh_from_db()
    assert known.erased_at
    assert at_home.get("/me/").status_code == 302


@pytest.mark.parametrize("page", ["/me/data/", "/me/leave/"])
def test_it_asks_again_who_one_is(client, known, page):
    assert client.get(page).url.startswith("/accounts/login/")
    client.force_login(known)
    assert client.get(page).url.startswith("/accounts/reauthenticate/")


def test_the_command_hands_out_and_deletes(known, tmp_path):
    to = tmp_path / "theirs.zip"
    call_command("person", "export", "viewer", to=str(to))
    assert zipfile.is_zipfile(to)
    with pytest.raises(CommandError, match="exists"):
        call_command("person", "export", "viewer", to=str(to))
    call_command("person", "erase", "viewer", yes=True)
    known.refresh_from_db()
    assert known.erased_at
    with pytest.raises(CommandError):
        call_command("person", "erase", "viewer", yes=True)
