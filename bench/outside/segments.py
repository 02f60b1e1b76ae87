"""Segments and playlists of HLS from nginx, as `manage.py nginx` sets it up, beside the site itself: the same under the
same signed address; and the playlist that a player without a socket asks for, which is the site's alone."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.kit.place import Place, manage
from bench.kit.processes import apart, parent
from bench.kit.report import Report
from bench.outside.load import Load, load
from rooms.tests.nginx_server import nginx_with
from rooms.tests.written import write_run
from tests.house import free_port, processes, until

SIZE = 225_000  # bytes: two seconds at 0.9 Mbit/s
LISTED = range(1, 21)  # segments: a whole window
CLIENTS = 4
MOST = 15  # seconds for each: a signature is good for a minute, and the host who says nothing for 45 s
BEGIN = """
from core import clock, guests
from rooms.hls import links
from rooms.models import Broadcast, Channel
from rooms.services import stays
channel = Channel.objects.select_related("owner").get(cid="{cid}")
stay = stays.go_on_air(actor=channel.owner, cid=channel.cid, connection="bench", flows=True)
stays.arrive(sid=stay.sid, connection="bench")
show = Broadcast.objects.get(channel=channel, ended_at=None).pk
print(show, links.query(channel.cid, show, clock.now()), guests.COOKIE + "=" + guests.to_cookie(guests.new_guest()))
"""


def segments(report: Report, place: Place, *, seconds: float) -> None:
    """Whoever is measured has a core alone, from now on and for good: this comes last."""
    host, port = place.origin.partition("://")[2].partition(":")[0], free_port()
    with TemporaryDirectory(prefix="footlight-bench-nginx-") as scratch:
        asked = ["--host", host, "--site", f"127.0.0.1:{place.port}", "--cache", f"{scratch}/cache"]
        configuration = manage(place.house, "nginx", *asked, "--listen", f"127.0.0.1:{port}")
        with nginx_with(configuration, Path(scratch)) as server:
            assert until(lambda: _works(server.pid), 20), "nginx does not start"
            others = place.house.pids() - place.servers
            report.notes.append(f"segments: {apart(place.servers | _family(server.pid), others)}")
            show, query, cookie = manage(
                place.house, "shell", "--verbosity", "0", "-c", BEGIN.format(cid=place.cid)
            ).split()
            write_run(place.house.data / "hls" / place.cid / show, 1, LISTED, size=SIZE)
            segment, shared = _request(place, f"{show}/1/1.m4s{query}"), _request(place, f"{show}/live.m3u8{query}")
            bound = {"clients": CLIENTS, "seconds": min(seconds, MOST)}
            both = place.servers | _family(server.pid)
            own = load(place.port, _request(place, "index.m3u8", cookie), place.servers, **bound)
            lists = load(place.port, shared, place.servers, **bound), load(port, shared, both, **bound)
            files = load(place.port, segment, place.servers, **bound), load(port, segment, both, **bound)
    _tell_one(report, "playlists of one's own from the site", own)
    _tell(report, "shared playlists", *lists)
    _tell(report, "segments", *files)


def _request(place: Place, path: str, cookie: str = "") -> bytes:
    host = place.origin.partition("://")[2]
    lines = [f"GET /hls/{place.cid}/{path} HTTP/1.1", f"Host: {host}", "X-Forwarded-Proto: https"]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()


def _family(master: int) -> set[int]:
    return {master} | {pid for pid, line, _ in processes() if line.startswith("nginx: ") and parent(pid) == master}


def _works(master: int) -> bool:
    return any("nginx: worker" in line and parent(pid) == master for pid, line, _ in processes())


def _tell(report: Report, what: str, site: Load, nginx: Load) -> None:
    _tell_one(report, f"{what} from the site", site)
    _tell_one(report, f"{what} from nginx", nginx)
    report.add(f"{what} from nginx against the site, rate", nginx.rate / site.rate, "x")


def _tell_one(report: Report, name: str, it: Load) -> None:
    report.add(f"{name}, rate", it.rate, "1/s")
    report.add(f"{name}, server CPU", it.cpu_us, "us")
    report.add(f"{name}, server's share of its core", 100 * it.cpu / it.wall, "%")
