"""Addresses that nobody writes by hand: each a page or a coded error, on both databases."""

import pytest

pytestmark = pytest.mark.django_db
ODD = ["%00", "%F0%9F%8E%AD", "..%2f", "%ff", "x" * 300, "'%20OR%201=1", "%0d%0a", "a%00b"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("address", ["/c/{}/", "/api/v1/channels/{}/", "/api/v1/groups/{}/members/", "/media/{}"])
def test_an_odd_address_is_not_there(client, host, address, odd):
    client.force_login(host)
    client.raise_request_exception = False
    assert client.get(address.format(odd)).status_code in (400, 404)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "address",
    [
        "/?q={}",
        "/?category={}",
        "/?sort={}",
        "/?page={}",
        "/api/v1/channels/?q={}",
        "/api/v1/channels/?cursor={}",
        "/api/v1/channels/?page_size={}",
    ],
)
def test_an_odd_question_has_an_answer(client, db, address, odd):
    client.raise_request_exception = False
    assert client.get(address.format(odd)).status_code in (200, 400, 404)
