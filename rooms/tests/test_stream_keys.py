"""The key with which an encoder goes on the air: who makes it, whom it opens to, and what else is asked."""

import pytest
from django.core.cache import cache
from django.db import connection

from core.errors import LoginRequired, NotAllowed, NotFound, TooFast
from core.models import AuditRow, User
from rooms.models import Channel, Kind, Origin, Role, Source, Stay, StreamKey
from rooms.services import bans, channels, control, handover, stays, stream_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(channel, host) -> str:
    return stream_keys.rotate(actor=host, cid=channel.cid)[1]


def opens(key: str, channel: Channel, address: str = "192.0.2.7") -> Channel:
    return stream_keys.opens(key=key, cid=channel.cid, address=address)


def test_it_is_shown_once_and_only_its_hash_is_kept(api, host, channel):
    there = f"/api/v1/channels/{channel.cid}/stream-key/"
    assert api(host).get(there).json()["prefix"] is None
    made = api(host).post(there)
    assert made.status_code == 201
    key, url = made.json()["key"], made.json()["whip_url"]
    assert url == f"http://testserver/whip/{channel.cid}"
    shown = api(host).get(there).json()
    assert key.startswith(f"fs_{shown['prefix']}_")
    assert shown.keys() == {"whip_url", "prefix", "created_at", "used_at"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT prefix, digest FROM rooms_streamkey")
        assert not any(key in field or key.rsplit("_", 1)[1] in field for field in cursor.fetchone())
    assert opens(key, channel) == channel


def test_a_new_key_takes_the_place_of_the_old_one_and_none_is_left_after_it_is_revoked(api, host, channel, key):
    there = f"/api/v1/channels/{channel.cid}/stream-key/"
    newer = api(host).post(there).json()["key"]
    with pytest.raises(LoginRequired, match="bad_stream_key"):
        opens(key, channel)
    assert opens(newer, channel) == channel
    assert StreamKey.objects.count() == 1
    assert [api(host).delete(there).status_code for _ in range(2)] == [204, 204]
    with pytest.raises(LoginRequired):
        opens(newer, channel)


def test_nobody_but_the_host_and_staff_makes_or_sees_one_and_what_staff_did_leaves_a_row(api, channel, viewer, staff):
    there = f"/api/v1/channels/{channel.cid}/stream-key/"
    for verb in ("get", "post", "delete"):
        assert getattr(api(viewer), verb)(there).status_code == 403
    assert api(staff).post(there).status_code == 201
    row = AuditRow.objects.get()
    assert (row.verb, row.who) == ("rotate_stream_key", staff)
    assert "fs_" not in f"{row.asked}{row.before}{row.after}"


def test_without_a_good_key_nobody_learns_which_channels_there_are(channel, key, host, stranger):
    secret = channels.create(actor=stranger, title="Secret", kind=Kind.LOGIN_SPECIFY, specify=["stranger"])
    nowhere = Channel(cid="nowhere")
    for cid in (channel, secret, nowhere):
        for wrong in ("", "fs_", "fs_12345678_wrong", key[:-1], key + "x", "\N{SNOWMAN}"):
            with pytest.raises(LoginRequired, match="bad_stream_key"):
                opens(wrong, cid)
    for cid in (secret, nowhere):
        with pytest.raises(NotFound):
            opens(key, cid)
    open_to_all = channels.create(actor=stranger, title="Another")
    with pytest.raises(LoginRequired, match="bad_stream_key"):
        opens(key, open_to_all)


def test_who_tries_many_wrong_keys_is_told_to_wait_and_a_good_one_still_opens(channel, key):
    cache.delete_pattern("*")
    for _ in range(stream_keys.MOST_WRONG):
        with pytest.raises(LoginRequired):
            opens("fs_12345678_wrong", channel)
    with pytest.raises(TooFast):
        opens("fs_12345678_wrong", channel)
    with pytest.raises(LoginRequired):
        opens("fs_12345678_wrong", channel, address="192.0.2.8")
    assert opens(key, channel) == channel


def closed(channel, host, staff):
    channels.close(actor=host, cid=channel.cid)


def frozen(channel, host, staff):
    control.freeze(actor=staff, cid=channel.cid, reason="why")


def pulled(channel, host, staff):
    Channel.objects.filter(pk=channel.pk).update(source=Source.PROXY)


def banned(channel, host, staff):
    bans.add(actor=staff, cid=channel.cid, uid=host.uid, forever=True)


def switched_off(channel, host, staff):
    User.objects.filter(pk=host.pk).update(is_active=False)


REFUSED = [
    (closed, "channel_closed"),
    (frozen, "show_frozen"),
    (pulled, "channel_is_pulled"),
    (banned, "banned_here"),
    (switched_off, "signed_off"),
]


@pytest.mark.parametrize(("happened", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_good_key_puts_nobody_on_the_air(happened, code, channel, host, staff, key):
    stream_keys.require_air(opens(key, channel))
    happened(channel, host, staff)
    with pytest.raises(NotAllowed, match=code):
        stream_keys.require_air(opens(key, channel))


def test_a_deleted_channel_is_not_there_any_more(channel, host, key):
    channels.delete(actor=host, cid=channel.cid)
    with pytest.raises(NotFound):
        opens(key, channel)


def test_the_old_hosts_key_opens_nothing_for_the_new_one(channel, key, staff, viewer):
    handover.transfer(actor=staff, cid=channel.cid, uid=viewer.uid)
    with pytest.raises(LoginRequired):
        opens(key, channel)


def encoder(channel, host) -> Stay:
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="whip", origin=Origin.WHIP)
    return stays.arrive(sid=stay.sid, connection="whip")


def test_a_change_of_the_key_cuts_off_an_encoder_and_no_browser(channel, host, key):
    mine = encoder(channel, host)
    stream_keys.revoke(actor=host, cid=channel.cid)
    mine.refresh_from_db()
    assert (mine.state, mine.end_reason) == ("ended", "key_changed")
    stream_keys.rotate(actor=host, cid=channel.cid)
    tab = stays.go_on_air(actor=host, cid=channel.cid, connection="tab")
    stream_keys.rotate(actor=host, cid=channel.cid)
    tab.refresh_from_db()
    assert tab.state == "joining"


def test_an_encoder_that_says_goodbye_ends_the_show_for_its_guests_too(channel, host, viewer):
    encoder(channel, host)
    channels.set_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    guest = stays.go_on_air(actor=viewer, cid=channel.cid, connection="guest", flows=True)
    stays.leave(actor=host, cid=channel.cid, role=Role.UPLOADER, connection="whip")
    guest.refresh_from_db()
    assert guest.end_reason == "show_ended"


def test_its_use_is_noted_to_the_minute(channel, key, later, django_assert_num_queries):
    def used():
        return StreamKey.objects.get().used_at

    stream_keys.note_use(channel)
    first = used()
    stream_keys.note_use(channel)
    assert used() == first
    later(seconds=61)
    stream_keys.note_use(channel)
    assert used() > first
