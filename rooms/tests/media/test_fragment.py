"""Fragments by which an encoder adds candidates or begins ICE anew."""

from pathlib import Path

import pytest

from rooms.media import fragment
from rooms.media.candidate import BadSDP, check_candidate
from rooms.media.sdp import check_offer, same_connection

FOLDER = Path(__file__).parent / "descriptions"
OFFERS = ["aiortc_offer", "chromium_offer", "encoder_offer"]
FRESH = fragment.Fragment("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1")
TRICKLED = """a=ice-ufrag:EsAw\r
a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r
m=audio 9 RTP/AVP 0\r
a=mid:first\r
a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r
a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0 ufrag EsAw network-id 1\r
m=video 9 RTP/AVP 0\r
a=candidate:3471623853 1 udp 2122194687 198.51.100.1 61765 typ host\r
a=end-of-candidates\r
"""


def test_it_reads_candidates_with_their_places_and_the_credentials():
    found = fragment.read(TRICKLED)
    assert (found.ufrag, found.pwd) == ("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1")
    places = [{k: v for k, v in one.items() if k != "candidate"} for one in found.candidates[:-1]]
    assert places == [{"sdpMid": "first"}, {"sdpMid": "first"}, {"sdpMLineIndex": 1}]
    assert found.candidates[-1] is None
    assert all(check_candidate(one) for one in found.candidates[:-1])


def test_credentials_or_candidates_may_stand_alone():
    assert fragment.read("a=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\n") == FRESH
    assert fragment.read("a=end-of-candidates") == fragment.Fragment(candidates=[None])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r\n\r\n",
        "nonsense",
        "a=x\x00y",
        "a=" + "x" * 500,
        "a=mid:0\n" * 200,
        "a=ice-ufrag:EsAw\n",
        "a=ice-ufrag:EsAw\na=ice-pwd:short\n",
        "a=ice-ufrag:EsAw\na=ice-ufrag:Other\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\n",
    ],
)
def test_what_is_no_fragment_is_refused(text):
    with pytest.raises(BadSDP):
        fragment.read(text)


@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_begun_anew_is_one_of_the_same_connection(name):
    offer = (FOLDER / f"{name}.sdp").read_text()
    anew = fragment.begun_anew(offer, FRESH)
    check_offer(anew)
    assert same_connection(offer, anew)
    assert fragment.ufrag_of(anew) == "EsAw" != fragment.ufrag_of(offer)
    assert fragment.ufrag_of(offer) not in anew
    assert "a=candidate:" not in anew


def test_an_answer_is_told_as_a_fragment_that_reads_again():
    answer = (FOLDER / "aiortc_answer.sdp").read_text()
    found = fragment.read(fragment.of_answer(answer))
    assert f"a=ice-ufrag:{found.ufrag}" in answer
    assert f"a=ice-pwd:{found.pwd}" in answer
    assert len(found.candidates) == len({line for line in answer.splitlines() if line.startswith("a=candidate")})
