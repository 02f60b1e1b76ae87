"""Every address of the API by every method, whoever calls: made from the URLconf, so that a new one is swept too."""

from collections.abc import Iterator

import pytest
from django.apps import apps as django_apps
from django.core import serializers
from django.core.cache import cache
from django.db import models, transaction
from rest_framework.test import APIClient

from billing.services import topups
from core.actors import SYSTEM, App
from core.models import User
from partners import scopes
from partners.services import apps, deliveries, webhooks
from partners.tests import routes, world
from partners.tests.routes import BASE, Route

pytestmark = pytest.mark.timeout(600)
ROUTES = routes.every()
WRITES = [route for route in ROUTES if route.method != "get"]
NAMES = ("host", "viewer", "member", "stranger")
OURS = ("core", "billing", "chat", "rooms", "partners")
OPEN = {"channels/{cid}/", "channels/{cid}/prices/"}  # a channel for signed-in people is no secret to the site
TICKETS = "users/guests/"  # for everybody, and nothing is written
NOT_OF_ONE = {"users/me/", "apps/"}  # what is nobody else's: one's own page, and the list of one's own
ODD = (None, True, 2**70, "x" * 9000, [1], {"a": 1})
ODD_PARTS = ("9" * 30, "x" * 300 + "小军'<")
ODD_QUERIES = ("-1", "9" * 30, "cD0xMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "%00")
SERVERS = {"apps", "transfers", "users", "usersigs", "webhooks"}  # nouns of which an app's server does more than people
TRACE, NUMBER = "mallory-was-here", 918_273_645


@pytest.fixture(autouse=True)
def no_limits(monkeypatch) -> None:
    for throttle in ("core.api.PersonThrottle", "partners.auth.KeyThrottle"):
        monkeypatch.setattr(f"{throttle}.rate", None, raising=False)


@pytest.fixture
def theirs(app) -> world.World:
    """A whole world in the realm of an app."""
    topups.fund_app(actor=SYSTEM, realm=app.realm, coins=1000, reason="a start", key="1")
    people = [apps_person(app, name) for name in NAMES]
    topups.give(actor=SYSTEM, user=people[0], coins=500, reason="a start", key="2")
    built = world.build(people, app_id=app.realm, prefix=app.row.keys.get().prefix)
    hook = webhooks.create(actor=App(app.realm), url="https://93.184.216.34/hook", events=["*"]).webhook
    delivery = deliveries.test(actor=App(app.realm), wid=hook.wid)
    built.known.update({"wid": [hook.wid], "mid": [delivery.mid]})
    return built


@pytest.fixture
def site(client, db) -> APIClient:
    """Somebody who is signed in to the site, with a world of their own."""
    people = [User.objects.create_user(name) for name in NAMES]
    world.build(people)
    found = APIClient()
    found.force_login(people[1])
    return found


def apps_person(app, name: str) -> User:
    app.server().post(BASE + "users/", {"uid": name})
    return User.objects.get(realm=app.realm, uid=name)


def call(client: APIClient, route: Route, address: str, body: object = None):
    """In a world that is as before afterwards."""
    with transaction.atomic():
        answer = kept(client, route, address, body)
        transaction.set_rollback(True)
    return answer


def kept(client: APIClient, route: Route, address: str, body: object = None):
    sent = {} if route.method == "get" else {"data": body or {}, "format": "json"}
    client.raise_request_exception = False
    return getattr(client, route.method)(address, headers=route.headers(), **sent)


def said(answer) -> str:
    return f"{answer.status_code} {answer.content[:120]!r}"


def rows() -> dict[str, set[str]]:
    """All that is in the database, but for what a call leaves there by being one."""
    every = (model for label in OURS for model in django_apps.get_app_config(label).get_models())
    return {model._meta.label: set(_dumped(model)) for model in every if model._meta.label != "core.KeyedCall"}


def _dumped(model: type[models.Model]) -> Iterator[str]:
    names = [field.name for field in model._meta.fields if field.name not in ("used_at", "last_login")]
    return (serializers.serialize("json", [row], fields=names) for row in model._base_manager.all())


def changes(before: dict[str, set[str]]) -> list[str]:
    return sorted(row for label, now in rows().items() for row in now ^ before[label])


def test_the_schema_names_every_address_and_no_other() -> None:
    assert routes.in_schema() == routes.in_urlconf()


def test_some_scope_opens_every_address() -> None:
    for route in ROUTES:
        assert scopes.needed(BASE + route.path, route.method.upper()) in scopes.SCOPES, route


def test_a_key_without_the_scope_opens_nothing(app, theirs) -> None:
    wrong = []
    for noun in sorted({route.noun for route in ROUTES}):
        others = [scope for scope in scopes.SCOPES if not scope.startswith(f"{noun}:")]
        _, key = apps.make_key(actor=app.row.owner, app_id=app.realm, scopes=others)
        for route in (one for one in ROUTES if one.noun == noun and one.path != TICKETS):
            answer = call(app.server(key=key), route, route.address(theirs.known), route.sample(theirs.known))
            if answer.status_code != 403 or answer.json()["error"]["code"] != "scope_missing":
                wrong.append(f"{route}: {said(answer)}")
    assert not wrong, "\n".join(wrong)


def test_what_is_an_apps_own_is_nobody_elses_and_stays_as_it_is(app, other_app, theirs, site) -> None:
    apps_person(other_app, "elsewhere")
    strangers = {
        "another app's server": other_app.server(),
        "another app's host": other_app.client("elsewhere"),
        "the site": site,
        "a guest": APIClient(),
    }
    before, wrong = rows(), []
    for route in (one for one in ROUTES if one.parts):
        for who, client in strangers.items():
            answer = kept(client, route, route.address(theirs.known), route.sample(theirs.known))
            seen = who in ("the site", "a guest") and route.method == "get" and route.path in OPEN
            if answer.status_code not in (401, 403, 404) and not (seen and answer.status_code == 200):
                wrong.append(f"{route} by {who}: {said(answer)}")
        cache.delete_pattern("*")
    assert not wrong, "\n".join(wrong)
    assert not changes(before), "\n".join(changes(before))


def test_a_guest_changes_nothing_anywhere(theirs, site) -> None:
    before, wrong = rows(), []
    for route in (one for one in WRITES if one.path != TICKETS):
        answer = kept(APIClient(), route, route.address(theirs.known), route.sample(theirs.known))
        if answer.status_code not in (401, 403, 404):
            wrong.append(f"{route}: {said(answer)}")
    assert not wrong, "\n".join(wrong)
    assert not changes(before), "\n".join(changes(before))


def test_an_apps_own_people_change_nothing_that_is_the_servers_or_anothers(app, theirs) -> None:
    """A stranger may come in, follow and join; what the host and the viewer have is not theirs."""
    before = rows()
    for route in WRITES:
        if "app_id" in route.parts or "rid" in route.parts or "call_id" in route.parts or route.noun == "bans":
            answer = kept(app.client("stranger"), route, route.address(theirs.known), route.sample(theirs.known))
            assert answer.status_code in (401, 403, 404), f"{route}: {said(answer)}"
    assert not changes(before), "\n".join(changes(before))


def test_no_column_is_written_that_the_schema_does_not_name(app, theirs) -> None:
    columns = {
        field.name: field
        for label in OURS
        for model in django_apps.get_app_config(label).get_models()
        for field in model._meta.fields
    }
    wrong = []
    for route in WRITES:
        declared = route.body.get("properties", {})
        extra = {name: _trace(field) for name, field in columns.items() if name not in declared}
        body = {**extra, **route.sample(theirs.known)}
        with transaction.atomic():
            answer = kept(whoever_may(app, route), route, route.address(theirs.known), body)
            now = rows() if answer.status_code < 400 else {}
            left = [row for table in now.values() for row in table if TRACE in row or str(NUMBER) in row]
            left += [str(user) for user in User.objects.filter(is_staff=True) | User.objects.filter(realm="9")]
            transaction.set_rollback(True)
        if answer.status_code >= 500 or left:
            wrong.append(f"{route}: {said(answer)} {left[:1]}")
    assert not wrong, "\n".join(wrong)


def _trace(field: models.Field) -> object:
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField | models.ForeignKey):
        return NUMBER
    return "9" if field.name == "realm" else TRACE


