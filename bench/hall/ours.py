"""Our own halls: the house as it stands in production, and the floor beneath every server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import redis

from bench.hall.compiled import compiled
from bench.hall.hall import Hall
from bench.hall.members import Members
from bench.hall.programs import running
from bench.kit.place import Place, production
from tests.house import free_port


@contextmanager
def house(server: str) -> Iterator[Hall]:
    with production(server) as place, Members(place) as members:
        servers = place.servers
        yield Hall(
            name=server,
            port=place.port,
            servers=servers,
            others=frozenset(place.house.pids() - servers),
            tell=Publisher(place).tell,
            path=f"/ws/chat/{quote(place.gid)}/",
            headers={"Host": place.origin.partition("://")[2], "Origin": place.origin},
            welcomes=True,
            members=members.speak,
        )


class Publisher:
    """Says frames in a group as the pump does at the end of its work: one PUBLISH for all processes."""

    def __init__(self, place: Place) -> None:
        lines = (place.house.data / "run" / "env").read_text().splitlines()
        self._redis = redis.Redis.from_url(dict(line.split("=", 1) for line in lines)["REDIS_URL"])
        self._topic = "chat." + place.gid.replace("@TGS#", "")

    def tell(self, text: str) -> None:
        frame = {"type": "hub.frame", "topic": self._topic, "text": text}
        self._redis.publish(f"footlight__group__{self._topic}", json.dumps(frame))


@contextmanager
def floor() -> Iterator[Hall]:
    port = free_port()
    with running([compiled("floor"), str(port)], port) as process:
        yield Hall(name="C floor", port=port, servers={process.pid}, tell=process.tell)
