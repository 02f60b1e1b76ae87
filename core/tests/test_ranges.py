"""Parts of a file, as a player asks for them."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import RequestFactory

from core import ranges

FILM = bytes(range(256)) * 40
CHANGED = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)


def ask(**headers: str):
    file = BytesIO(FILM)
    request = RequestFactory().get("/", headers=headers)
    response = ranges.answer(request, file, size=len(FILM), changed=CHANGED, content_type="video/mp4")
    return response, b"".join(response) if response.streaming else response.content, file


def test_without_a_wish_it_is_sent_whole_and_says_that_parts_are_to_be_had():
    response, body, file = ask()
    assert (response.status_code, body, file.closed) == (200, FILM, True)
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Length"] == str(len(FILM))
    assert "Content-Range" not in response


@pytest.mark.parametrize(
    ("wish", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-299", 100, 299),
        ("bytes=10000-", 10000, len(FILM) - 1),
        ("bytes=-240", len(FILM) - 240, len(FILM) - 1),
        ("bytes=-999999", 0, len(FILM) - 1),
        ("bytes=5-999999", 5, len(FILM) - 1),
    ],
)
def test_a_part_is_sent_as_one(wish, first, last):
    response, body, file = ask(range=wish)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(FILM)}"
    assert body == FILM[first : last + 1]
    assert response["Content-Length"] == str(len(body))
    assert file.closed


@pytest.mark.parametrize("wish", [f"bytes={len(FILM)}-", "bytes=900-800", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(wish):
    response, _, file = ask(range=wish)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(FILM)}"
    assert file.closed


@pytest.mark.parametrize("wish", ["bytes=-", "lines=1-2", "bytes=1-2,5-6", "bytes=a-b", "nonsense", "bytes=٣-٤"])
def test_what_is_no_one_part_is_answered_whole(wish):
    response, body, _ = ask(range=wish)
    assert (response.status_code, body) == (200, FILM)


def test_whoever_has_a_part_of_another_film_is_sent_this_one_whole():
    tag, date = ask()[0]["ETag"], ask()[0]["Last-Modified"]
    for known in (tag, date):
        assert ask(range="bytes=5-9", **{"if-range": known})[0].status_code == 206
    for other in ('"other"', "Thu, 01 Jan 2026 00:00:00 GMT", "nonsense"):
        assert ask(range="bytes=5-9", **{"if-range": other})[0].status_code == 200


def test_an_open_end_is_answered_with_a_piece_at_a_time(monkeypatch):
    monkeypatch.setattr(ranges, "MOST", 1000)
    response, body, _ = ask(range="bytes=500-")
    assert response["Content-Range"] == f"bytes 500-1499/{len(FILM)}"
    assert body == FILM[500:1500]