def whoever_may(app, route: Route) -> APIClient:
    return app.server() if route.noun in SERVERS else app.server("host")


def test_a_value_of_another_kind_breaks_nothing(app, theirs) -> None:
    """In all fields at once; and in each number alone, since services look at those themselves."""
    wrong = []
    for route in (one for one in WRITES if one.body):
        fields = route.body["properties"]
        numbers = [name for name, schema in fields.items() if schema.get("type") == "integer"]
        for names in (list(fields), *([name] for name in numbers)):
            for odd in ODD:
                body = {**route.sample(theirs.known), **dict.fromkeys(names, odd)}
                answer = call(whoever_may(app, route), route, route.address(theirs.known), body)
                if answer.status_code >= 500:
                    wrong.append(f"{route}, {names} = {str(odd)[:20]!r}: {said(answer)}")
        cache.delete_pattern("*")
    assert not wrong, "\n".join(wrong)


def test_a_part_of_an_address_that_is_none_breaks_nothing(app, theirs) -> None:
    wrong, server = [], app.server()
    for route in ROUTES:
        for name in route.parts:
            for odd in ODD_PARTS:
                address = route.address(theirs.known, **{name: odd})
                answer = call(server, route, address, route.sample(theirs.known))
                if not 400 <= answer.status_code < 500 or "error" not in answer.json():
                    wrong.append(f"{route}, {name} = {odd[:20]!r}: {said(answer)}")
    assert not wrong, "\n".join(wrong)


