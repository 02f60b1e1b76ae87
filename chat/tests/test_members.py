"""Who belongs to a group: let in, asked, named, put out, gone. Through the REST door."""

from datetime import timedelta

import pytest

from chat.models import Group, JoinOption, MemberRole, Membership, RestrictionKind
from chat.services import joining, members, roles
from chat.tests.doors import error_of
from core import clock
from core.errors import LoginRequired, NotAllowed
from core.guests import new_guest
from core.models import User
from rooms.flows import StayState
from rooms.models import Kind
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(host):
    """A channel for the members of its group."""
    return channels.create(actor=host, title="The club", kind=Kind.GROUP_PUBLIC)


def ban(group: Group, user: User, **facts: object) -> None:
    group.restrictions.create(user=user, kind=RestrictionKind.BAN, created_at=clock.now(), **facts)


def role(group: Group, user: User) -> str | None:
    return group.memberships.filter(user=user).values_list("role", flat=True).first()


def tips(heard: list[tuple[str, dict]]) -> list[tuple[str, str, str]]:
    said = [data for name, data in heard if name == "chat.tip"]
    return [(tip["operation"], tip["people"][0]["uid"], tip["operator"]["uid"]) for tip in said]


# ---- Let in and put out by moderators ----


def test_who_is_let_in_may_watch(door, stage, host, viewer):
    with pytest.raises(NotAllowed):
        stays.join(actor=viewer, cid=stage.cid, connection="tab")
    let_in = door(stage.group, host).post("members/", uid="viewer").json()
    assert let_in == {"uid": "viewer", "nick": "Viewer", "avatar": "", "role": "member"}
    assert stays.join(actor=viewer, cid=stage.cid, connection="tab").state == StayState.UP


def test_who_is_put_out_is_shown_out_of_the_channel_too(door, stage, host, viewer, told):
    door(stage.group, host).post("members/", uid="viewer")
    stay = stays.join(actor=viewer, cid=stage.cid, connection="tab")
    heard = told(lambda: door(stage.group, host).delete("members/", uid="viewer"))
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "not_allowed")
    assert tips(heard) == [("kicked", "viewer", "host")]
    assert ("put_out", {"gid": stage.group.gid, "reason": "kicked"}) in heard


def test_letting_in_and_putting_out_twice_is_harmless(door, club, host, viewer, told):
    assert [door(club, host).post("members/", uid="viewer").status_code for _ in range(2)] == [201, 201]
    assert [door(club, host).delete("members/", uid="viewer").status_code for _ in range(2)] == [204, 204]
    assert tips(told(lambda: door(club, host).delete("members/", uid="viewer"))) == []


def test_the_owner_cannot_be_put_out(door, club, host, staff):
    for ruler in (host, staff):
        assert error_of(door(club, ruler).delete("members/", uid="host")) == (409, "owner_cannot_quit")
    assert role(club, host) == MemberRole.OWNER


def test_a_moderator_puts_out_members_but_no_moderator(door, club, host, viewer, stranger):
    for user in (viewer, stranger):
        members.add(actor=host, gid=club.gid, uid=user.uid)
        roles.set_role(actor=host, gid=club.gid, uid=user.uid, role="admin")
    assert error_of(door(club, viewer).delete("members/", uid="stranger")) == (403, "not_allowed")
    roles.set_role(actor=host, gid=club.gid, uid="stranger", role="member")
    assert door(club, viewer).delete("members/", uid="stranger").status_code == 204


def test_a_stranger_does_not_learn_of_the_group(door, club, stranger):
    for person in (stranger, None):
        assert error_of(door(club, person).get("members/")) == (404, "not_found")
        assert error_of(door(club, person).post("members/", uid="stranger")) == (404, "not_found")


def test_a_guest_meets_the_sign_in_at_the_channel(stage):
    with pytest.raises(LoginRequired):
        stays.join(actor=new_guest(), cid=stage.cid, connection="tab")


def test_an_audience_has_no_members_to_let_in(door, audience, host, viewer):
    assert error_of(door(audience, host).post("members/", uid="viewer")) == (409, "no_member_group")
    assert error_of(door(audience, host).delete("members/", uid="viewer")) == (409, "no_member_group")


