"""Signing up, in and out, forgotten passwords, and the second step."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail

from core.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture
def reader(host):
    host.email = "host@example.org"
    host.set_password(PASSWORD)
    host.save()
    return host


def sign_in(client, login="host", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


def sign_up(client, **more):
    form = {"username": "newcomer", "email": "", "password1": PASSWORD, "password2": PASSWORD, **more}
    return client.post("/accounts/signup/", form)


def code_now(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def link_in(letter: str) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter).group(1)


def test_it_signs_somebody_up_without_an_address_and_signs_them_in(client):
    assert sign_up(client).url == "/"
    user = User.objects.get(username="newcomer")
    assert (user.uid, user.realm, client.session["_auth_user_id"]) == ("newcomer", "", str(user.pk))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "a:b"}, "3 to 32 letters"),
        ({"username": "ab"}, "at least 3 characters"),
        ({"password1": "12345678", "password2": "12345678"}, "too common"),
        ({"password2": "something-else"}, "same password"),
        ({"username": "HOST"}, "already"),
    ],
)
def test_it_says_beside_the_field_what_is_wrong_with_a_sign_up(client, host, wrong, words):
    page = sign_up(client, **wrong).content.decode()
    assert words in page
    assert 'aria-invalid="true"' in page
    assert not User.objects.filter(username="newcomer").exists()


@pytest.mark.parametrize("login", ["host", "HOST", "host@example.org"])
def test_it_signs_in_by_name_or_by_address(client, reader, login):
    assert sign_in(client, login).url == "/"


def test_it_does_not_say_whether_the_name_or_the_password_was_wrong(client, reader):
    wrong = [sign_in(client, "host", "nope"), sign_in(client, "nobody", "nope")]
    notices = [re.search(r'role="alert".*?<span>(.*?)</span>', page.content.decode(), re.S) for page in wrong]
    assert notices[0].group(1) == notices[1].group(1)


def test_it_stops_somebody_who_guesses(client, reader):
    for _ in range(12):
        sign_in(client, "host", "wrong")
    assert "_auth_user_id" not in client.session
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_it_says_in_its_own_look_when_somebody_signs_up_too_often(client, db):
    pages = [sign_up(client, username=f"person{number}", password2="other") for number in range(25)]
    assert pages[-1].status_code == 429
    assert "Not so fast" in pages[-1].content.decode()


def test_it_leads_back_to_the_page_but_never_to_another_site(client, reader):
    assert sign_in(client, next="/c/abc/").url == "/c/abc/"
    client.post("/accounts/logout/")
    assert sign_in(client, next="https://elsewhere.example/").url == "/"


def test_it_speaks_the_language_somebody_chose_from_the_moment_they_sign_in(client, reader):
    User.objects.filter(pk=reader.pk).update(language="zh-hans")
    assert sign_in(client).cookies["django_language"].value == "zh-hans"
    assert 'lang="zh-hans"' in client.get("/").content.decode()


def test_it_remembers_the_language_of_a_sign_up(client):
    client.cookies["django_language"] = "zh-hans"
    sign_up(client)
    assert User.objects.get(username="newcomer").language == "zh-hans"


def test_it_keeps_an_apps_people_out_of_the_sites_door(client, db):
    user = User(username="app1:ann", realm="app1", uid="ann")
    user.set_unusable_password()
    user.save()
    for password in ("", "!", user.password):
        sign_in(client, "app1:ann", password)
    assert "_auth_user_id" not in client.session


def test_it_signs_out_by_a_form_only(client, reader):
    sign_in(client)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("language", "subject"), [("en", "A new password"), ("zh-hans", "设置新密码")])
def test_it_sends_a_link_in_the_readers_language_and_the_link_works_once(client, reader, language, subject):
    User.objects.filter(pk=reader.pk).update(language=language)
    client.post("/accounts/password/reset/", {"email": "host@example.org"})
    (letter,) = mail.outbox
    assert letter.subject == f"[Footlight] {subject}"
    assert not letter.alternatives
    page = client.get(link_in(letter.body), follow=True)
    where = page.redirect_chain[-1][0]
    client.post(where, {"password1": "another-good-one", "password2": "another-good-one"})
    reader.refresh_from_db()
    assert reader.check_password("another-good-one")
    client.session.flush()
    assert client.get(link_in(letter.body), follow=True).context["token_fail"]


def test_it_answers_alike_whether_an_address_is_known_or_not(client, reader):
    known = client.post("/accounts/password/reset/", {"email": "host@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_it_asks_for_the_second_step_and_takes_a_recovery_code_instead(client, host):
    sign_in(client, password="footlight-demo")
    assert client.get("/accounts/2fa/totp/activate/").url.startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "footlight-demo"})
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client.post("/accounts/logout/")
    assert sign_in(client, password="footlight-demo").url == "/accounts/2fa/authenticate/"
    assert client.get("/me/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": recovery[0]})
    assert client.session["_auth_user_id"] == str(host.pk)


def test_it_sends_staff_to_the_one_door_and_others_away_from_theirs(client, reader):
    assert client.get("/admin/login/?next=/admin/").url == "/accounts/login/?next=/admin/"
    sign_in(client)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    "path", ["login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/1-abc/", "inactive/"]
)
def test_it_dresses_every_page_of_the_door(client, path):
    page = client.get(f"/accounts/{path}").content.decode()
    assert 'class="entrance"' in page


@pytest.mark.parametrize("path", ["logout/", "email/", "password/change/", "2fa/"])
def test_it_dresses_every_page_of_an_account(client, reader, path):
    client.force_login(reader)
    page = client.get(f"/accounts/{path}").content.decode()
    assert "account-tabs" in page
    assert page.count("<h1") == 1
