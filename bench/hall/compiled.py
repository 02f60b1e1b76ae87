"""Our own C programs, compiled when they are first needed and gone with the process."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def compiled(name: str) -> str:
    """The path of the program made of `name`.c."""
    program = f"{_folder().name}/{name}"
    subprocess.run(["cc", "-O2", "-o", program, str(HERE / f"{name}.c")], check=True)
    return program


@cache
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="footlight-bench-c-")
