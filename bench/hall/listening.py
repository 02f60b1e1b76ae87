"""What it costs a hall that so many listen."""

from dataclasses import dataclass

from bench.hall.crowd import Crowd
from bench.hall.hall import Hall
from bench.hall.speech import BATCH, RATE, speak
from bench.kit.processes import Meter, apart, resident_mib

FEW = 20  # come and go first, so that what is loaded once is not counted as memory of connections
PATIENCE = 30.0  # seconds after the last word for it to reach everybody


@dataclass(frozen=True)
class Cost:
    """Of the server, while words were said to all."""

    cpu_us: float  # for one delivered message
    share: float  # of a core
    p50_ms: float
    p99_ms: float
    lost: float  # of what was said, the share that never came


@dataclass(frozen=True)
class Listening:
    memory_kib: float  # for one connection
    costs: dict[int, Cost]  # by how many messages stood in a frame


def listen(
    hall: Hall, viewers: int, *, seconds: float, rate: int = RATE, batches: tuple[int, ...] = (BATCH,)
) -> Listening:
    apart(hall.servers, set(hall.others))
    with Crowd(hall, min(FEW, viewers)) as few:
        speak(hall.tell, seconds=0.5)
        few.hears(1, within=PATIENCE)
    empty = resident_mib(hall.servers)
    with Crowd(hall, viewers) as crowd:
        memory = resident_mib(hall.servers) - empty
        costs = {batch: _cost(hall, crowd, seconds, rate, batch) for batch in batches}
        if crowd.heard().gone:
            raise RuntimeError(f"{hall.name}: {crowd.heard().gone} viewers were cut")
    return Listening(memory_kib=1024 * memory / viewers, costs=costs)


def _cost(hall: Hall, crowd: Crowd, seconds: float, rate: int, batch: int) -> Cost:
    crowd.forget()
    warm_up = speak(hall.tell, seconds=min(seconds / 4, 2), rate=rate, batch=batch)
    crowd.hears(warm_up * crowd.viewers, within=PATIENCE)
    crowd.forget()
    meter = Meter(hall.servers)
    said = speak(hall.tell, seconds=seconds, rate=rate, batch=batch) * crowd.viewers
    heard = crowd.hears(said, within=PATIENCE)
    cpu, wall = meter.read()
    return Cost(
        cpu_us=1e6 * cpu / max(heard.messages, 1),
        share=cpu / wall,
        p50_ms=heard.p50 / 1000,
        p99_ms=heard.p99 / 1000,
        lost=1 - heard.messages / said,
    )
