"""Guests of pages that keep no cookie of ours."""

from rest_framework.test import APIClient

from core import guests


def test_a_page_of_others_is_given_a_guests_ticket(db) -> None:
    answer = APIClient().post("/api/v1/users/guests/")
    assert answer.status_code == 201
    assert guests.from_ticket(answer.json()["ticket"])
    assert "guest" not in answer.cookies
