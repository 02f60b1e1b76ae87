"""bin/bench chat: what it costs to say a word to a full hall. Our server under Daphne and under uvicorn, beside the
least that any server can do (one send() for each viewer and frame) and beside other people's servers."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from bench.flood.overload import RATES, overload
from bench.hall import ours, peers
from bench.hall.figures import Figures
from bench.hall.hall import Hall
from bench.hall.listening import listen
from bench.hall.speech import BATCH, RATE, Speech, speak
from bench.kit.report import Report

SERVERS = ["daphne", "uvicorn"]
Make = Callable[[], AbstractContextManager[Hall]]
CONTRAST = 500  # viewers of the usual way of Channels, which would not stand more
ITS_RATE = 2  # messages a second there
SINGLY, BY_MEMBERS = ", singly", ", said by members"


def main() -> None:
    options = arguments()
    if options.long:
        report = Report("chat", f"{sum(RATES.values())} messages/s in one room under two processes, {RATES}")
        floods(options, report)
    else:
        report = Report("chat", f"{RATE} messages/s of some 200 bytes, {BATCH} in a frame; one core for the server")
        fan_out(options, report)
    report.show()


def floods(options: argparse.Namespace, report: Report) -> None:
    for server in [options.server] if options.server else SERVERS:
        if options.quick:
            overload(server, report, seconds=1, share=0.05, listeners=3)
        else:
            overload(server, report, seconds=60)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench chat", description=__doc__)
    parser.add_argument("--viewers", type=int, nargs="+", default=[1000, 5000], help="sizes of the hall (1000 5000)")
    parser.add_argument("--server", choices=["daphne", "uvicorn"], help="only this one of ours")
    parser.add_argument("--seconds", type=float, default=15, help="of speech, for each figure (15)")
    parser.add_argument("--peers", action="store_true", help="Node's ws and Socket.IO too, fetched with npm")
    parser.add_argument("--long", action="store_true", help="instead: a room at ten times what it takes, for 60 s")
    parser.add_argument("--quick", action="store_true", help="30 viewers, 0.3 seconds: does it run at all?")
    options = parser.parse_args()
    if options.quick:
        options.viewers, options.seconds = [30], 0.3
    return options


def fan_out(options: argparse.Namespace, report: Report) -> None:
    """One word, many ears."""
    figures = Figures(report)
    for viewers in options.viewers:
        for make in halls(options):
            with make() as hall:
                speeches = kinds_of_speech(hall, smallest=viewers == min(options.viewers))
                figures.add(hall.name, viewers, listen(hall, viewers, seconds=options.seconds, speeches=speeches))
    figures.compare()
    viewers = min(CONTRAST, *options.viewers)
    with peers.usual_channels() as hall:
        singly = {SINGLY: partial(speak, hall.tell, rate=ITS_RATE, batch=1)}
        figures.add(hall.name, viewers, listen(hall, viewers, seconds=options.seconds, speeches=singly))


def kinds_of_speech(hall: Hall, smallest: bool) -> dict[str, Speech]:
    """The smallest hall also hears messages one by one, as servers that do not gather them send."""
    kinds = {"": partial(speak, hall.tell)}
    if smallest:
        kinds[SINGLY] = partial(speak, hall.tell, batch=1)
    if hall.members:
        kinds[BY_MEMBERS] = hall.members
    return kinds


def halls(options: argparse.Namespace) -> Iterator[Make]:
    """The floor first: the others are compared with it."""
    yield ours.floor
    for server in [options.server] if options.server else SERVERS:
        yield partial(ours.house, server)
    if peers.NCHAN.exists():
        yield peers.nchan
    if options.peers:
        yield from (peers.node_ws, peers.socket_io)


if __name__ == "__main__":
    main()
