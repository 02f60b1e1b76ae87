"""The page of an account's apps: what it shows comes over REST, so here is only what it is written with."""

import json
import re

from django.test import Client

PAGE = "/apps/"


def test_a_guest_is_asked_to_sign_in(client, db) -> None:
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"


def test_it_offers_every_scope_and_no_secret(maker, app) -> None:
    browser = Client()
    browser.force_login(maker)
    page = browser.get(PAGE).text
    assert 'value="channels:write"' in page
    assert not [secret for secret in (app.api_key, app.row.usersig_key, app.row.agora_secret) if secret in page]
    data = json.loads(re.search(r'<script id="page" type="application/json">(.*?)</script>', page)[1])
    assert data["statuses"]["active"] == "active"


def test_the_menu_leads_there(maker, client) -> None:
    client.force_login(maker)
    assert f'href="{PAGE}"' in client.get("/").text