def test_an_odd_query_breaks_nothing(app, theirs) -> None:
    wrong, server = [], app.server()
    for route in (one for one in ROUTES if one.method == "get"):
        for odd in ODD_QUERIES:
            query = "&".join(f"{name}={odd}" for name in {*route.query, "cursor", "page_size"})
            answer = call(server, route, f"{route.address(theirs.known)}?{query}")
            if answer.status_code >= 500:
                wrong.append(f"{route}?{query[:60]}: {said(answer)}")
    assert not wrong, "\n".join(wrong)


def test_other_methods_and_formats_are_refused_in_the_one_shape(db) -> None:
    wrong, guest = [], APIClient()
    taken: dict[str, set[str]] = {}
    for route in ROUTES:
        taken.setdefault(route.path, set()).add(route.method)
    for path, methods in taken.items():
        address = Route(path, "get", {}, {}, False).address({})
        as_html = getattr(guest, min(methods))(address, headers={"Accept": "text/html"})
        _expect(wrong, f"{path} as HTML", as_html, 406, "not_acceptable")
        for method in set(routes.METHODS) - methods:
            _expect(wrong, f"{method} {path}", getattr(guest, method)(address), 405, "method_not_allowed")
    assert not wrong, "\n".join(wrong)


def test_a_body_of_another_type_is_refused_in_the_one_shape(app, theirs) -> None:
    wrong = []
    for route in (one for one in WRITES if one.body):
        sent = {"data": "<a/>", "content_type": "text/xml", "headers": route.headers()}
        answer = getattr(app.server("host"), route.method)(route.address(theirs.known), **sent)
        _expect(wrong, f"{route} in XML", answer, 415, "unsupported_media_type")
    assert not wrong, "\n".join(wrong)


def _expect(wrong: list[str], where: str, answer, status: int, code: str) -> None:
    if answer.status_code != status or answer.json()["error"]["code"] != code:
        wrong.append(f"{where}: {said(answer)}")
