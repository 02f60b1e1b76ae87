"""Calls to addresses that others chose. None of them reaches this house from within.

The name is looked up once, the address that was checked is the address that is dialled, redirects are not followed,
and no proxy of ours is used. `WEBHOOK_ALLOW` names networks of one's own that may be called all the same."""

import time
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress, filter_host
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from core import addresses
from core.errors import BadInput

MOST = 64 * 1024  # bytes of an answer that are read
CONNECT = 5.0  # seconds
LONGEST_URL = 2000


class Refused(Exception):
    """The address is none that may be called."""


class Failed(Exception):
    """Nobody answered, or not in time."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: requests.structures.CaseInsensitiveDict
    body: bytes  # its first MOST


class Adapter(IPFilterAdapter):
    """Lets a forbidden address pass where the house allows its network."""

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        try:
            host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
            return {**host, "host": _public(host["host"])}, pool
        except InvalidIPAddress as refused:
            address = refused.args[0]
            if not _allowed(address):
                raise
            host, pool = HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert)
            if self._is_https_proto:
                pool |= {"assert_hostname": host["host"], "server_hostname": host["host"]}
            host["host"] = f"[{address}]" if address.version == 6 else str(address)
            return host, pool


def send(method: str, url: str, *, body: bytes = b"", headers: dict[str, str] | None = None, timeout: float) -> Answer:
    """`timeout` is for the whole call, in seconds. Raises Refused, Failed."""
    ends = time.monotonic() + timeout
    try:
        with _session() as session:
            waits = (min(CONNECT, timeout), timeout)
            response = session.request(method, url, data=body, headers=headers, timeout=waits, stream=True)
            with response:
                return Answer(response.status_code, response.headers, _read(response, ends))
    except (InvalidIPAddress, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise Refused(str(error)) from None
    except (requests.RequestException, UnicodeError, OSError, ValueError) as error:
        raise Failed(type(error).__name__) from None


def check(url: str) -> None:
    """Whether it may be called at all, as far as can be said now. Raises BadInput `bad_url`."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        shaped = parts.scheme in ("https", "http") and parts.hostname and not (parts.username or parts.password)
        if not shaped or len(url) > LONGEST_URL:
            raise ValueError
        host = filter_host(parts.hostname, port, allow_loopback=False)
        if parts.scheme == "http":  # good enough in one's own networks, which the filter stops
            raise ValueError
        _public(host)
    except InvalidIPAddress as refused:
        if not _allowed(refused.args[0]):
            raise BadInput("bad_url") from None
    except requests.ConnectionError:
        return  # nobody has that name now: it may come
    except (ValueError, UnicodeError, requests.RequestException):
        raise BadInput("bad_url") from None


def _session() -> HTTPSession:
    session = HTTPSession(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(CONNECT, 10),
            user_agent_override="Footlight",
        )
    )
    session.trust_env = False
    session.mount("https://", Adapter(is_https_proto=True))
    session.mount("http://", Adapter(is_https_proto=False))
    return session


def _public(host: str) -> str:
    """The filter lets a few reserved networks through, which nobody calls for a good reason."""
    address = ip_address(host.strip("[]"))
    if not addresses.is_public(address):
        raise InvalidIPAddress(address)
    return host


def _read(response: requests.Response, ends: float) -> bytes:
    body = b""
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) >= MOST:
            break
        if time.monotonic() > ends:
            raise requests.ReadTimeout
    return body[:MOST]


def _allowed(address: addresses.Address) -> bool:
    return addresses.within(address, settings.WEBHOOK_ALLOW)
