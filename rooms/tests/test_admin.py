import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from core.actors import Guest
from core.models import AuditRow, Event, User
from core.refusals import WORDS
from core.tests.staff import fields, queries_for, refused
from rooms.flows import CHANNEL, ChannelState, StayState
from rooms.models import Channel, Kind, Role, Stay, UploadGrant
from rooms.services import channels, stays

CHANNELS = "/admin/rooms/channel/"
ACTS = ("stop", "close", "reopen", "delete")


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def on_air(channel: Channel) -> Stay:
    stay = stays.go_on_air(actor=channel.owner, cid=channel.cid, connection="a tab")
    return stays.arrive(sid=stay.sid, connection="a tab")


def tick(desk: Client, act: str, *rows: Channel, reason: str | None = "rule 4"):
    sent = {"action": act, "_selected_action": [row.pk for row in rows]}
    return desk.post(CHANNELS, sent if reason is None else {**sent, "reason": reason}, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def state(channel: Channel) -> str:
    channel.refresh_from_db()
    return channel.state


def test_it_asks_for_a_reason_before_anything_happens(desk, channel):
    answer = tick(desk, "close", channel, reason=None)
    assert "Reason" in answer.content.decode()
    assert str(channel) in answer.content.decode()
    assert tick(desk, "close", channel, reason="  ").context["form"].errors
    assert state(channel) == ChannelState.IDLE


def test_it_never_acts_on_a_link(desk, channel):
    assert desk.get(f"{CHANNELS}{channel.pk}/close/", {"reason": "a trap"}).status_code == 200
    assert state(channel) == ChannelState.IDLE


def test_it_closes_a_channel_through_the_service_and_writes_who_whom_and_why(desk, channel, staff):
    stay = on_air(channel)
    assert said(tick(desk, "close", channel)) == ["Close: 1 done."]
    assert state(channel) == ChannelState.CLOSED
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "channel_closed")
    entry = AuditRow.objects.get()
    assert (entry.who, entry.key, entry.verb, entry.reason) == (staff, str(channel.pk), "close", "rule 4")


def test_it_does_what_can_be_done_and_names_what_cannot(desk, channel, host):
    closed = channels.create(actor=host, title="Shut already")
    channels.close(actor=host, cid=closed.cid)
    assert said(tick(desk, "close", channel, closed)) == [
        f"{closed}: That is not possible in the present state.",
        "Close: 1 done.",
    ]
    assert AuditRow.objects.count() == 1


@pytest.mark.parametrize("now", sorted(CHANNEL.states))
def test_it_offers_on_a_page_exactly_the_acts_that_the_flow_allows(desk, channel, now):
    Channel.objects.filter(pk=channel.pk).update(state=now)
    shown = desk.get(f"{CHANNELS}{channel.pk}/change/").context["actions_detail"]
    flat = [act for group in shown for act in group.get("items", [group])]
    offered = [act["path"].split("/")[-2] for act in flat]
    assert [act for act in offered if act in ACTS] == [act for act in ACTS if CHANNEL.allows(now, act)]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("now", sorted(CHANNEL.states))
def test_it_refuses_exactly_the_acts_that_the_flow_does_not_allow(desk, channel, now, act):
    if now in (ChannelState.LIVE, ChannelState.LOST, ChannelState.AWAY):
        on_air(channel)
    Channel.objects.filter(pk=channel.pk).update(state=now)
    answer = desk.post(f"{CHANNELS}{channel.pk}/{act}/", {"reason": "rule 4"}, follow=True)
    allowed = CHANNEL.allows(now, act)
    assert [f"{channel}:" in line for line in said(answer)] == [not allowed]
    assert state(channel) == (CHANNEL.moves[act].target if allowed else now)
    assert AuditRow.objects.exists() is allowed


