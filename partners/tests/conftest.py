"""An app, its server, and its people."""

from concurrent.futures import Executor
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from chat.tests.conftest import told  # noqa: F401  (a fixture)
from core import clock
from core.models import User
from partners import tasks, usersig
from partners.courier import Couriers
from partners.models import Partner
from partners.services import apps
from partners.tests.receiver import Receiver
from partners.tests.starrtc import Server


@dataclass(frozen=True)
class Made:
    """What somebody who made an app holds."""

    row: Partner
    api_key: str

    @property
    def realm(self) -> str:
        return self.row.app_id

    def server(self, as_: str = "", *, key: str = "") -> APIClient:
        """REST as the app's server; with a name, as one of its people."""
        client = APIClient()
        user = {"HTTP_X_USER": as_} if as_ else {}
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key or self.api_key}", **user)
        return client

    def usersig(self, uid: str, *, lasts: int = 3600, key: str = "", app_id: str = "") -> str:
        claim = usersig.Claim(uid, app_id or self.realm, int(clock.now().timestamp()), lasts)
        return usersig.issue(claim, key or self.row.usersig_key)

    def client(self, uid: str, **options: object) -> APIClient:
        """REST as one of the app's people with a UserSig of their own."""
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.usersig(uid, **options)}")
        return client


@pytest.fixture
def maker(db):
    return User.objects.create_user("maker", password="footlight-demo")


@pytest.fixture
def make_app(maker):
    def make(name: str = "Their app", **fields: object) -> Made:
        made = apps.create(actor=maker, name=name, **fields)
        return Made(Partner.objects.get(pk=made.partner.pk), made.api_key)

    return make


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def other_app(make_app):
    return make_app("Another app")


@pytest.fixture(autouse=True)
def no_origins_remembered():
    cache.delete("app-origins")


@pytest.fixture
def aec(make_app):
    """An app's media server that does not sign."""
    return Server(make_app(guard_token="").row)


class AtOnce(Executor):
    """A pool that does what it is given before it goes on: in the test's own transaction."""

    def submit(self, work, /, *given) -> None:
        work(*given)


@pytest.fixture
def beat(monkeypatch):
    """`beat()` is one beat of the webhooks' task, with all the calls it makes done when it returns."""
    monkeypatch.setattr(tasks, "couriers", Couriers(AtOnce))
    return tasks.tell_webhooks


@pytest.fixture
def them():
    """Somebody else's server. `them.answer` says what it answers."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def hook(app, them):
    """`hook(events, **fields)` makes an endpoint of the app at `them`, through its REST door; answers what is shown."""

    def make(*events: str, **fields: object) -> dict:
        asked = {"url": them.url, "events": list(events) or ["*"], **fields}
        answer = app.server().post("/api/v1/webhooks/", asked)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return make
