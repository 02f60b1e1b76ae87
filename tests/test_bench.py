"""The benchmarks run, and end with a line that a machine can read. What the figures are is not asked here."""

import json
import subprocess

import pytest

from tests.house import UP

pytestmark = [pytest.mark.walk, pytest.mark.timeout(400)]


@pytest.mark.parametrize(
    "command", ["api", "billing", "chat --server daphne", "chat --long --server uvicorn", "join", "media"]
)
def test_a_quick_run_ends_with_one_line_of_figures(command: str) -> None:
    bench = UP.with_name("bench")
    done = subprocess.run([str(bench), *command.split(), "--quick"], capture_output=True, text=True, timeout=390)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["bench"] == command.split()[0]
    assert len({row["name"] for row in found["rows"]}) == len(found["rows"]) > 10
    for row in found["rows"]:
        assert set(row) == {"name", "value", "unit"}
        assert isinstance(row["value"], float)
