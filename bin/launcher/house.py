"""The parts of one running platform, in the order in which they are started."""

import contextlib
import os
import shutil
from socket import socket

from . import environment, janus, link, network, parts, programs, readiness, turn, vendor
from .folders import ROOT, DataFolder
from .options import Options
from .supervisor import StopAsked, Supervisor
from .words import Refusal, say, warn

COMPLAIN_EVERY_S = 90
DRAIN_S = 1.5
PEOPLE = "Sign in as host, viewer, rival or staff; the password is footlight-demo."


class House:
    def __init__(self, options: Options, data: DataFolder, supervisor: Supervisor, listener: socket) -> None:
        self.options, self.data, self.supervisor, self.listener = options, data, supervisor, listener
        self.env = environment.for_children(data)
        self.settings = environment.known(data)
        self.sockets = data.sockets()
        self.run_settings: dict[str, str] = {}

    def start(self) -> None:
        programs.ensure(self._programs())
        vendor.ensure()
        self._start_redis()
        self._start_engines()
        self._write_run_settings()
        self._prepare()
        self._start_servers()
        if self.options.verbose:
            self.supervisor.start(parts.follower(self.supervisor.children, os.getpid(), self.env))

    def announce(self) -> None:
        port, reason = self.options.port, None

        def ready() -> bool:
            nonlocal reason
            reason = readiness.check(port)
            return reason is None

        while not self.supervisor.until(ready, within=COMPLAIN_EVERY_S, every=0.3):
            warn(f"not ready yet: {reason}; still trying, the logs are in {self.data.log}")
        say(f"Footlight is ready at http://127.0.0.1:{port}/")
        if self.options.host is None:
            say(PEOPLE)
        else:
            say(f"People reach it at https://{self.options.host}/ through the proxy of deploy/Caddyfile.")
            folder = "" if self.data.path == ROOT / "var" else f"FOOTLIGHT_DATA={self.data.path} "
            say(f"Make the first staff member with: {folder}bin/manage createsuperuser")

    def drain(self) -> None:
        """Servers tell their sockets to come back later; waits until they had the time to."""
        say("Stopping ...")
        url = self.settings.get("REDIS_URL") or self.run_settings.get("REDIS_URL")
        with contextlib.suppress(StopAsked):
            if url and link.drain(url):
                self.supervisor.until(lambda: False, within=DRAIN_S)

    def clear(self) -> None:
        """After the stop: the short socket folder, where one was needed."""
        if self.sockets != self.data.run:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _programs(self) -> list[programs.Program]:
        needed = [programs.FFMPEG]
        if "REDIS_URL" not in self.settings:
            needed.append(programs.REDIS)
        if "JANUS_URL" not in self.settings:
            needed.append(programs.JANUS)
        if self.options.host:
            needed.append(programs.TURN)
        return needed

    def _start_redis(self) -> None:
        if "REDIS_URL" in self.settings:
            return
        socket_path = self.sockets / "redis.sock"
        url = self.run_settings["REDIS_URL"] = link.url(socket_path)
        child = parts.redis(socket_path, self.data, self.env)
        self.supervisor.start_and_wait(child, lambda: link.answers(url))

    def _start_engines(self) -> None:
        if "JANUS_URL" not in self.settings:
            port, admin_port = network.free_port(), network.free_port()
            janus.write(self.data.janus, (port, admin_port), self.settings)
            self.run_settings["JANUS_URL"] = f"ws://127.0.0.1:{port}"
            self.run_settings["JANUS_ADMIN_URL"] = f"ws://127.0.0.1:{admin_port}"
            child = parts.janus(self.data, self.env)
            self.supervisor.start_and_wait(child, lambda: network.answers(port))
        if self.options.host:
            config = self.data.run / "turn.conf"
            turn.write(config, self.options.host, self.settings)
            self.supervisor.start(parts.turn(self.data, config, self.env))

    def _write_run_settings(self) -> None:
        if self.options.host is None:
            port = self.options.port
            self.run_settings["DEBUG"] = "on"
            self.run_settings["SITE_ORIGINS"] = f"http://127.0.0.1:{port},http://localhost:{port}"
        environment.renew(self.data, self.run_settings)

    def _prepare(self) -> None:
        if self.options.host is None:
            self.data.demo_mark.touch()
        last = "collectstatic --noinput" if self.options.host else "demo --if-empty"
        child = parts.preparation(self.data, self.env, "migrate --noinput", last)
        if self.supervisor.run(child):
            raise Refusal(f"The site could not be prepared, see {child.log}: {child.last_words()}")

    def _start_servers(self) -> None:
        count, fd = self.options.processes, self.listener.fileno()
        for number in range(1, count + 1):
            name = "server" if count == 1 else f"server-{number}"
            self.supervisor.start(parts.server(self.options, name, fd, self.data, self.env))
        self.supervisor.start(parts.worker(self.data, self.env))
        self.supervisor.start(parts.beat(self.data, self.env))
        self.supervisor.start(parts.relay(self.data, self.env))
