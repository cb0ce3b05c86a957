"""Attempts to read what was erased, and what lies there unsealed."""

import pytest
from django.db import DatabaseError

from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries import answers_of, list_page, timeline
from madoguchi.rooms.vault.actions.destroy_file import destroy_file
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import file_key, file_keys
from tests.house import House
from tests.promises.planting import counted, run


def erased(house: House) -> Inquiry:
    inquiry = Inquiry.objects.get(id=house.submit(email="hanako@example.jp").id)
    house.work()
    assert destroy_file(file=inquiry.file_id, reason="request")
    return inquiry


def outcome(inquiry: Inquiry) -> object:
    """What comes of opening it: the answers, or the kind of refusal."""
    try:
        return answers_of(inquiry).values
    except Exception as error:  # noqa: BLE001  its kind is what the proof looks at
        return type(error)


@pytest.mark.promise("vault.erased-stays-erased")
def test_what_was_erased_is_refused_with_its_sentence(house: House) -> None:
    inquiry = erased(house)

    assert outcome(inquiry) is FileErased
    assert file_keys([inquiry.file_id]) == {}
    (row,) = list_page(house.viewer, "inbox").rows
    assert (row.erased, row.name, row.company, row.line) == (True, "", "", "")
    assert timeline(inquiry) == []


@pytest.mark.promise("vault.erased-stays-erased")
def test_a_page_of_the_desk_shows_nothing_of_it(house: House) -> None:
    inquiry = erased(house)

    page = house.sign_in("clerk").get(f"/desk/inquiries/{inquiry.receipt_number}/")
    assert page.status_code == 200
    assert not any(word in page.content.decode() for word in ("山田", "青葉", "hanako", "見積"))


@pytest.mark.promise("vault.erased-stays-erased")
def test_the_old_key_cannot_be_put_back(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    old = bytes(File.objects.get(id=inquiry.file_id).wrapped or b"")
    destroy_file(file=inquiry.file_id, reason="request")

    with pytest.raises(DatabaseError):
        run("UPDATE vault_file SET wrapped = %s", old)
    assert outcome(inquiry) is FileErased
    assert (counted("vault.erased-stays-erased").kept, counted("vault.erased-stays-erased").broken) == (1, 0)


@pytest.mark.promise("vault.erased-stays-erased")
def test_the_key_of_another_file_opens_nothing(house: House) -> None:
    """A living key copied over a dead one is bound to its own file."""
    one, other = (Inquiry.objects.get(id=house.submit().id) for _ in range(2))
    destroy_file(file=one.file_id, reason="request")
    wrapped = bytes(File.objects.get(id=other.file_id).wrapped or b"")
    run("UPDATE vault_file SET wrapped = %s, destroyed_at = NULL, destroyed_for = '' WHERE id = %s",
        wrapped, File._meta.pk.get_db_prep_value(one.file_id, _connection()))  # fmt: skip

    assert outcome(one) is FileErased
    with pytest.raises(FileErased):
        file_key(one.file_id)


@pytest.mark.promise("vault.sealed-at-rest")
def test_a_key_that_lies_there_bare_is_noticed(house: House) -> None:
    house.submit()
    house.submit()
    assert (counted("vault.sealed-at-rest").kept, counted("vault.sealed-at-rest").broken) == (2, 0)

    file = File.objects.first()
    assert file is not None
    File.objects.filter(id=file.id).update(wrapped=b"k" * 32)

    assert (counted("vault.sealed-at-rest").kept, counted("vault.sealed-at-rest").broken) == (1, 1)


def _connection() -> object:
    from django.db import connection

    return connection
