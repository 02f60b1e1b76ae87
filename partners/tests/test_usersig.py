"""UserSig against known answers, the vendor's own package, and everything that is none."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from TLSSigAPIv2 import TLSSigAPIv2

from core.errors import LoginRequired
from partners import usersig
from partners.usersig import Claim

KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
KNOWN = Claim("xiaojun", "1400000000", 1546300800, 15552000)


def refusal(call) -> str:
    with pytest.raises(LoginRequired) as refused:
        call()
    return refused.value.code


def test_IM_16_it_signs_as_the_known_answer_says() -> None:
    assert usersig.signature(KNOWN, KEY) == "exL/pb5fzh4FFPEiiHv1D14iRFdIdVnVzCSaQbogxOg="


@pytest.mark.parametrize("uid", ["xiaojun", "小军", "a" * 128, "with:colon"])
def test_IM_16_it_reads_what_the_vendors_own_package_issues(uid: str) -> None:
    sig = TLSSigAPIv2(1400000000, KEY).gen_sig(uid, 3600)
    claim, _ = usersig.read(sig)
    assert usersig.verify(sig, KEY, claim.time + 10) == Claim(uid, "1400000000", claim.time, 3600)


def test_IM_16_it_reads_the_vendors_with_a_user_buffer() -> None:
    sig = TLSSigAPIv2(1400000000, KEY).gen_sig_with_userbuf("xiaojun", 3600, b"room 7")
    claim, _ = usersig.read(sig)
    assert claim.buffer
    assert usersig.verify(sig, KEY, claim.time) == claim


def test_IM_16_it_issues_what_the_vendors_package_does_field_by_field() -> None:
    theirs = _fields(TLSSigAPIv2(1400000000, KEY).gen_sig("xiaojun", 3600))
    ours = _fields(usersig.issue(Claim("xiaojun", "1400000000", theirs["TLS.time"], 3600), KEY))
    assert ours == theirs


def test_it_refuses_one_that_was_signed_with_another_key() -> None:
    assert refusal(lambda: usersig.verify(usersig.issue(KNOWN, "b" * 64), KEY, KNOWN.time)) == "usersig_forged"


def test_no_key_opens_for_nobody() -> None:
    assert refusal(lambda: usersig.verify(usersig.issue(KNOWN, ""), "", KNOWN.time)) == "usersig_forged"


@pytest.mark.parametrize("name", ["TLS.identifier", "TLS.sdkappid", "TLS.expire", "TLS.time"])
def test_it_refuses_one_of_which_a_field_was_changed(name: str) -> None:
    fields = _fields(usersig.issue(KNOWN, KEY))
    fields[name] = "someone" if name == "TLS.identifier" else fields[name] + 1
    assert refusal(lambda: usersig.verify(_packed(fields), KEY, KNOWN.time)) == "usersig_forged"


def test_it_lasts_to_the_second() -> None:
    sig = usersig.issue(KNOWN, KEY)
    assert usersig.verify(sig, KEY, KNOWN.ends - 1) == KNOWN
    assert refusal(lambda: usersig.verify(sig, KEY, KNOWN.ends)) == "usersig_expired"


def test_it_unpacks_no_bomb() -> None:
    bomb = base64.b64encode(zlib.compress(b" " * 10_000_000, 9)).decode().translate(usersig.LETTERS)
    assert refusal(lambda: usersig.read(bomb)) == "usersig_malformed"


@given(st.text() | st.binary().map(lambda raw: base64.b64encode(zlib.compress(raw)).decode()))
def test_nonsense_is_no_usersig(text: str) -> None:
    assert refusal(lambda: usersig.read(text)) == "usersig_malformed"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=5))
def test_fields_of_another_kind_are_no_usersig(value: object) -> None:
    fields = {**_fields(usersig.issue(KNOWN, KEY)), "TLS.time": value, "TLS.expire": value}
    with pytest.raises(LoginRequired):
        usersig.verify(_packed(fields), KEY, KNOWN.time)


def _fields(sig: str) -> dict:
    return json.loads(zlib.decompress(base64.b64decode(sig.translate(usersig.BACK))))


def _packed(fields: dict) -> str:
    return base64.b64encode(zlib.compress(json.dumps(fields).encode())).decode().translate(usersig.LETTERS)
