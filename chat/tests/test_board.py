"""The whiteboard: who draws, what is kept, what everybody hears of it, and what a latecomer reads."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from chat.models import MemberRole, Membership, Stroke
from chat.services import board, messages
from core.errors import BadInput, Full, LoginRequired, NotAllowed, NotFound, TooFast
from core.guests import new_guest
from rooms.models import Kind
from rooms.services import channels

pytestmark = pytest.mark.django_db


@pytest.fixture
def gid(channel):
    return channel.group.gid


@pytest.fixture
def told(monkeypatch):
    """What the room heard of its board."""
    heard = []
    monkeypatch.setattr(messages, "say_for_house", lambda *, kind, data, **_: heard.append((kind, data)), raising=False)
    return heard


def line(count=2, **fields):
    return {"color": "ink", "width": 4, "points": [[0.1, n / max(count, 1)] for n in range(count)], **fields}


def test_im8_a_stroke_is_kept_and_told_with_its_number(gid, host, told):
    (row,) = board.draw(actor=host, gid=gid, strokes=[line(color="#FF8800", width=2.25, points=[[0, 1], [1 / 3, 0.5]])])
    shape = {"id": row.pk, "color": "#ff8800", "width": 2.2, "points": [[0, 1], [0.3333, 0.5]]}
    assert told == [("board", {"strokes": [shape]})]
    assert board.read(actor=host, gid=gid)["strokes"] == [shape]
    assert row.author == host


def test_im8_one_who_comes_late_reads_the_whole_board_in_pages(gid, host, viewer, told):
    for _ in range(21):
        board.draw(actor=host, gid=gid, strokes=[line()] * 10)
    first = board.read(actor=viewer, gid=gid)
    assert (len(first["strokes"]), first["more"], first["last"]) == (200, True, first["strokes"][-1]["id"])
    rest = board.read(actor=viewer, gid=gid, after=first["last"])
    assert (len(rest["strokes"]), rest["more"]) == (10, False)
    drawn = [stroke["id"] for _, data in told for stroke in data["strokes"]]
    assert [stroke["id"] for page in (first, rest) for stroke in page["strokes"]] == drawn
    assert board.read(actor=viewer, gid=gid, after=rest["last"]) == {
        "strokes": [],
        "first": drawn[0],
        "last": rest["last"],
        "more": False,
    }


def test_im8_a_guest_may_look_where_a_guest_may_read(gid, host, told):
    board.draw(actor=host, gid=gid, strokes=[line()])
    assert len(board.read(actor=new_guest(), gid=gid)["strokes"]) == 1


def test_im8_who_may_not_read_sees_no_board(host, stranger):
    gid = channels.create(actor=host, title="The club", kind=Kind.GROUP_PUBLIC).group.gid
    with pytest.raises(NotAllowed):
        board.read(actor=stranger, gid=gid)
    with pytest.raises(LoginRequired):
        board.read(actor=new_guest(), gid=gid)
    with pytest.raises(NotFound):
        board.read(actor=host, gid="@TGS#NOTHING")


def test_im8_owner_and_moderators_draw_and_nobody_else(channel, gid, host, viewer, stranger, told):
    Membership.objects.create(group=channel.group, user=viewer, role=MemberRole.ADMIN)
    for actor in (host, viewer):
        board.draw(actor=actor, gid=gid, strokes=[line()])
    for actor, refusal in ((stranger, NotAllowed), (new_guest(), LoginRequired)):
        with pytest.raises(refusal):
            board.draw(actor=actor, gid=gid, strokes=[line()])
        with pytest.raises(refusal):
            board.clear(actor=actor, gid=gid)
    assert len(told) == Stroke.objects.count() == 2


def test_im8_clearing_names_the_last_stroke_that_it_took_away(gid, host, told):
    row = board.draw(actor=host, gid=gid, strokes=[line(), line()])[-1]
    board.clear(actor=host, gid=gid)
    assert told[-1] == ("board", {"clear": True, "upto": row.pk})
    assert board.read(actor=host, gid=gid) == {"strokes": [], "first": None, "last": 0, "more": False}
    board.clear(actor=host, gid=gid)
    assert told[-1] == ("board", {"clear": True, "upto": 0})
    (newer,) = board.draw(actor=host, gid=gid, strokes=[line()])
    assert newer.pk > row.pk
    assert board.read(actor=host, gid=gid, after=row.pk)["first"] == newer.pk


def test_im8_each_group_has_a_board_of_its_own(gid, host, told):
    other = channels.create(actor=host, title="Another class").group.gid
    board.draw(actor=host, gid=gid, strokes=[line()])
    board.draw(actor=host, gid=other, strokes=[line()])
    board.clear(actor=host, gid=other)
    assert len(board.read(actor=host, gid=gid)["strokes"]) == 1


def test_im8_a_full_board_must_be_cleared_first(gid, host, told, monkeypatch):
    monkeypatch.setattr(board, "ROOM", 10)
    board.draw(actor=host, gid=gid, strokes=[line(4), line(4)])
    with pytest.raises(Full) as refusal:
        board.draw(actor=host, gid=gid, strokes=[line(3)])
    assert refusal.value.code == "board_full"
    board.draw(actor=host, gid=gid, strokes=[line(2)])
    board.clear(actor=host, gid=gid)
    board.draw(actor=host, gid=gid, strokes=[line(10)])
    assert len(told) == 4


def test_im8_what_nobody_was_told_is_not_kept(gid, host, monkeypatch):
    def busy(**_):
        raise TooFast("room_busy")

    monkeypatch.setattr(messages, "say_for_house", busy, raising=False)
    with pytest.raises(TooFast):
        board.draw(actor=host, gid=gid, strokes=[line()])
    assert not Stroke.objects.exists()


@pytest.mark.parametrize(
    ("strokes", "about"),
    [
        ([], "strokes"),
        ([line()] * 21, "strokes"),
        ([line(color="pink")], "color"),
        ([line(color="#12345")], "color"),
        ([line(color="#12345\n")], "color"),
        ([line(color=None)], "color"),
        ([line(color="#ff0000;}")], "color"),
        ([line(width=0)], "width"),
        ([line(width=41)], "width"),
        ([line(width=True)], "width"),
        ([line(width=float("nan"))], "width"),
        ([line(width="4")], "width"),
        ([line(1)], "points"),
        ([line(201)], "points"),
        ([line(points=[[0, 0], [0, 1.01]])], "points"),
        ([line(points=[[0, 0], [-0.01, 0]])], "points"),
        ([line(points=[[0, 0], [0, 0, 0]])], "points"),
        ([line(points=[[0, 0], [0, float("nan")]])], "points"),
        ([line(points=[[0, 0], [0, float("inf")]])], "points"),
        ([line(points=[[0, 0], [0, "1"]])], "points"),
        ([line(points=[[0, 0], "01"])], "points"),
        ([line(points="0011")], "points"),
        ([{}], "color"),
        ([line(), line(width=99)], "width"),
    ],
)
def test_im8_what_is_no_stroke_is_refused_whole(gid, host, told, strokes, about):
    with pytest.raises(BadInput) as refusal:
        board.draw(actor=host, gid=gid, strokes=strokes)
    assert (refusal.value.code, refusal.value.detail["about"]) == ("bad_stroke", about)
    assert not told
    assert not Stroke.objects.exists()


NUMBER = st.floats(0, 1)
POINTS = st.lists(st.tuples(NUMBER, NUMBER).map(list), min_size=2, max_size=20)
STROKES = st.builds(
    lambda color, width, points: {"color": color, "width": width, "points": points},
    st.sampled_from(board.PENS) | st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True),
    st.floats(1, board.WIDEST) | st.integers(1, board.WIDEST),
    POINTS,
)
ACTS = st.lists(st.lists(STROKES, min_size=1, max_size=4) | st.none(), max_size=8)  # None clears


@given(ACTS)
@rules(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_im8_who_was_here_and_who_comes_late_see_the_same(gid, host, told, acts):
    told.clear()
    Stroke.objects.all().delete()
    for strokes in acts:
        board.clear(actor=host, gid=gid) if strokes is None else board.draw(actor=host, gid=gid, strokes=strokes)
    seen = {}
    for _, data in told:
        seen = {number: stroke for number, stroke in seen.items() if number > data.get("upto", 0)}
        seen.update({stroke["id"]: stroke for stroke in data.get("strokes", [])})
    assert board.read(actor=host, gid=gid)["strokes"] == list(seen.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {}, optional={"color": JSON | st.just("ink"), "width": JSON | st.just(3), "points": JSON}
)


@given(st.lists(NEARLY, max_size=3))
@rules(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_im8_nonsense_is_a_refusal_and_never_a_fault(gid, host, told, strokes):
    with suppress(BadInput):
        board.draw(actor=host, gid=gid, strokes=strokes)