def test_it_stops_a_show_and_leaves_the_channel_open(desk, channel):
    on_air(channel)
    answer = desk.post(f"{CHANNELS}{channel.pk}/stop/", {"reason": "smoke"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{CHANNELS}{channel.pk}/change/"
    assert state(channel) == ChannelState.IDLE
    assert not Stay.objects.filter(role=Role.UPLOADER, state=StayState.UP).exists()


def test_it_deletes_softly_and_in_no_other_way(desk, channel):
    tick(desk, "delete", channel)
    assert state(channel) == ChannelState.DELETED
    assert tick(desk, "delete_selected", channel).status_code == 200
    assert desk.post(f"{CHANNELS}{channel.pk}/delete/", {"post": "yes"}).status_code == 200
    assert Channel.objects.filter(pk=channel.pk).exists()
    page = f"{CHANNELS}{channel.pk}/change/"
    assert "adminform" in desk.get(page).context
    assert desk.post(page, {"title": "Back again"}).status_code == 403


def test_it_edits_through_the_service_so_that_everybody_is_told(desk, channel):
    page = f"{CHANNELS}{channel.pk}/change/"
    before = Event.objects.count()
    desk.post(page, fields(desk.get(page), title="  The   second suite ", max_people=9, state="live"))
    channel.refresh_from_db()
    assert (channel.title, channel.max_people, channel.state) == ("The second suite", 9, ChannelState.IDLE)
    assert channel.version == 2
    assert Event.objects.count() == before + 1


def test_it_shows_a_refusal_on_the_form_and_keeps_what_was_typed(desk, channel):
    page = f"{CHANNELS}{channel.pk}/change/"
    answer = desk.post(page, fields(desk.get(page), title="The third suite", kind=Kind.GROUP_PUBLIC))
    assert answer.status_code == 200
    assert refused(answer) == [WORDS["kind_is_fixed"]]
    assert 'value="The third suite"' in answer.content.decode()
    channel.refresh_from_db()
    assert channel.title == "The first suite"


def test_it_gives_and_takes_the_right_to_go_on_the_air(desk, channel, viewer):
    desk.post("/admin/rooms/uploadgrant/add/", {"channel": channel.pk, "user": viewer.pk})
    grant = UploadGrant.objects.get(channel=channel, user=viewer)
    stay = stays.go_on_air(actor=viewer, cid=channel.cid, connection="a tab")
    desk.post(f"/admin/rooms/uploadgrant/{grant.pk}/unset/", {"reason": "sold a phone"})
    assert not UploadGrant.objects.exists()
    stay.refresh_from_db()
    assert stay.end_reason == "right_taken"


def test_it_does_not_give_the_right_to_a_namesake_from_another_realm(desk, channel, viewer):
    namesake = User.objects.create_user("app:viewer", realm="app", uid="viewer")
    answer = desk.post("/admin/rooms/uploadgrant/add/", {"channel": channel.pk, "user": namesake.pk})
    assert refused(answer) == [WORDS["unknown_user"] % {"uid": "viewer"}]
    assert not UploadGrant.objects.exists()


def test_it_gives_no_right_to_somebody_who_may_not_watch(desk, host, viewer):
    private = channels.create(actor=host, title="For two", kind=Kind.LOGIN_SPECIFY, specify=["stranger"])
    answer = desk.post("/admin/rooms/uploadgrant/add/", {"channel": private.pk, "user": viewer.pk})
    assert refused(answer) == [WORDS["may_not_watch"] % {"uid": "viewer"}]


def test_it_ends_a_stay_once(desk, channel, viewer):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="a tab")
    page = f"/admin/rooms/stay/{stay.pk}/"
    desk.post(page + "end/", {"reason": "shouting"})
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "removed")
    assert desk.get(page + "change/").context["actions_detail"] == []
    answer = desk.post(page + "end/", {"reason": "again"}, follow=True)
    assert said(answer) == [f"{stay}: That is not possible in the present state."]
    assert desk.post(page + "change/", {"state": "up"}).status_code == 403


def test_it_lets_only_those_act_who_may_change_the_rows(client, channel):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_channel"))
    client.force_login(reader)
    page = client.get(f"{CHANNELS}{channel.pk}/change/")
    assert page.status_code == 200
    assert page.context["actions_detail"] == []
    assert client.post(f"{CHANNELS}{channel.pk}/close/", {"reason": "why not"}).status_code == 403
    tick(client, "close", channel)
    assert state(channel) == ChannelState.IDLE


def test_it_names_people_and_guests_alike(desk, channel, viewer):
    stays.join(actor=viewer, cid=channel.cid, connection="a")
    stays.join(actor=Guest(key="abcdef" + "0" * 26), cid=channel.cid, connection="b")
    page = desk.get("/admin/rooms/stay/").content.decode()
    assert "Viewer" in page
    assert "guest abcdef" in page


def test_it_counts_viewers_in_the_list(desk, channel, viewer):
    stays.join(actor=viewer, cid=channel.cid, connection="a")
    (row,) = desk.get(CHANNELS, {"q": channel.cid}).context["cl"].result_list
    assert row.watching == 1


def test_it_asks_as_often_for_thirty_rows_as_for_three(desk, host):
    def make(rows: range) -> None:
        for number in rows:
            person = User.objects.create_user(f"person{number}")
            channel = channels.create(actor=person, title=f"show {number}")
            channels.set_uploader(actor=person, cid=channel.cid, uid=host.uid)
            on_air(channel)

    pages = [f"/admin/rooms/{model}/" for model in ("channel", "stay", "broadcast", "uploadgrant")]
    make(range(3))
    few = [queries_for(desk, page) for page in pages]
    make(range(3, 30))
    assert [queries_for(desk, page) for page in pages] == few
