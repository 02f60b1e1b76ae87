"""bin/up: starts the house, says when it is ready, keeps it running until somebody asks to stop."""

from . import environment, network, options
from .folders import DataFolder
from .house import House
from .supervisor import StopAsked, Supervisor, raise_open_files


def main(argv: list[str]) -> int:
    chosen = options.parse(argv)
    data = DataFolder.open(chosen.data)
    data.lock()
    environment.keep(data, chosen.host)
    raise_open_files()
    with Supervisor() as supervisor, network.listen(chosen.port) as listener:
        house = House(chosen, data, supervisor, listener)
        try:
            house.start()
            house.announce()
            supervisor.watch()
        except StopAsked:
            house.drain()
    house.clear()
    return 0