def test_nobody_is_let_in_who_is_banned_until_the_ban_ends(door, club, host, viewer, later):
    ban(club, viewer, until=clock.now() + timedelta(seconds=60))
    assert error_of(door(club, host).post("members/", uid="viewer")) == (403, "banned")
    later(seconds=61)
    assert door(club, host).post("members/", uid="viewer").status_code == 201


def test_members_are_shown_to_members_in_pages_rulers_first(door, club, host, viewer):
    for n in range(70):
        Membership.objects.create(group=club, user=User.objects.create_user(f"person{n}"))
    members.add(actor=host, gid=club.gid, uid="viewer")
    roles.set_role(actor=host, gid=club.gid, uid="viewer", role="admin")
    seen, answer = [], door(club, viewer).get("members/", page_size=50)
    while True:
        page = answer.json()
        seen += [member["uid"] for member in page["results"]]
        if not page["next"]:
            break
        answer = door(club, viewer).client.get(page["next"])
    assert seen == ["host", "viewer", *(f"person{n}" for n in range(70))]


# ---- Coming by oneself ----


def test_im5_joining_an_audience_needs_no_leave_and_writes_no_row(door, audience, viewer):
    for person in (viewer, viewer, None):
        answer = door(audience, person).post("join/")
        assert (answer.status_code, answer.json()) == (200, {"status": "joined"})
    assert audience.memberships.count() == 1


def test_im5_a_free_group_is_joined_at_once_and_once(door, club, viewer):
    assert [door(club, viewer).post("join/").json()["status"] for _ in range(2)] == ["joined", "already"]
    assert role(club, viewer) == MemberRole.MEMBER
    assert door(club, viewer).get().status_code == 200


def test_im5_a_group_with_approval_makes_one_wait(door, quiet_club, host, viewer):
    asked = [door(quiet_club, viewer).post("join/", words="I play").json()["status"] for _ in range(2)]
    assert asked == ["waiting", "waiting"]
    assert error_of(door(quiet_club, viewer).get()) == (404, "not_found")
    (row,) = door(quiet_club, host).get("requests/").json()["results"]
    assert (row["uid"], row["words"]) == ("viewer", "I play")
    assert door(quiet_club, host).post("requests/", uid="viewer", accept=True).status_code == 204
    assert door(quiet_club, viewer).post("join/").json() == {"status": "already"}
    assert door(quiet_club, host).get("requests/").json()["results"] == []


def test_who_is_refused_may_ask_again(door, quiet_club, host, viewer):
    door(quiet_club, viewer).post("join/")
    door(quiet_club, host).post("requests/", uid="viewer", accept=False)
    assert role(quiet_club, viewer) is None
    assert door(quiet_club, viewer).post("join/").json() == {"status": "waiting"}


def test_who_waits_comes_in_when_joining_becomes_free(door, quiet_club, host, viewer):
    door(quiet_club, viewer).post("join/")
    door(quiet_club, host).patch(join_option="free")
    assert door(quiet_club, viewer).post("join/").json() == {"status": "joined"}
    assert not quiet_club.join_requests.exists()


def test_nobody_is_let_in_who_did_not_ask(door, quiet_club, host, viewer):
    assert error_of(door(quiet_club, host).post("requests/", uid="viewer", accept=True)) == (404, "no_request")


def test_only_moderators_see_and_answer_who_waits(door, quiet_club, host, viewer, stranger):
    members.add(actor=host, gid=quiet_club.gid, uid="viewer")
    joining.join(actor=stranger, gid=quiet_club.gid)
    assert error_of(door(quiet_club, viewer).get("requests/")) == (403, "not_allowed")
    assert error_of(door(quiet_club, stranger).post("requests/", uid="stranger", accept=True)) == (404, "not_found")
    roles.set_role(actor=host, gid=quiet_club.gid, uid="viewer", role="admin")
    assert door(quiet_club, viewer).post("requests/", uid="stranger", accept=True).status_code == 204


def test_a_guest_is_asked_to_sign_in_to_join_a_member_group(door, club):
    assert error_of(door(club, None).post("join/")) == (401, "login_required")


def test_people_of_another_realm_do_not_find_the_group(door, club):
    nora = User.objects.create_user("app:nora", realm="app", uid="nora")
    assert error_of(door(club, nora).post("join/")) == (404, "not_found")


