"""Figures for monitoring are for this machine only, and hold no value."""

from django.test import Client

from tests.house import House


def test_figures_for_this_machine(house: House) -> None:
    house.submit(name="左近允 燿子", email="yoko@nubatama.example")

    answer = Client().get("/metrics")

    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'madoguchi_jobs_waiting{kind="inquiries.acknowledge"} 1.0' in text
    assert "madoguchi_promises_broken 0.0" in text
    assert not any(word in text for word in ("左近允", "nubatama"))


def test_strangers_get_nothing(house: House) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert Client(headers={"x-forwarded-for": "203.0.113.9"}).get("/metrics").status_code == 404
