"""Which addresses may be called, where somebody else chose the name."""

import socket
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES

Address = IPv4Address | IPv6Address


class Forbidden(Exception):
    """It leads within the walls."""


class Unknown(Exception):
    """Nobody has that name."""


def is_public(address: Address) -> bool:
    """Whether it is somewhere in the open net. An IPv4 address in the clothes of IPv6 counts as what it is."""
    address = getattr(address, "ipv4_mapped", None) or address
    inward = address.is_private or address.is_multicast or address.is_reserved or not address.is_global
    inward = inward or getattr(address, "is_site_local", False)
    return not inward and not any(address in network for network in EXTRA_BLOCKED_NET_RANGES)


def within(address: Address, networks: Iterable[str]) -> bool:
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in _networks(tuple(networks)))


def pick(host: str, port: int, *, allow: Sequence[str]) -> Address:
    """The name's first address, looked up once: what is called is this, not the name. Raises Forbidden, Unknown."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unknown from None
    address = ip_address(found[0][4][0].partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if not (is_public(address) or within(address, allow)):
        raise Forbidden
    return address


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]) -> list:
    return [ip_network(text) for text in texts]