@pytest.mark.parametrize("option", JoinOption.values)
def test_who_is_banned_cannot_come_back_by_joining(door, club, viewer, option):
    Group.objects.filter(pk=club.pk).update(join_option=option)
    ban(club, viewer)
    assert error_of(door(club, viewer).post("join/")) == (403, "banned")
    assert not club.join_requests.exists()


def test_who_was_banned_while_waiting_is_not_accepted(door, quiet_club, host, viewer):
    joining.join(actor=viewer, gid=quiet_club.gid)
    ban(quiet_club, viewer)
    assert error_of(door(quiet_club, host).post("requests/", uid="viewer", accept=True)) == (403, "banned")


def test_a_ban_keeps_one_out_of_an_audience(door, audience, viewer):
    ban(audience, viewer)
    assert error_of(door(audience, viewer).post("join/")) == (403, "not_allowed")


def test_words_with_a_request_have_an_end(door, quiet_club, viewer):
    assert error_of(door(quiet_club, viewer).post("join/", words="x" * 201)) == (400, "bad_input")


# ---- Leaving ----


def test_im9_the_owner_cannot_quit(door, club, audience, host):
    for group in (club, audience):
        answer = door(group, host).post("quit/")
        assert error_of(answer) == (409, "owner_cannot_quit")
        assert "disband" in answer.json()["error"]["message"]
        assert role(group, host) == MemberRole.OWNER


def test_who_quits_loses_what_is_for_members(door, stage, host, viewer):
    members.add(actor=host, gid=stage.group.gid, uid="viewer")
    stay = stays.join(actor=viewer, cid=stage.cid, connection="tab")
    assert [door(stage.group, viewer).post("quit/").status_code for _ in range(2)] == [204, 404]
    stay.refresh_from_db()
    assert stay.end_reason == "not_allowed"


def test_who_waits_may_take_the_request_back(door, quiet_club, viewer):
    joining.join(actor=viewer, gid=quiet_club.gid)
    assert door(quiet_club, viewer).post("quit/").status_code == 204
    assert not quiet_club.join_requests.exists()


def test_quitting_an_audience_is_always_possible(door, audience, viewer):
    assert [door(audience, viewer).post("quit/").status_code for _ in range(2)] == [204, 204]


def test_a_guest_has_nothing_to_quit(door, audience):
    assert error_of(door(audience, None).post("quit/")) == (401, "login_required")


def test_one_quits_a_group_whose_channel_is_long_deleted(door, stage, host, viewer):
    members.add(actor=host, gid=stage.group.gid, uid="viewer")
    channels.delete(actor=host, cid=stage.cid)
    assert door(stage.group, viewer).post("quit/").status_code == 204


# ---- Moderators ----


def test_im15_the_owner_names_and_dismisses_a_moderator_and_everybody_is_told(door, club, host, viewer, told):
    members.add(actor=host, gid=club.gid, uid="viewer")
    named = told(lambda: door(club, host).patch("members/", uid="viewer", role="admin"))
    assert tips(named) == [("set_admin", "viewer", "host")]
    assert ("standing", {"gid": club.gid}) in named
    assert role(club, viewer) == MemberRole.ADMIN
    dismissed = told(lambda: door(club, host).patch("members/", uid="viewer", role="member"))
    assert tips(dismissed) == [("cancel_admin", "viewer", "host")]
    assert role(club, viewer) == MemberRole.MEMBER


def test_a_moderator_of_an_audience_has_a_row_while_they_rule(door, audience, host, viewer):
    answer = door(audience, host).patch("members/", uid="viewer", role="admin").json()
    assert (answer["uid"], answer["role"]) == ("viewer", "admin")
    assert role(audience, viewer) == MemberRole.ADMIN
    assert door(audience, host).patch("members/", uid="viewer", role="member").json()["role"] == ""
    assert role(audience, viewer) is None


def test_naming_twice_is_told_once(door, audience, host, viewer, told):
    door(audience, host).patch("members/", uid="viewer", role="admin")
    assert told(lambda: door(audience, host).patch("members/", uid="viewer", role="admin")) == []


