"""The configuration folder that Janus is started on. Nothing under /etc is read or touched."""

import glob
import json
import os
from pathlib import Path

from . import network
from .folders import write_private
from .words import Refusal

INSTALLED_IN = ("/usr/lib/*/janus", "/usr/lib/janus", "/usr/local/lib/janus", "/opt/janus/lib/janus")
NEEDED = {
    "plugins": ("libjanus_videoroom.so", "libjanus_audiobridge.so"),
    "transports": ("libjanus_websockets.so",),
}


def write(folder: Path, ports: tuple[int, int], settings: dict[str, str]) -> None:
    """`ports`: of the API and of the admin API, both on loopback."""
    pages = {
        "janus.jcfg": _core(folder, settings),
        "janus.transport.websockets.jcfg": _websockets(*ports),
        "janus.plugin.videoroom.jcfg": _videoroom(settings["JANUS_ADMIN_KEY"]),
        "janus.plugin.audiobridge.jcfg": _audiobridge(settings["JANUS_ADMIN_KEY"]),
    }
    for name, sections in pages.items():
        write_private(folder / name, _jcfg(sections))


def _core(folder: Path, settings: dict[str, str]) -> dict[str, dict]:
    base = _installed()
    nat = {
        "ice_enforce_list": settings.get("JANUS_INTERFACE") or network.media_address(),
        "ignore_mdns": True,
        "full_trickle": False,  # its candidates stand in the SDP, which WHIP's single POST needs
        "ice_keepalive_conncheck": True,
    }
    if settings.get("JANUS_NAT_1_1"):
        # The private address stays beside the public one: coturn on this machine relays to it.
        nat |= {"nat_1_1_mapping": settings["JANUS_NAT_1_1"], "keep_private_host": True}
    return {
        "general": _general(folder, base, settings),
        "media": {"rtp_port_range": settings.get("JANUS_RTP_PORTS", "20000-40000"), "no_media_timer": 2},
        "nat": nat,
        "plugins": {"disable": _others(base, "plugins")},
        "transports": {"disable": _others(base, "transports")},
        "loggers": {"disable": _others(base, "loggers")},
        "events": {"broadcast": False},
    }


def _general(folder: Path, base: Path, settings: dict[str, str]) -> dict:
    return {
        "configs_folder": str(folder),
        **{f"{kind}_folder": str(base / kind) for kind in ("plugins", "transports", "events", "loggers")},
        "debug_level": 3,
        "debug_timestamps": True,
        "api_secret": settings["JANUS_API_SECRET"],
        "admin_secret": settings["JANUS_ADMIN_SECRET"],
        "server_name": "footlight",
        "hide_dependencies": True,
        "session_timeout": 60,
        "reclaim_session_timeout": 15,
        # Fewer threads than one per handle: measured 0.0039 core per subscriber instead of 0.0065.
        "event_loops": len(os.sched_getaffinity(0)),
    }


def _websockets(port: int, admin_port: int) -> dict[str, dict]:
    api = {"ws": True, "ws_port": port, "ws_ip": "127.0.0.1", "wss": False}
    admin = {"admin_ws": True, "admin_ws_port": admin_port, "admin_ws_ip": "127.0.0.1", "admin_wss": False}
    return {"general": {"json": "compact", **api}, "admin": admin}


def _videoroom(admin_key: str) -> dict[str, dict]:
    return {"general": {"admin_key": admin_key, "lock_rtp_forward": True, "string_ids": True}}


def _audiobridge(admin_key: str) -> dict[str, dict]:
    """Mixes what is heard in a show for HLS and recordings. Nobody but this machine sends to it."""
    rtp = {"local_ip": "127.0.0.1", "rtp_port_range": "10000-19999"}
    return {"general": {"admin_key": admin_key, "lock_rtp_forward": True, "string_ids": True, **rtp}}


def _installed() -> Path:
    for pattern in INSTALLED_IN:
        for folder in sorted(glob.glob(pattern)):
            if all(Path(folder, kind, name).exists() for kind, names in NEEDED.items() for name in names):
                return Path(folder)
    raise Refusal(
        "Janus is installed, but its videoroom and audiobridge plugins and WebSocket transport were not found."
    )


def _others(base: Path, kind: str) -> str:
    """All modules of a kind but those we use: what is not loaded cannot listen."""
    names = (path.name for path in sorted((base / kind).glob("*.so")))
    return ",".join(name for name in names if name not in NEEDED.get(kind, ()))


def _jcfg(sections: dict[str, dict]) -> str:
    """libconfig's text; its strings, numbers and booleans are spelled like JSON's."""
    blocks = []
    for name, values in sections.items():
        lines = "".join(f"\t{key} = {json.dumps(value)}\n" for key, value in values.items())
        blocks.append(f"{name}: {{\n{lines}}}\n")
    return "\n".join(blocks)
