"""One person an address, however many ask at once; no address, a new person each time."""

import threading

from django.db import connections

from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.people.queries import person_by_address
from tests.house import House


def test_one_address_is_one_person(house: House) -> None:
    first = claim(email_key="hanako@example.jp")

    assert claim(email_key="hanako@example.jp") == first
    assert claim(email_key="taro@example.jp") != first
    assert person_by_address("hanako@example.jp") == first
    assert person_by_address("nobody@example.jp") is None


def test_without_an_address_each_is_somebody_else(house: House) -> None:
    assert claim(email_key=None) != claim(email_key=None)
    assert claim(email_key="") != claim(email_key="")
    assert Person.objects.count() == 4


def test_twenty_at_once_are_one_person(house: House) -> None:
    found: list[object] = []

    def ask() -> None:
        try:
            found.append(claim(email_key="hanako@example.jp"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found)), Person.objects.count()) == (20, 1, 1)


def test_after_the_address_was_blanked_the_next_is_a_new_person(house: House) -> None:
    first = claim(email_key="hanako@example.jp")
    Person.objects.filter(id=first).update(address_index=None)

    assert claim(email_key="hanako@example.jp") != first