def test_only_the_owner_names_moderators(door, club, host, viewer, stranger):
    for user in (viewer, stranger):
        members.add(actor=host, gid=club.gid, uid=user.uid)
    roles.set_role(actor=host, gid=club.gid, uid="viewer", role="admin")
    assert error_of(door(club, viewer).patch("members/", uid="stranger", role="admin")) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("uid", "wished", "refusal"),
    [
        ("viewer", "admin", (409, "not_a_member")),
        ("host", "member", (409, "owner_keeps_role")),
        ("host", "admin", (409, "owner_keeps_role")),
        ("nobody", "admin", (400, "unknown_user")),
        ("viewer", "owner", (400, "bad_input")),
    ],
)
def test_a_role_that_cannot_be_given_is_refused(door, club, host, viewer, uid, wished, refusal):
    assert error_of(door(club, host).patch("members/", uid=uid, role=wished)) == refusal


def test_nobody_who_is_banned_becomes_a_moderator(door, audience, host, viewer):
    ban(audience, viewer)
    assert error_of(door(audience, host).patch("members/", uid="viewer", role="admin")) == (403, "banned")


def crowd(group: Group, count: int, role: str = MemberRole.MEMBER) -> list[User]:
    people = [User.objects.create_user(f"person{n}") for n in range(count)]
    Membership.objects.bulk_create(Membership(group=group, user=user, role=role) for user in people)
    return people


def test_a_group_has_fifty_moderators_and_no_more(door, club, host, viewer):
    crowd(club, 49, MemberRole.ADMIN)
    extra = User.objects.create_user("extra")
    for user in (viewer, extra):
        members.add(actor=host, gid=club.gid, uid=user.uid)
    assert door(club, host).patch("members/", uid="viewer", role="admin").status_code == 200
    assert error_of(door(club, host).patch("members/", uid="extra", role="admin")) == (409, "too_many_moderators")


# ---- A channel's own list ----


def test_who_signs_up_after_the_list_was_written_reads_the_chat_too(door, host):
    listed = channels.create(actor=host, title="For two", kind=Kind.LOGIN_SPECIFY, specify=["late"])
    late = User.objects.create_user("late")
    assert door(listed.group, late).get().status_code == 200
    assert door(listed.group, late).post("join/").json() == {"status": "joined"}
    channels.update(actor=host, cid=listed.cid, specify=[])
    assert error_of(door(listed.group, late).get()) == (404, "not_found")


def test_a_list_of_members_lets_nobody_read_who_is_no_member(door, host, viewer):
    listed = channels.create(actor=host, title="Ours", kind=Kind.GROUP_SPECIFY, specify=["viewer"])
    assert error_of(door(listed.group, viewer).get()) == (404, "not_found")


# ---- Races ----


@pytest.mark.django_db(transaction=True)
def test_two_moderators_who_accept_at_once_let_in_one_person_once(together, quiet_club, host, staff, viewer):
    joining.join(actor=viewer, gid=quiet_club.gid)
    answers = {"gid": quiet_club.gid, "uid": "viewer", "accept": True}
    assert together([lambda by=by: joining.answer(actor=by, **answers) for by in (host, staff)]) == [None, None]
    assert quiet_club.memberships.filter(user=viewer).count() == 1


@pytest.mark.django_db(transaction=True)
def test_joining_in_two_tabs_at_once_makes_one_member(together, club, viewer):
    said = together([lambda: joining.join(actor=viewer, gid=club.gid)] * 3)
    assert sorted(said) == ["already", "already", "joined"]


@pytest.mark.django_db(transaction=True)
def test_a_place_among_fifty_moderators_is_given_once(together, club, host):
    crowd(club, 49, MemberRole.ADMIN)
    pair = [User.objects.create_user(name) for name in ("left", "right")]
    for user in pair:
        members.add(actor=host, gid=club.gid, uid=user.uid)
    name = [lambda u=u: roles.set_role(actor=host, gid=club.gid, uid=u.uid, role="admin") for u in pair]
    assert [getattr(answer, "code", "") for answer in together(name)].count("too_many_moderators") == 1
    assert club.memberships.filter(role=MemberRole.ADMIN).count() == 50


@pytest.mark.django_db(transaction=True)
def test_the_new_owner_does_not_slip_out_while_it_is_handed_over(together, club, host, viewer):
    members.add(actor=host, gid=club.gid, uid="viewer")
    together(
        [
            lambda: roles.hand_over(actor=host, gid=club.gid, uid="viewer"),
            lambda: members.quit(actor=viewer, gid=club.gid),
        ]
    )
    club.refresh_from_db()
    assert role(club, club.owner) == MemberRole.OWNER
    assert club.memberships.filter(role=MemberRole.OWNER).count() == 1
