"""What it costs a hall that so many listen."""

from dataclasses import dataclass

from bench.hall.crowd import Crowd
from bench.hall.hall import Hall
from bench.hall.speech import Speech, speak
from bench.kit.processes import Meter, apart, resident_mib

FEW = 20  # come and go first, so that what is loaded once is not counted as memory of connections
WARM_UP = 2.0  # seconds at most
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
    gone: int  # viewers who were put out
    costs: dict[str, Cost]  # by the kind of speech


def listen(hall: Hall, viewers: int, *, seconds: float, speeches: dict[str, Speech]) -> Listening:
    apart(hall.servers, set(hall.others))
    with Crowd(hall, min(FEW, viewers)) as few:
        speak(hall.tell, 0.5)
        few.hears(1, within=PATIENCE)
    empty = resident_mib(hall.servers)
    with Crowd(hall, viewers) as crowd:
        memory = resident_mib(hall.servers) - empty
        costs = {kind: _cost(hall, crowd, seconds, speech) for kind, speech in speeches.items()}
        return Listening(memory_kib=1024 * memory / viewers, gone=crowd.heard().gone, costs=costs)


def _cost(hall: Hall, crowd: Crowd, seconds: float, speech: Speech) -> Cost:
    crowd.forget()
    warm_up = speech(min(seconds / 4, WARM_UP))
    crowd.hears(warm_up * crowd.viewers, within=PATIENCE)
    crowd.forget()
    meter = Meter(hall.servers)
    said = speech(seconds) * crowd.viewers
    heard = crowd.hears(said, within=PATIENCE)
    cpu, wall = meter.read()
    return Cost(
        cpu_us=1e6 * cpu / max(heard.messages, 1),
        share=cpu / wall,
        p50_ms=heard.p50 / 1000,
        p99_ms=heard.p99 / 1000,
        lost=1 - heard.messages / said,
    )
