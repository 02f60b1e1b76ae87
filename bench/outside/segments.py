"""Segments of HLS from nginx, as `manage.py nginx` sets it up, beside the site itself: the same file, by its signed
address."""

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
SHOW = 1
CLIENTS = 4
MOST = 20  # seconds for each: a signature is good for a minute
SIGN = """
from core import clock
from rooms.hls import links
print(links.query("{cid}", {show}, clock.now()))
"""


def segments(report: Report, place: Place, *, seconds: float) -> None:
    """Whoever is measured has a core alone, from now on and for good: this comes last."""
    write_run(place.house.data / "hls" / place.cid / str(SHOW), 1, [1], size=SIZE)
    host, port = place.origin.partition("://")[2].partition(":")[0], free_port()
    with TemporaryDirectory(prefix="footlight-bench-nginx-") as scratch:
        asked = ["--host", host, "--site", f"127.0.0.1:{place.port}", "--cache", f"{scratch}/cache"]
        configuration = manage(place.house, "nginx", *asked, "--listen", f"127.0.0.1:{port}")
        with nginx_with(configuration, Path(scratch)) as server:
            assert until(lambda: _works(server.pid), 20), "nginx does not start"
            others = place.house.pids() - place.servers
            report.notes.append(f"segments: {apart(place.servers | _family(server.pid), others)}")
            request, seconds = _request(place), min(seconds, MOST)
            site = load(place.port, request, SIZE, place.servers, clients=CLIENTS, seconds=seconds)
            nginx = load(port, request, SIZE, _family(server.pid), clients=CLIENTS, seconds=seconds)
    _tell(report, site, nginx)


def _request(place: Place) -> bytes:
    query = manage(place.house, "shell", "--verbosity", "0", "-c", SIGN.format(cid=place.cid, show=SHOW)).strip()
    host = place.origin.partition("://")[2]
    head = f"GET /hls/{place.cid}/{SHOW}/1/1.m4s{query} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\n\r\n"
    return head.encode()


def _family(master: int) -> set[int]:
    return {master} | {pid for pid, line, _ in processes() if line.startswith("nginx: ") and parent(pid) == master}


def _works(master: int) -> bool:
    return any("nginx: worker" in line and parent(pid) == master for pid, line, _ in processes())


def _tell(report: Report, site: Load, nginx: Load) -> None:
    for name, it in (("the site", site), ("nginx", nginx)):
        report.add(f"segments from {name}, rate", it.rate, "1/s")
        report.add(f"segments from {name}, server CPU", it.cpu_us, "us")
        report.add(f"segments from {name}, server's share of its core", 100 * it.cpu / it.wall, "%")
    report.add("segments from nginx against the site, rate", nginx.rate / site.rate, "x")
    report.add("segments from the site against nginx, CPU", site.cpu_us / nginx.cpu_us, "x")
