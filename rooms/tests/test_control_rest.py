"""Freeze, let go on, tell and transfer over REST, for staff with the right; and who may do what at a person's page."""

import pytest

from billing.models import Account
from chat.models import Restriction
from core.models import AuditRow, Door, Event
from core.tests.staff import act
from core.tests.test_staff_groups import one_of, sign_in
from rooms.models import Ban
from rooms.tests.test_admin import on_air

pytestmark = pytest.mark.django_db
BODIES = {
    "freeze": {"reason": "rule 4"},
    "unfreeze": {},
    "tell": {"text": "Mind the microphone", "reason": "rule 4"},
    "transfer": {"uid": "viewer", "reason": "rule 4"},
}


def post(client, channel, verb: str, **fields: object):
    body = {**BODIES[verb], **fields}
    return client.post(f"/api/v1/channels/{channel.cid}/{verb}/", body, "application/json")


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_moderator_freezes_a_show_and_lets_it_go_on_and_each_leaves_a_row(channel):
    on_air(channel)
    client = sign_in(one_of("moderator"))
    frozen = post(client, channel, "freeze")
    assert (frozen.status_code, frozen.json()["frozen"]) == (200, True)
    assert code(post(client, channel, "freeze")) == (409, "illegal_move")
    assert post(client, channel, "unfreeze").json()["frozen"] is False
    let_go, froze = AuditRow.objects.all()
    assert (froze.verb, froze.door, froze.reason, froze.key) == ("freeze", Door.REST, "rule 4", str(channel.pk))
    assert froze.after["frozen_why"] == "rule 4"
    assert (let_go.verb, let_go.after["frozen_at"]) == ("unfreeze", None)


def test_a_word_to_the_host_over_rest(channel):
    client = sign_in(one_of("moderator"))
    assert post(client, channel, "tell").status_code == 204
    assert code(post(client, channel, "tell", text="  ")) == (400, "bad_input")
    assert Event.objects.get(name="host.told").data["text"] == "Mind the microphone"
    row = AuditRow.objects.get()
    assert (row.verb, row.asked["text"], row.reason) == ("tell", "Mind the microphone", "rule 4")


def test_another_host_gets_the_channel_over_rest(client, channel, viewer, staff):
    client.force_login(staff)
    assert code(post(client, channel, "transfer", uid="nobody")) == (400, "unknown_user")
    assert post(client, channel, "transfer").json()["owner"]["uid"] == "viewer"
    row = AuditRow.objects.get()
    assert (row.verb, row.reason, row.before["owner"] != row.after["owner"]) == ("transfer", "rule 4", True)


@pytest.mark.parametrize("verb", BODIES)
def test_it_is_for_staff_with_the_right_alone(client, channel, host, viewer, verb):
    on_air(channel)
    assert code(post(client, channel, verb)) == (401, "login_required")
    for user in (host, one_of("support"), one_of("finance")):
        assert code(post(sign_in(user), channel, verb)) == (403, "not_allowed")
    assert not AuditRow.objects.exists()


def test_a_transfer_takes_more_than_the_right_to_change(channel, viewer):
    assert code(post(sign_in(one_of("moderator")), channel, "transfer")) == (403, "not_allowed")


# ---- At a person's page ----


def at(person, verb: str) -> str:
    return f"/admin/core/user/{person.pk}/{verb}/"


def offered(client, person) -> set[str]:
    acts = client.get(at(person, "change")).context["actions_detail"]
    every = [one for act in acts for one in (act.get("items") or [act])]
    return {one["path"].split("/")[-2] for one in every}


def test_a_moderator_bans_and_mutes_somebody_from_their_page(channel, viewer):
    channel.group.memberships.create(user=viewer)
    client = sign_in(one_of("moderator"))
    assert offered(client, viewer) == {"ban", "mute"}
    act(client, at(viewer, "ban"), seconds="3600", privileges=["join_channel"])
    act(client, at(viewer, "mute"), seconds="600")
    assert Ban.objects.get().user == Restriction.objects.get().user == viewer


def test_support_neither_bans_nor_gives_coins(viewer):
    client = sign_in(one_of("support"))
    assert offered(client, viewer) & {"ban", "mute", "top_up"} == set()
    for verb in ("ban", "mute", "top_up"):
        assert client.post(at(viewer, verb), {"reason": "x", "coins": "5", "key": "k"}).status_code == 403


def test_finance_gives_coins_from_the_page_and_nothing_else(viewer):
    client = sign_in(one_of("finance"))
    assert offered(client, viewer) == {"top_up"}
    act(client, at(viewer, "top_up"), coins="5")
    assert Account.objects.get(owner=viewer).balance == 5
