"""What rooms, chat and money show on the first page of staff."""

import pytest
from django.test import Client

from billing import revenue
from billing.ledger import BANK, INCOME, house, transfer
from billing.models import Minute, Outcome, TransferKind
from billing.services import refunds
from chat.models import Message
from core import clock
from core.tasks import keep_series
from core.tests.staff import queries_for
from rooms.services import channels, stays
from rooms.templatetags.shows import scene, still
from rooms.tests.test_admin import on_air

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def shown(desk: Client) -> dict[str, object]:
    return {str(figure.label): figure for figure in desk.get("/admin/now/").context["figures"]}


def test_it_counts_rooms_viewers_and_who_is_on_the_air(desk, channel, viewer):
    on_air(channel)
    stays.join(actor=viewer, cid=channel.cid, connection="v")
    figures = shown(desk)
    assert [figures[name].value for name in ("Live rooms", "Viewers", "On the air")] == [1, 1, 1]


def test_an_emergency_is_two_taps_away(desk, channel):
    """Stop a show, mute a room, ban a host: a tap on the first page, and one on the form that asks why."""
    on_air(channel)
    page = desk.get("/admin/").content.decode()
    for act in (
        f"/admin/rooms/channel/{channel.pk}/stop/",
        f"/admin/chat/group/{channel.group_id}/mute_all/",
        f"/admin/core/user/{channel.owner_id}/ban/",
    ):
        assert f'href="{act}?next=/admin/"' in page
        assert desk.get(f"{act}?next=/admin/").context["form"]
        form = {"reason": "now", "seconds": "600", "privileges": ["join_channel"]}
        assert desk.post(f"{act}?next=/admin/", form).url == "/admin/"
    channel.group.refresh_from_db()
    assert channel.group.muted_all


def test_it_tells_messages_a_second_over_the_last_minute(desk, channel, viewer):
    now = clock.now()
    facts = {"group": channel.group, "sender": viewer, "kind": "text", "payload": {"text": "a"}, "created_at": now}
    Message.objects.bulk_create([Message(**facts) for _ in range(90)])
    assert shown(desk)["Messages a second"].value == "1.5"


def test_it_tells_what_was_earned_today_less_what_was_given_back(desk, viewer, staff):
    bank, income = house(BANK), house(INCOME)
    rows = [
        transfer(key=f"k{n}", source=bank, target=income, amount=amount, kind=kind)
        for n, (amount, kind) in enumerate(((30, TransferKind.GIFT), (12, TransferKind.PLAY)))
    ]
    refunds.refund(actor=staff, row=rows[1], reason="a mistake")
    figure = shown(desk)["Coins earned today"]
    assert figure.value == 30
    assert dict(figure.parts)[TransferKind.GIFT.label] == 30
    now = clock.now()
    assert revenue.between(revenue.midnight(now), now) == 30


def test_it_tells_minutes_that_were_waived(desk):
    now = clock.now()
    facts = {"kind": "play", "outcome": Outcome.WAIVED, "began_at": now, "created_at": now}
    Minute.objects.bulk_create([Minute(key=f"play:s:{n}", **facts) for n in range(3)])
    assert shown(desk)["Minutes waived today"].value == 3


def test_every_series_of_the_house_can_be_counted(db, settings):
    assert keep_series() == len(settings.SERIES)


def test_a_room_shows_its_cover_until_somebody_takes_pictures_of_it(channel, settings):
    assert still(channel) == scene(channel)
    settings.PORTS = {**settings.PORTS, "thumbnail": ["rooms.tests.test_dashboard.picture"]}
    assert still(channel) == f"/thumbs/{channel.cid}.jpg"


def picture(*, channel) -> str:
    return f"/thumbs/{channel.cid}.jpg"


def test_the_first_page_asks_as_often_for_six_rooms_as_for_two(desk, host):

    def make(number: int) -> None:
        for _ in range(number):
            on_air(channels.create(actor=host, title="A show"))

    make(2)
    desk.get("/admin/")
    few = queries_for(desk, "/admin/")
    make(4)
    assert queries_for(desk, "/admin/") == few
