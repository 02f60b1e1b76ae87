"""bin/manage: manage.py with the settings of the data folder."""

import os

from . import environment
from .folders import PYTHON, ROOT, DataFolder
from .options import default_data


def main(argv: list[str]) -> int:
    data = DataFolder.open(default_data())
    if not data.env.exists():
        # Before the first start: the settings that a local start would make.
        environment.keep(data, host=None)
        environment.renew(data, {"DEBUG": "on"})
    env = environment.for_children(data)
    os.execve(PYTHON, [PYTHON, str(ROOT / "manage.py"), *argv], env)
