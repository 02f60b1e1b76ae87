"""The OpenAPI page, and whether the API is as it says."""

import json
import os

import pytest
from rest_framework.test import APIClient

from billing.services import topups
from core.actors import SYSTEM
from core.models import User
from partners.services import apps
from partners.tests import world
from partners.tests.fuzz import Caller, fuzz, operations

CASES = int(os.environ.get("FUZZ_CASES", 560))  # bin/bench api --fuzz asks for more
SEED = 20250101
NAMES = ("host", "viewer", "member", "stranger")


@pytest.fixture
def callers(app, maker) -> list[Caller]:
    """Somebody signed in to the site, an app's server, one of its people, a guest; each in a world of their own."""
    topups.fund_app(actor=SYSTEM, realm=app.realm, coins=1000, reason="a start", key="1")
    site = world.build([User.objects.create_user(name) for name in NAMES])
    topups.give(actor=SYSTEM, user=site.host, coins=500, reason="a start", key="2")
    mine = apps.create(actor=site.host, name="Mine")
    site.known.update({"app_id": [mine.partner.app_id], "prefix": [mine.partner.keys.get().prefix]})
    theirs = world.build([app.server(name).get("/api/v1/users/me/").wsgi_request.actor for name in NAMES])
    theirs.known.update({"app_id": [app.realm], "prefix": [app.row.keys.get().prefix]})
    client = APIClient()
    client.force_login(site.host)
    return [
        Caller.signed_in("a host of the site", client, site.known),
        Caller("an app's server", {"Authorization": f"Bearer {app.api_key}"}, {}, theirs.known),
        Caller("an app's host", {"Authorization": f"Bearer {app.usersig('host')}"}, {}, theirs.known),
        Caller("a guest", {}, {}, site.known),
    ]


@pytest.fixture
def no_limits(monkeypatch) -> None:
    for throttle in ("core.api.PersonThrottle", "partners.auth.KeyThrottle"):
        monkeypatch.setattr(f"{throttle}.rate", None, raising=False)


@pytest.mark.timeout(max(600, CASES))
def test_the_api_does_what_its_schema_says_whatever_it_is_sent(callers, no_limits) -> None:
    found = fuzz(operations(), callers, cases=CASES, seed=SEED)
    print(f"\nfuzzed {json.dumps({'wrong': len(found.wrong), 'statuses': found.statuses})}")  # noqa: T201
    assert not found.wrong, found.report()
    assert found.cases > CASES * 0.9
