"""The two settings files of a data folder. config/settings.py reads env, then run/env; the process wins."""

import os
import secrets
from pathlib import Path

from .folders import DataFolder, write_private
from .words import Refusal

SECRETS = ("SECRET_KEY", "JANUS_API_SECRET", "JANUS_ADMIN_SECRET", "JANUS_ADMIN_KEY", "TURN_SECRET")


def read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip().removeprefix("export "): value.strip().strip("\"'") for key, _, value in pairs}


def known(data: DataFolder) -> dict[str, str]:
    """What the owner and the process have set, empty values left out."""
    merged = {**read(data.env), **_process(data)}
    return {key: value for key, value in merged.items() if value}


def keep(data: DataFolder, host: str | None) -> None:
    """Make what is missing in env. What stands there is the owner's and is never changed."""
    kept = read(data.env)
    _check_mode(data, kept, host)
    wanted = {name: secrets.token_urlsafe(48) for name in SECRETS}
    if host:
        wanted |= _production(host)
    missing = {key: value for key, value in wanted.items() if key not in kept}
    if missing:
        before = data.env.read_text() if data.env.exists() else ""
        write_private(data.env, before + _lines(missing))


def renew(data: DataFolder, values: dict[str, str]) -> None:
    """Write run/env anew."""
    write_private(data.run_env, _lines(values))


def for_children(data: DataFolder) -> dict[str, str]:
    return {**_process(data), "FOOTLIGHT_DATA": str(data.path), "PYTHONUNBUFFERED": "1"}


def _process(data: DataFolder) -> dict[str, str]:
    """The environment without another folder's settings, which Django leaves to whatever it starts on that folder
    (a test that starts bin/up, say)."""
    other = DataFolder(Path(os.environ.get("FOOTLIGHT_DATA") or data.path))
    if other.path.resolve() == data.path.resolve():
        return dict(os.environ)
    strange = {**read(other.run_env), **read(other.env)}
    return {key: value for key, value in os.environ.items() if strange.get(key) != value}


def _check_mode(data: DataFolder, kept: dict[str, str], host: str | None) -> None:
    served = kept.get("ALLOWED_HOSTS", "").split(",")
    if host is None and kept.get("DEBUG") == "off":
        raise Refusal(f"{data.path} holds a production site: start it with --host {served[0]}.")
    if host and data.demo_mark.exists():
        raise Refusal(f"{data.path} holds demo people with a public password: name a fresh --data.")
    if host and served != [""] and host not in served:
        raise Refusal(f"{data.env} serves {served[0]}: add {host} to ALLOWED_HOSTS and SITE_ORIGINS there.")


def _production(host: str) -> dict[str, str]:
    port = os.environ.get("TURN_PORT", "3478")
    return {
        "DEBUG": "off",
        "ALLOWED_HOSTS": f"{host},127.0.0.1,localhost",  # the last two are for the health check
        "SITE_ORIGINS": f"https://{host}",
        "TURN_URLS": f"turn:{host}:{port}?transport=udp,turn:{host}:{port}?transport=tcp",
    }


def _lines(values: dict[str, str]) -> str:
    return "".join(f"{key}={value}\n" for key, value in values.items())
