import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.media.sdp import BadSDP, check_answer, check_candidate, check_offer, same_connection
from rooms.tests.media.corpus import (
    ANSWER,
    ANSWERS,
    BROKEN,
    BROKEN_ANSWERS,
    BROKEN_CANDIDATES,
    BROKEN_OFFERS,
    CANDIDATE,
    ENGINE_OFFER,
    OFFER,
    OFFERS,
)


@pytest.mark.parametrize("name", OFFERS)
def test_it_takes_what_browsers_and_encoders_offer(name):
    check_offer(OFFERS[name])


@pytest.mark.parametrize("name", ANSWERS)
def test_it_takes_what_browsers_answer(name):
    check_answer(*ANSWERS[name])


def test_it_takes_an_answer_that_refuses_a_line():
    refused = ANSWER.replace("m=video 9 UDP/TLS/RTP/SAVPF 107 108", "m=video 0 UDP/TLS/RTP/SAVPF 107 108", 1)
    assert refused != ANSWER
    check_answer(refused, ENGINE_OFFER)


@pytest.mark.parametrize("name", BROKEN | BROKEN_OFFERS)
def test_it_refuses_a_broken_offer(name):
    broken = (BROKEN | BROKEN_OFFERS)[name](OFFER)
    with pytest.raises(BadSDP):
        check_offer(broken)


@pytest.mark.parametrize("name", BROKEN | BROKEN_ANSWERS)
def test_it_refuses_a_broken_answer(name):
    broken = (BROKEN | BROKEN_ANSWERS)[name](ANSWER)
    with pytest.raises(BadSDP):
        check_answer(broken, ENGINE_OFFER)


def test_it_does_not_repeat_what_it_refuses():
    with pytest.raises(BadSDP) as refusal:
        check_offer(OFFER.replace("a=ice-pwd:", "a=ice-pwd:<secret>"))
    assert "secret" not in str(refusal.value)


def test_it_knows_an_offer_of_the_same_connection():
    again = OFFER.replace("a=ice-ufrag:KX4V", "a=ice-ufrag:Next")
    assert same_connection(OFFER, again)
    assert not same_connection(OFFER, OFFERS["chromium_offer_video"])
    assert not same_connection(OFFER, OFFER.replace("a=mid:1", "a=mid:2"))
    assert not same_connection(OFFER, OFFER.replace("a=rtpmap:96 VP8", "a=rtpmap:96 VP9"))


@st.composite
def mutated(draw, original: str) -> str:
    """Lines dropped, doubled, exchanged and bytes overwritten, in one of the good ones."""
    lines = original.split("\r\n")
    for _ in range(draw(st.integers(1, 8))):
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match draw(st.sampled_from(["drop", "double", "exchange", "cut", "overwrite"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "exchange":
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case _:
                place = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:place] + draw(st.text(max_size=6)) + lines[at][place + 1 :]
    return "\r\n".join(lines)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(OFFERS)).flatmap(lambda name: mutated(OFFERS[name])))
def test_it_answers_any_mutated_offer_with_yes_or_bad_sdp(sdp):
    try:
        check_offer(sdp)
    except BadSDP:
        return


@settings(max_examples=300, deadline=None)
@given(mutated(ANSWER))
def test_it_answers_any_mutated_answer_with_yes_or_bad_sdp(sdp):
    try:
        check_answer(sdp, ENGINE_OFFER)
    except BadSDP:
        return


@given(st.one_of(st.none(), st.text(), st.binary(), st.integers(), st.lists(st.text())))
def test_it_answers_anything_else_with_bad_sdp(thing):
    with pytest.raises(BadSDP):
        check_offer(thing)


@pytest.mark.parametrize("number", range(len(BROKEN_CANDIDATES)))
def test_it_refuses_a_broken_candidate(number):
    with pytest.raises(BadSDP):
        check_candidate(BROKEN_CANDIDATES[number])


@pytest.mark.parametrize("end", [None, {"completed": True}, {"candidate": "", "sdpMid": "0"}])
def test_it_knows_the_end_of_the_candidates(end):
    assert check_candidate(end) is None


def test_it_passes_on_only_what_the_engine_reads_of_a_candidate():
    given_ = {"candidate": CANDIDATE, "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "KX4V", "more": 1}
    assert check_candidate(given_) == {"candidate": CANDIDATE, "sdpMid": "0", "sdpMLineIndex": 0}


@pytest.mark.parametrize(
    "text",
    [
        "candidate:0 1 UDP 2122252543 3f1c.local 51234 typ host",
        "candidate:2 1 TCP 2105524479 192.0.2.2 9 typ host tcptype active",
        "candidate:3 1 udp 1685987071 198.51.100.7 40000 typ srflx raddr 0.0.0.0 rport 0 generation 0",
        "candidate:4 1 udp 41885695 2001:db8::7 40000 typ relay raddr 198.51.100.7 rport 4000",
    ],
)
def test_it_takes_the_candidates_browsers_send(text):
    assert check_candidate({"candidate": text, "sdpMid": "0"}) == {"candidate": text, "sdpMid": "0"}
