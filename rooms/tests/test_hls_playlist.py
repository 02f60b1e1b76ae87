"""Playlists of shows that broke and went on: what a player is told stays true while segments come and go."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import folders
from rooms.hls import files, playlist
from rooms.hls.playlist import Segment
from rooms.tests.written import a_list, write_run


def run_of(number: int, numbers) -> list[Segment]:
    return [Segment(n, 2.0, number) for n in numbers]


def plain(run: int, file: str) -> str:
    return f"{run}/{file}"


def told(text: str) -> dict[int, tuple[int, str, str]]:
    """As a player reads it: media sequence -> (discontinuity sequence, address, address of its init)."""
    number = breaks = 0
    found, init = {}, ""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "#EXT-X-MEDIA-SEQUENCE":
            number = int(value)
        elif name == "#EXT-X-DISCONTINUITY-SEQUENCE":
            breaks = int(value)
        elif name == "#EXT-X-DISCONTINUITY":
            breaks += 1
        elif name == "#EXT-X-MAP":
            init = value.removeprefix('URI="').rstrip('"')
        elif line and not line.startswith("#"):
            found[number] = (breaks, line, init)
            number += 1
    return found


def test_several_runs_are_one_playlist_with_a_break_and_an_init_of_their_own():
    segments = playlist.window([run_of(2, [3, 4]), run_of(1, [1, 2])])
    text = playlist.compose(segments, plain)
    assert text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-DISCONTINUITY-SEQUENCE:1",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="1/init.mp4"',
        "#EXTINF:2.000000,",
        "1/1.m4s",
        "#EXTINF:2.000000,",
        "1/2.m4s",
        "#EXT-X-DISCONTINUITY",
        '#EXT-X-MAP:URI="2/init.mp4"',
        "#EXTINF:2.000000,",
        "2/3.m4s",
        "#EXTINF:2.000000,",
        "2/4.m4s",
    ]


def test_a_show_that_is_over_says_so_and_one_that_runs_does_not():
    segments = run_of(1, [7, 8])
    assert playlist.compose(segments, plain, over=True).endswith("1/8.m4s\n#EXT-X-ENDLIST\n")
    assert "ENDLIST" not in playlist.compose(segments, plain)


@pytest.mark.parametrize(
    ("lengths", "bound"), [((2.0, 4.5), 5), ((2.0, 4.4), 4), ((1.98, 2.04, 2.033), 2), ((0.3,), 1)]
)
def test_the_longest_segment_when_rounded_bounds_them_all(lengths, bound):
    segments = [Segment(number, seconds, 1) for number, seconds in enumerate(lengths, 1)]
    assert f"#EXT-X-TARGETDURATION:{bound}\n" in playlist.compose(segments, plain)


def test_of_a_list_that_is_half_written_the_whole_segments_are_read():
    text = a_list([5, 6, 7])
    for cut in range(len(text)):
        found = playlist.read(text[:cut], 1)
        assert [one.number for one in found] == [5, 6, 7][: len(found)]
    assert [one.number for one in playlist.read(text, 1)] == [5, 6, 7]


def test_when_a_segment_was_recorded_is_handed_on():
    text = "#EXTM3U\n#EXTINF:2.0,\n#EXT-X-PROGRAM-DATE-TIME:2026-11-22T01:00:00.000+0000\n1.m4s\n#EXTINF:2.0,\n2.m4s\n"
    first, second = playlist.read(text, 1)
    assert (first.at, second.at) == ("2026-11-22T01:00:00.000+0000", "")
    assert "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T01:00:00.000+0000\n#EXTINF" in playlist.compose([first, second], plain)


@given(st.text(alphabet="#EXTINF:2.0,\n19.m4s-MAP", max_size=300))
def test_whatever_stands_in_a_list_is_read_without_an_error(text):
    for segment in playlist.read(text, 1):
        assert segment.seconds >= 0


def test_where_two_runs_have_the_same_number_it_is_the_newer_ones():
    segments = playlist.window([run_of(2, [4, 5]), run_of(1, [1, 2, 3, 4])])
    assert [(one.run, one.number) for one in segments] == [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5)]


def test_nothing_from_before_a_gap_is_listed():
    segments = playlist.window([run_of(2, [7, 8]), run_of(1, [3, 4, 5])])
    assert [one.number for one in segments] == [7, 8]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(1, 8))
def test_a_segment_keeps_its_place_and_its_break_while_the_window_moves(lengths, most):
    """Runs of these lengths, some of them empty, as they come to be one segment after the other."""
    runs: list[list[Segment]] = []
    known: dict[int, tuple] = {}
    number = 0
    for run, length in enumerate(lengths, 1):
        runs.insert(0, [])
        for _ in range(length):
            runs[0].append(Segment(number, 2.0, run))
            number += 1
            found = told(playlist.compose(playlist.window(runs, most), plain))
            assert list(found) == list(range(max(0, number - most), number))
            for at, facts in found.items():
                assert known.setdefault(at, facts) == facts
                assert facts[1].endswith(f"/{at}.m4s")
                assert facts[1].split("/")[0] == facts[2].split("/")[0]


@pytest.fixture
def show(settings, tmp_path):
    settings.HLS_ROOT = tmp_path
    return folders.of_show("suite", 1)


def numbers() -> list[int]:
    return [one.number for one in files.segments("suite", 1)]


def test_there_is_nothing_before_the_first_run_has_written(show):
    assert numbers() == []
    (show / "1").mkdir(parents=True)
    (show / "thumb").mkdir()
    assert numbers() == []
    write_run(show, 1, [])
    assert numbers() == []


def test_an_empty_run_after_a_full_one_takes_nothing_away(show):
    write_run(show, 1, [0, 1])
    (show / "2").mkdir()
    assert numbers() == [0, 1]
    write_run(show, 3, [2])
    assert [(one.run, one.number, one.size) for one in files.segments("suite", 1)] == [
        (1, 0, 1000),
        (1, 1, 1000),
        (3, 2, 1000),
    ]


def test_a_run_without_its_init_cannot_be_played(show):
    (write_run(show, 1, [0, 1]) / "init.mp4").unlink()
    assert numbers() == []


def test_what_the_writer_deleted_is_not_listed(show):
    folder = write_run(show, 1, [0, 1, 2])
    (folder / "0.m4s").unlink()
    assert numbers() == [1, 2]


def test_while_a_list_is_being_written_the_one_before_counts(show):
    folder = write_run(show, 1, [0, 1, 2])
    assert numbers() == [0, 1, 2]
    (folder / "live.m3u8").write_text(a_list([1, 2, 3])[:-25])
    assert numbers() == [0, 1, 2]
    write_run(show, 1, [1, 2, 3])
    assert numbers() == [1, 2, 3]


def test_a_list_is_read_again_only_when_it_changed(show, monkeypatch):
    folder = write_run(show, 1, [0, 1])
    assert numbers() == [0, 1]
    reads = []
    monkeypatch.setattr(playlist, "read", lambda text, run: reads.append(run) or [])
    assert numbers() == [0, 1]
    assert reads == []
    os.utime(folder / "live.m3u8", ns=(1, 1))
    numbers()
    assert reads == [1]
