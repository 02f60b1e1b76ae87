"""The way to the staff pages: one sign-in for everybody, and a second step."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
PASSWORD = "footlight-demo"
PAIR = reverse("mfa_activate_totp")


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def sign_in(client: Client, name: str, password: str = PASSWORD, there: str = "/admin/"):
    return client.post(reverse("account_login"), {"login": name, "password": password, "next": there})


def pair(client: Client) -> None:
    """Who one is, is asked again first."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(PAIR, {"code": digits(client.get(PAIR).context["form"].secret)})


@pytest.mark.django_db(transaction=True)
def test_staff_without_a_second_factor_are_led_to_set_one_up_and_then_let_in(client, staff):
    sign_in(client, "staff")
    for page in ("/admin/", "/admin/core/user/", "/admin/core/auditrow/export/"):
        assert client.get(page).url == PAIR
    assert "Staff sign in with a second step: set it up first." in client.get(PAIR, follow=True).content.decode()
    pair(client)
    assert client.get("/admin/").status_code == 200


def test_a_session_from_before_the_second_factor_is_asked_for_it(client, staff):
    sign_in(client, "staff")
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    asked = client.get("/admin/core/user/")
    assert asked.url == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fcore%2Fuser%2F"
    there = client.post(asked.url, {"code": digits(secret)})
    assert there.url == "/admin/core/user/"
    assert client.get("/admin/core/user/").status_code == 200


def test_who_signed_in_with_both_steps_walks_in(client, staff):
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    second = sign_in(client, "staff")
    assert client.get("/admin/").status_code == 302
    client.post(second.url, {"code": digits(secret)})
    assert client.get("/admin/").status_code == 200


def test_who_takes_the_second_factor_away_is_led_to_set_it_up_again(client, staff):
    sign_in(client, "staff")
    pair(client)
    Authenticator.objects.all().delete()
    assert client.get("/admin/").url == PAIR


def test_it_concerns_staff_pages_and_staff_alone(client, staff, viewer):
    sign_in(client, "staff")
    assert client.get("/me/").status_code == 200
    other = Client()
    other.force_login(viewer)
    assert other.get("/admin/").url.startswith("/admin/login/")


def test_where_it_is_off_a_password_is_enough(client, staff, settings):
    settings.STAFF_MFA_REQUIRED = False
    sign_in(client, "staff")
    assert client.get("/admin/").status_code == 200


def test_the_staff_pages_have_no_sign_in_of_their_own(client, staff):
    answer = client.post("/admin/login/", {"username": "staff", "password": PASSWORD, "next": "/admin/"})
    assert answer.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_guessing_the_password_of_staff_is_slowed_down(client, staff):
    for _ in range(12):
        refused = sign_in(client, "staff", "wrong")
    sign_in(client, "staff")
    assert refused.status_code in (200, 429)
    assert "_auth_user_id" not in client.session
