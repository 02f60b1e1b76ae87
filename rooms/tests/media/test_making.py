"""What ffmpeg is told, and whether a segment still fits its run. Nothing is run here."""

from pathlib import Path

import pytest

from rooms.media import making, picture
from rooms.media.janus import Engine
from rooms.media.making import Hls, Input

RUN, PAGE, THUMB = Path("/hls/c/7/1"), Path("/hls/c/in.sdp"), Path("/hls/c/thumb.jpg")
HOST = "10.0.0.7"
H264, VP8 = Input(HOST, video=5000, codec="h264", audio=5002), Input(HOST, video=5000, codec="vp8", audio=5002)
SOUND = Input(HOST, video=0, codec="", audio=5002)


def words(given: Input, **outputs: object) -> str:
    return " ".join(making.arguments(given, PAGE, **outputs))


def test_the_description_has_a_line_for_what_arrives_and_none_for_what_does_not():
    assert "m=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 5002 RTP/AVP 111\n" in making.sdp(H264)
    assert "c=IN IP4 10.0.0.7\n" in making.sdp(H264)
    assert "m=video" not in making.sdp(SOUND)
    assert "VP8/90000" in making.sdp(VP8)


def test_h264_is_copied_and_only_its_key_frames_are_decoded():
    told = words(H264, hls=Hls(RUN, 1, False), thumb=THUMB)
    assert "-c:v copy" in told
    assert "-skip_frame nokey" in told
    assert "libx264" not in told


def test_vp8_is_encoded_anew_within_bounds_and_so_decoded_whole():
    told = words(VP8, hls=Hls(RUN, 1, False), thumb=THUMB)
    assert "libx264" in told
    assert "-maxrate 2500000" in told
    assert "-skip_frame" not in told


def test_for_pictures_alone_nothing_but_key_frames_is_decoded_whatever_the_codec():
    for given in (H264, VP8):
        told = words(given, thumb=THUMB)
        assert "-skip_frame nokey" in told
        assert "hls" not in told.replace("/hls/", "")


def test_sound_alone_has_no_picture_and_no_thumbnail():
    told = words(SOUND, hls=Hls(RUN, 1, False), thumb=THUMB)
    assert "0:v" not in told
    assert str(THUMB) not in told


def test_segments_are_counted_on_and_kept_only_for_a_recording():
    assert "-start_number 31" in words(H264, hls=Hls(RUN, 31, False))
    assert "delete_segments" in words(H264, hls=Hls(RUN, 31, False))
    assert "delete_segments" not in words(H264, hls=Hls(RUN, 31, True))


def init(sps: bytes) -> bytes:
    record = b"\x01\x42\xe0\x1f\xff\xe1" + len(sps).to_bytes(2, "big") + sps
    return b"....moov....avcC" + record


def unit(kind: int, body: bytes) -> bytes:
    data = bytes([kind]) + body
    return len(data).to_bytes(4, "big") + data


def segment(sps: bytes) -> bytes:
    return b"....moof....mdat" + unit(9, b"\xf0") + unit(0x67, sps[1:]) + unit(0x68, b"pps") + unit(0x65, b"x" * 9000)


@pytest.mark.parametrize(("now", "changed"), [(b"\x67small", False), (b"\x67large", True)])
def test_another_size_is_told_by_the_parameter_set_of_the_segment(tmp_path, now, changed):
    (tmp_path / "init.mp4").write_bytes(init(b"\x67small"))
    (tmp_path / "1.m4s").write_bytes(segment(now))
    assert picture.changed(tmp_path / "init.mp4", tmp_path / "1.m4s") is changed


@pytest.mark.parametrize("odd", [b"", b"mdat", b"....mdat\x00\x00\x00\x00", b"....mdat\xff\xff\xff\xff\x67", b"avcC"])
def test_what_cannot_be_read_changes_nothing(tmp_path, odd):
    (tmp_path / "init.mp4").write_bytes(init(b"\x67small"))
    (tmp_path / "1.m4s").write_bytes(odd)
    assert not picture.changed(tmp_path / "init.mp4", tmp_path / "1.m4s")
    assert not picture.changed(tmp_path / "1.m4s", tmp_path / "init.mp4")
    assert not picture.changed(tmp_path / "gone", tmp_path / "1.m4s")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:8188", "ws://localhost:8188", "ws://nowhere.invalid:8188"])
def test_rtp_comes_to_the_address_from_which_the_engine_is_reached(url):
    assert Engine(url, api_secret="", admin_key="").here == "127.0.0.1"
    assert Engine(url, api_secret="", admin_key="", here="10.0.0.7").here == "10.0.0.7"
