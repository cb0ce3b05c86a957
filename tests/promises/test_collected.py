"""Attempts to have stored what is not collected."""

import json
from datetime import timedelta

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.forms.actions.collect import collect
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inventory.actions.keep_item import keep_item
from madoguchi.rooms.inventory.errors import NotCollected
from madoguchi.rooms.inventory.models import Detail, Switch
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.vault.queries import file_key
from tests.house import House
from tests.promises.planting import counted, drop_trigger, run

PROMISE = "inventory.only-what-is-collected"


@pytest.mark.promise("inventory.only-what-is-collected")
def test_an_item_whose_switch_is_off_is_refused(house: House) -> None:
    officer, inquiry = viewer_of(house.staff["officer"]), Inquiry.objects.get(id=house.submit().id)
    for on in (True, False):
        collect(viewer=officer, code="payment_reference", on=on)

    with pytest.raises(NotCollected, match="いまは取得していません"):
        keep_item(viewer=officer, person=inquiry.person_id, code="payment_reference", value="ch_1")
    assert Detail.objects.count() == 0


@pytest.mark.promise("inventory.only-what-is-collected")
def test_an_answer_from_an_old_page_is_dropped(house: House) -> None:
    officer = viewer_of(house.staff["officer"])
    collect(viewer=officer, code="sex", on=True)
    asking = first_form()
    assert asking is not None
    house.form = asking
    collect(viewer=officer, code="sex", on=False)

    inquiry = Inquiry.objects.get(id=house.submit(sex="女性").id)

    assert "sex" not in answers_of(inquiry).values
    assert (counted(PROMISE).kept, counted(PROMISE).broken) == (0, 0)


@pytest.mark.promise("inventory.only-what-is-collected")
def test_what_went_round_the_guard_is_noticed(house: House) -> None:
    officer, inquiry = viewer_of(house.staff["officer"]), Inquiry.objects.get(id=house.submit().id)
    collect(viewer=officer, code="payment_reference", on=True)
    keep_item(viewer=officer, person=inquiry.person_id, code="payment_reference", value="ch_1")
    assert (counted(PROMISE).kept, counted(PROMISE).broken) == (1, 0)

    Switch.objects.update(on_at=clock.now() + timedelta(hours=1))
    assert (counted(PROMISE).kept, counted(PROMISE).broken) == (0, 1)

    visit = json.dumps({"ip_address": "203.0.113.9"})
    sealed = file_key(inquiry.file_id).seal(Inquiry, "visit", inquiry.id, visit)
    drop_trigger("inquiries_inquiry", "inquiry_as_sent")
    run("UPDATE inquiries_inquiry SET visit = %s", sealed)
    assert counted(PROMISE).broken == 2
