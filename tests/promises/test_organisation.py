"""Attempts of another company's staff to see an inquiry, through every door of the desk."""

import pytest
from django.db import DatabaseError
from django.test import Client

from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.read import mark_read, record_list_look
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from tests.house import House
from tests.promises.planting import counted, run

NAME = "organisation.own-entity-only"


def stranger(house: House) -> Staff:
    """Staff of a sister company, an admin there."""
    sister = LegalEntity.objects.create(
        name="株式会社となり", address="東京都", representative_title="代表取締役", representative="隣 太郎",
        desk="総務部", sender_name="となり", sender_address="desk@tonari.example.jp",
    )  # fmt: skip
    staff = add_staff(
        email="t@tonari.example.jp", name="隣 花子", role="admin", entity_id=sister.id, by=COMMAND
    )
    house.staff["stranger"] = staff
    return staff


@pytest.mark.promise("organisation.own-entity-only")
def test_another_companys_inquiry_looks_like_none(house: House) -> None:
    receipt = house.submit()
    stranger(house)
    client = house.sign_in("stranger")
    path = f"/desk/inquiries/{receipt.receipt_number}/"

    theirs, nothing = client.get(path), client.get("/desk/inquiries/M-20261124-ZZZZ/")
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert "山田" not in theirs.content.decode()
    assert house.sign_in("clerk").get(path).status_code == 200


@pytest.mark.promise("organisation.own-entity-only")
def test_lists_and_counts_stay_at_home(house: House) -> None:
    house.submit()
    stranger(house)
    client = house.sign_in("stranger")

    for view in ("inbox", "unassigned", "done", "overdue"):
        assert "青葉" not in client.get(f"/desk/inbox/{view}/").content.decode()


@pytest.mark.promise("organisation.own-entity-only")
def test_a_token_opens_nothing_of_another_company(house: House) -> None:
    receipt = house.submit()
    token = make_token(staff=stranger(house), scopes=["inquiries:read"], by=COMMAND)
    client = Client(headers={"authorization": f"Bearer {token}"})

    assert client.get(f"/api/v1/inquiries/{receipt.receipt_number}").status_code == 404
    assert client.get("/api/v1/inquiries").json()["items"] == []
    assert Inquiry.objects.count() == 1


@pytest.mark.promise("organisation.own-entity-only")
def test_a_look_across_the_wall_is_noticed(house: House) -> None:
    inquiry = Ref("inquiry", house.submit().id)
    other = Ref("staff", stranger(house).id)
    mark_read(viewer=house.viewer, inquiry_id=inquiry.id)
    record_list_look(viewer=house.viewer, inquiry_ids=[inquiry.id])
    assert (counted(NAME).kept, counted(NAME).broken) == (2, 0)

    record("inquiry.read", about=inquiry, by=other)
    assert (counted(NAME).kept, counted(NAME).broken) == (2, 1)
    record("inquiry.listed", about=other, by=other, details={"count": 1}, refs=[inquiry])
    assert (counted(NAME).kept, counted(NAME).broken) == (2, 2)


@pytest.mark.promise("organisation.own-entity-only")
def test_nobody_is_without_a_company(house: House) -> None:
    with pytest.raises(DatabaseError):
        run("UPDATE organisation_staff SET entity_id = NULL")
