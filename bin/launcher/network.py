"""Addresses and ports of this machine."""

import fcntl
import random
import socket
import struct

from .words import Refusal

SIOCGIFADDR = 0x8915
BACKLOG = 2048
# Below the ports that the kernel hands out and that Janus uses for media, so that a part which is
# restarted finds its port free.
OWN_PORTS = range(10_000, 20_000)


def listen(port: int) -> socket.socket:
    """The one listening socket; every server process inherits it."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Handed on to every connection: uvicorn does not set it on an inherited socket, and would wait 40 ms at times.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except PermissionError:
        raise Refusal(f"Port {port} needs root: choose another with --port.") from None
    except OSError:
        raise Refusal(f"Port {port} is in use: choose another with --port.") from None
    listener.listen(BACKLOG)
    return listener


def free_port() -> int:
    for port in random.sample(OWN_PORTS, 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Refusal("No free port between 10000 and 19999 was found for the media engine.")


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def media_address() -> str:
    """An address of a real interface: Janus 1.1 never gathers candidates on loopback."""
    address = _routed_address() or next(iter(_interface_addresses()), None)
    if address is None:
        raise Refusal("Janus needs a network interface besides loopback: connect one, or set JANUS_URL.")
    return address


def _routed_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; asks the routing table for a source
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def _interface_addresses() -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe, SIOCGIFADDR, request)
            except OSError:
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return [address for address in found if not address.startswith("127.")]
