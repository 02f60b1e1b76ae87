"""Calls to addresses that others chose."""

import socket

import pytest

from core.errors import BadInput
from partners import http
from partners.tests.receiver import Receiver

WITHIN = [
    "http://127.0.0.1/",
    "https://localhost/",
    "https://0/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
]
NO_ADDRESS = [
    "",
    "example.com",
    "ftp://93.184.216.34/",
    "https://",
    "https://me:pw@93.184.216.34/",
    "https://a:b/",
    "file:///etc/passwd",
]


@pytest.fixture
def walls(settings):
    settings.WEBHOOK_ALLOW = []


@pytest.mark.parametrize("url", WITHIN)
def test_nothing_within_the_walls_is_called(walls, url: str) -> None:
    with pytest.raises(http.Refused):
        http.send("POST", url, timeout=2)


@pytest.mark.parametrize("url", [*WITHIN, *NO_ADDRESS, "http://93.184.216.34/", "https://93.184.216.34/" + "a" * 2000])
def test_nor_is_it_taken_for_an_endpoint(walls, url: str) -> None:
    with pytest.raises(BadInput) as refused:
        http.check(url)
    assert refused.value.code == "bad_url"


@pytest.mark.parametrize("url", ["https://93.184.216.34/hook", "https://[2606:4700::1111]:8443/hook?a=b"])
def test_a_public_address_is_an_endpoint(walls, url: str) -> None:
    http.check(url)


def test_a_name_that_turns_inward_after_it_was_checked_is_not_called(walls, monkeypatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    http.check("https://turns.example/")
    with pytest.raises(http.Refused):
        http.send("POST", "https://turns.example/", timeout=2)


def test_ones_own_network_is_called_where_the_house_allows_it() -> None:
    with Receiver(lambda call: (202, {"X-Said": "yes"}, call.body)) as them:
        answer = http.send("POST", them.url + "hook?x=1", body=b"abc", headers={"X-Ours": "1"}, timeout=5)
    assert (answer.status, answer.headers["x-said"], answer.body) == (202, "yes", b"abc")
    (call,) = them.calls
    assert (call.path, call.headers["X-Ours"], call.headers["User-Agent"]) == ("/hook?x=1", "1", "Footlight")


def test_a_redirect_is_not_followed() -> None:
    with Receiver(lambda call: (302, {"Location": "http://169.254.169.254/"}, b"")) as them:
        assert http.send("POST", them.url, timeout=5).status == 302
    assert len(them.calls) == 1


def test_a_long_answer_is_cut() -> None:
    with Receiver(lambda call: (200, {}, b"a" * (http.MOST + 5))) as them:
        assert len(http.send("POST", them.url, timeout=5).body) == http.MOST


def test_a_closed_door_is_a_failure() -> None:
    with Receiver() as them:
        url = them.url
    with pytest.raises(http.Failed):
        http.send("POST", url, timeout=2)


def test_the_proxy_of_the_machine_is_not_asked(monkeypatch) -> None:
    with Receiver() as them, Receiver() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        http.send("POST", them.url, timeout=5)
    assert (len(them.calls), proxy.calls) == (1, [])


def test_who_answers_too_slowly_has_failed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(http.Failed):
        http.send("POST", f"http://127.0.0.1:{deaf.getsockname()[1]}/", timeout=0.3)
