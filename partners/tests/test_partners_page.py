"""docs/partners.md: its examples run, and what it lists is so."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from billing.services import topups
from core.actors import SYSTEM
from core.errors import DomainError
from partners.tests import routes

PAGE = (Path(__file__).parents[2] / "docs" / "partners.md").read_text()


def example(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)
    return code


@pytest.fixture
def run(live_server, app):
    topups.fund_app(actor=SYSTEM, realm=app.realm, coins=10, reason="a start", key="1")

    def run(*command: str, code: str) -> list[str]:
        env = {"PATH": os.environ["PATH"], "FOOTLIGHT_URL": live_server.url, "FOOTLIGHT_KEY": app.api_key}
        done = subprocess.run(command, input=code, env=env, capture_output=True, text=True, timeout=60)
        assert not done.returncode, done.stderr
        return done.stdout.split()

    return run


def test_the_python_on_the_page_runs(run, app) -> None:
    sig, coins = run(sys.executable, "-", code=example("python"))
    assert (app.client("ann").get("/api/v1/wallet/").json()["balance"], coins) == (5, "-5")
    assert len(sig) > 100


def test_the_javascript_on_the_page_runs(run) -> None:
    node = shutil.which("node") or "nodejs"
    assert run(node, "--input-type=module", code=example("js")) == ["ben", "Notice", "board", "1"]


def test_every_refusal_of_the_house_is_on_the_page() -> None:
    ours = {(kind.status, kind.code) for kind in DomainError.__subclasses__()}
    ours |= {(kind.status, kind.code) for one in DomainError.__subclasses__() for kind in one.__subclasses__()}
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", PAGE, re.M)
    assert ours <= {(int(status), code) for status, code in rows}


def test_every_noun_is_on_the_page() -> None:
    nouns = {route.noun for route in routes.every()}
    assert not {noun for noun in nouns if f"`{noun}/" not in PAGE}
