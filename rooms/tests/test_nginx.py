"""deploy/nginx.conf in a real nginx, in front of the real site: it opens to whom the site would open, and asks it as
little as it can."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import call_command

from core import clock, guests
from rooms import folders
from rooms.hls import links
from rooms.models import Broadcast, Kind
from rooms.services import channels, control, stays
from rooms.tests.nginx_server import nginx_with
from rooms.tests.written import SIZE, write_run
from tests.house import free_port, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nginx(live_server, settings, tmp_path) -> Iterator[str]:
    """The address of an nginx with the configuration that the house writes."""
    settings.HLS_ROOT = tmp_path / "hls"
    port, said = free_port(), StringIO()
    site = live_server.url.removeprefix("http://")
    call_command(
        "nginx", host="localhost", site=site, cache=str(tmp_path / "c"), listen=f"127.0.0.1:{port}", stdout=said
    )
    with nginx_with(said.getvalue(), tmp_path):
        assert until(lambda: get(f"http://127.0.0.1:{port}/metrics")[0] == 404, 20)
        yield f"http://127.0.0.1:{port}"


def get(url: str, **headers: str) -> tuple[int, bytes, dict]:
    headers.setdefault("Host", "localhost")
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)
    except OSError:
        return 0, b"", {}


@pytest.fixture
def show(channel, host, nginx) -> Broadcast:
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    show = Broadcast.objects.get(channel=channel, ended_at=None)
    write_run(folders.of_show(channel.cid, show.pk), 1, range(3))
    return show


def listed(nginx: str, cid: str) -> list[str]:
    cookie = f"{guests.COOKIE}={guests.to_cookie(guests.new_guest())}"
    status, body, headers = get(f"{nginx}/hls/{cid}/index.m3u8", Cookie=cookie)
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    return [line for line in body.decode().splitlines() if line and not line.startswith("#")]


def test_what_is_everybodys_is_asked_for_once_and_kept(nginx, channel, show):
    first = f"{nginx}/hls/{channel.cid}/{listed(nginx, channel.cid)[0]}"
    answers = [get(first) for _ in range(3)]
    assert [(status, len(body)) for status, body, _ in answers] == [(200, SIZE)] * 3
    assert [headers["X-Cache"] for *_, headers in answers] == ["MISS", "HIT", "HIT"]
    assert answers[0][2]["Access-Control-Allow-Origin"] == "*"
    assert answers[0][2]["Content-Type"] == "video/iso.segment"


def test_the_playlist_that_pages_share_is_asked_for_once_a_second(nginx, channel, show):
    address = nginx + links.playlist(channel.cid, show.pk, clock.now())
    answers = [get(address if n else f"{address}&n={n}") for n in range(4)]
    assert [(status, body) for status, body, _ in answers] == [(200, answers[0][1])] * 4
    assert b"\n1/0.m4s\n" in answers[0][1]
    assert {headers["Access-Control-Allow-Origin"] for *_, headers in answers} == {"*"}
    assert [headers["X-Cache"] for *_, headers in answers].count("MISS") < 3
    assert until(lambda: get(address)[2]["X-Cache"] == "EXPIRED", 5)
    assert get(address.replace("&s=", "&s=A"))[0] == 403
    assert get(address.partition("?")[0])[0] == 403
    past = clock.now().fromtimestamp(time.time() - 3 * links.STEP, tz=clock.now().tzinfo)
    status, _, headers = get(nginx + links.playlist(channel.cid, show.pk, past))
    assert (status, headers["Access-Control-Allow-Origin"]) == (410, "*")


def test_a_playlist_that_there_is_not_is_asked_for_each_time(nginx, channel, show, staff):
    address = nginx + links.playlist(channel.cid, show.pk, clock.now())
    control.freeze(actor=staff, cid=channel.cid, reason="look")
    assert [get(address)[0] for _ in range(2)] == [503, 503]
    control.unfreeze(actor=staff, cid=channel.cid)
    assert get(address)[0] == 200


def test_what_is_not_needs_a_good_signature_of_that_show_that_has_not_run_out(nginx, channel, show, host):
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    query, base = links.query(channel.cid, show.pk, clock.now()), f"{nginx}/hls/{channel.cid}/{show.pk}/1"
    status, body, headers = get(f"{base}/1.m4s{query}")
    assert (status, body, headers["Content-Type"]) == (200, bytes([1]) * SIZE, "video/iso.segment")
    assert get(f"{base}/init.mp4{query}")[:2] == (200, b"init")
    assert get(f"{base}/1.m4s")[0] == 403
    assert get(f"{base}/1.m4s{query[:-9]}{'A' if query[-9] != 'A' else 'B'}{query[-8:]}")[0] == 403
    assert get(f"{base}/1.m4s{query.replace('?e=', '?e=9')}")[0] == 403
    write_run(folders.of_show(channel.cid, show.pk + 1), 1, range(3))
    assert get(f"{base.replace(f'/{show.pk}/', f'/{show.pk + 1}/')}/1.m4s{query}")[0] == 403
    assert get(f"{base}/99.m4s{query}")[0] == 404


def test_a_signature_that_has_run_out_is_told_apart(nginx, channel, show):
    past = clock.now().fromtimestamp(time.time() - 3 * links.STEP, tz=clock.now().tzinfo)
    url = f"{nginx}/hls/{channel.cid}/{show.pk}/1/1.m4s{links.query(channel.cid, show.pk, past)}"
    status, _, headers = get(url)
    assert (status, headers["Access-Control-Allow-Origin"]) == (410, "*")


@pytest.mark.parametrize(
    "path", ["/1/live.m3u8", "/../../../etc/passwd", "/1/..%2f..%2fenv", "/../../hls-signed/hls/x"]
)
def test_nothing_else_of_the_folder_is_given_out(nginx, channel, show, path):
    query = links.query(channel.cid, show.pk, clock.now())
    assert get(f"{nginx}/hls/{channel.cid}/{show.pk}{path}{query}")[0] in (400, 404)
    assert get(f"{nginx}/hls-signed/hls/{channel.cid}/{show.pk}/1/1.m4s")[0] == 404


def test_behind_somebody_elses_tls_the_site_hears_of_the_visitor(tmp_path):
    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(str(self.headers).encode())

        def log_message(self, *_: object) -> None: ...

    site = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    port, said = free_port(), StringIO()
    where = {"site": f"127.0.0.1:{site.server_port}", "cache": str(tmp_path / "c"), "listen": f"127.0.0.1:{port}"}
    call_command("nginx", host="localhost", stdout=said, **where)
    front = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    with nginx_with(said.getvalue(), tmp_path):
        assert until(lambda: get(f"http://127.0.0.1:{port}/")[0] == 200, 20)
        _, heard, _ = get(f"http://127.0.0.1:{port}/", **front)
    site.shutdown()
    assert {f"{name}: {value}" for name, value in front.items()} <= set(heard.decode().splitlines())


def test_pages_go_to_the_site_and_its_own_affairs_do_not_come_out(nginx, channel):
    status, body, _ = get(f"{nginx}/c/{channel.cid}/")
    assert status == 200
    assert channel.title.encode() in body
    assert [get(f"{nginx}/{path}")[0] for path in ("metrics", "readyz")] == [404, 404]
