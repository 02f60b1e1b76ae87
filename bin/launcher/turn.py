"""coturn's configuration: relays for people whose network lets no media through."""

from pathlib import Path

from . import network
from .folders import write_private

# Nobody may reach the house's own network through the relay; the media engine alone is allowed below.
PRIVATE = (
    "0.0.0.0-0.255.255.255",
    "10.0.0.0-10.255.255.255",
    "100.64.0.0-100.127.255.255",
    "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255",
    "172.16.0.0-172.31.255.255",
    "192.0.0.0-192.0.0.255",
    "192.168.0.0-192.168.255.255",
    "198.18.0.0-198.19.255.255",
    "240.0.0.0-255.255.255.255",
    "::1",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
)


def write(path: Path, host: str, settings: dict[str, str]) -> None:
    """Credentials are time-limited (use-auth-secret): the site signs them, coturn checks the signature."""
    first, last = settings.get("TURN_RELAY_PORTS", "49152-65535").split("-")
    media, public = network.media_address(), settings.get("JANUS_NAT_1_1")
    lines = [
        f"listening-port={settings.get('TURN_PORT', '3478')}",
        f"min-port={first}",
        f"max-port={last}",
        f"realm={host}",
        "use-auth-secret",
        f"static-auth-secret={settings['TURN_SECRET']}",
        *([f"external-ip={public}/{media}"] if public else []),
        *(f"denied-peer-ip={addresses}" for addresses in PRIVATE),
        *(f"allowed-peer-ip={address}" for address in (media, public) if address),
        f"userdb={path.with_name('turn.sqlite')}",
        f"pidfile={path.with_name('turn.pid')}",
        "log-file=stdout",
        *("simple-log", "fingerprint", "stale-nonce=600"),
        *("no-cli", "no-tls", "no-dtls", "no-tcp-relay", "no-multicast-peers"),
    ]
    write_private(path, "\n".join(lines) + "\n")
