"""The binaries beside Python: found, or installed with apt where that is possible."""

import glob
import os
import shutil
import subprocess
from dataclasses import dataclass

from .words import Refusal, say, warn

ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postgresql/*/bin")

# Packages of servers start a system service when they are installed. Debian's way to say no is
# policy-rc.d; where none stands, one stands for as long as the installation takes.
INSTALL = """
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q update && apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
"""


@dataclass(frozen=True)
class Program:
    command: str
    package: str
    url: str = ""  # the setting that replaces it

    def find(self) -> str | None:
        folders = [os.environ.get("PATH", os.defpath)]
        folders += [folder for pattern in ELSEWHERE for folder in sorted(glob.glob(pattern), reverse=True)]
        return shutil.which(self.command, path=os.pathsep.join(folders))

    def path(self) -> str:
        """Only after `ensure`."""
        found = self.find()
        if found is None:
            raise Refusal(_sentence([self]))
        return found


REDIS = Program("redis-server", "redis-server", "REDIS_URL")
JANUS = Program("janus", "janus", "JANUS_URL")
FFMPEG = Program("ffmpeg", "ffmpeg")
TURN = Program("turnserver", "coturn")
NODE = Program("node", "nodejs")
NPM = Program("npm", "npm")
CHROMIUM = Program("chromium", "chromium")
POSTGRES = Program("postgres", "postgresql")
INITDB = Program("initdb", "postgresql")
NGINX = Program("nginx", "nginx")
GETTEXT = Program("xgettext", "gettext")
COMPILER = Program("cc", "build-essential")
FONTS = ("fonts-noto-cjk", "fonts-urw-base35")
NCHAN = ("nginx", "libnginx-mod-nchan")
STREAMS = ("nginx", "libnginx-mod-rtmp", "python3-gi", "gir1.2-gst-rtsp-server-1.0")
STREAMS += ("gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good")


def ensure(programs: list[Program]) -> None:
    """Find each program or install it; a Refusal names all that are still missing."""
    missing = [program for program in programs if program.find() is None]
    if not missing:
        return
    _install(list(dict.fromkeys(program.package for program in missing)))
    missing = [program for program in missing if program.find() is None]
    if missing:
        raise Refusal(_sentence(missing))


def ensure_fonts() -> None:
    """Pages in tests are looked at in these; without them only the looks suffer."""
    _try_to_have(FONTS, "Screenshots will look poor")


def ensure_nchan() -> None:
    """A server that bin/bench chat compares ours with."""
    _try_to_have(NCHAN, "There will be no comparison")


def ensure_streams() -> None:
    """Servers of RTMP and RTSP, for tests of pulled streams."""
    _try_to_have(STREAMS, "The tests of streams from elsewhere will fail")


def _try_to_have(packages: tuple[str, ...], otherwise: str) -> None:
    if shutil.which("dpkg-query") is None:
        return
    missing = [package for package in packages if not _is_installed(package)]
    if missing and not _install(missing):
        warn(f"{otherwise} without {' and '.join(missing)}.")


def _install(packages: list[str]) -> bool:
    prefix = _root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    say(f"Installing {', '.join(packages)} ...")
    command = [*prefix, "sh", "-c", INSTALL, "sh", *packages]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        warn(f"apt-get failed: {(done.stdout.strip().splitlines() or ['it said nothing'])[-1]}")
    return done.returncode == 0


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def _is_installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f=${Status}", package]
    return "ok installed" in subprocess.run(query, capture_output=True, text=True).stdout


def _sentence(missing: list[Program]) -> str:
    names = ", ".join(dict.fromkeys(program.package for program in missing))
    urls = ", ".join(program.url for program in missing if program.url)
    instead = f", or name ones that run elsewhere in {urls}" if urls else ""
    return f"Install {names} with your package manager{instead}."
