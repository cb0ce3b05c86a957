"""Attempts to end a complaint without an outcome, or to leave one in nobody's hands."""

import ast
import json
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.actions.disable_staff import disable_staff
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.rights.actions.open_complaint import open_complaint
from madoguchi.rooms.rights.models import Complaint
from tests.architecture.source import PACKAGE, SRC
from tests.house import House
from tests.promises.planting import counted, run

# Verbs of the inquiries that can settle one, or take it out of the inbox, and what they ask by.
SETTLING = {"set_status": "closing", "reply": "closing", "decline": "closing", "move_lane": "leaving"}


def opened(house: House) -> Inquiry:
    receipt = house.submit()
    house.work()
    open_complaint(inquiry_id=receipt.id, kind="complaint", by=VISITOR)
    return Inquiry.objects.get(id=receipt.id)


def stands(inquiry: Inquiry) -> tuple[bool, bool]:
    """Whether the inquiry and its complaint are still open."""
    return (
        Inquiry.objects.get(id=inquiry.id).closed_at is None,
        Complaint.objects.get(inquiry_id=inquiry.id).closed_at is None,
    )


@pytest.mark.promise("rights.closed-with-outcome")
@pytest.mark.parametrize("role", ["clerk", "officer", "admin"])
def test_no_screen_settles_the_inquiry_while_the_complaint_is_open(house: House, role: str) -> None:
    inquiry, desk = opened(house), house.sign_in(role)
    here = f"/desk/inquiries/{inquiry.receipt_number}"
    desk.post(f"{here}/status/", {"status": "done"})
    assert stands(inquiry) == (True, True)
    text = {"text": "承りました。", "then": "done", "seen_until": clock.now().isoformat()}
    answer = desk.post(f"{here}/reply/", text)
    assert (answer.status_code, "承りました。" in answer.content.decode()) == (409, True)
    move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="sales")
    desk.post(f"{here}/decline/")
    assert stands(inquiry) == (True, True)


@pytest.mark.promise("rights.closed-with-outcome")
def test_no_token_settles_it_either(house: House, client: Client) -> None:
    inquiry = opened(house)
    token = make_token(staff=house.staff["officer"], scopes=["inquiries:write"], by=house.viewer.ref)
    for verb, body in (
        ("status", {"status": "done"}),
        ("reply", {"text": "承りました。", "then": "done"}),
        ("complaint/close", {"outcome": "", "said": "改めました。"}),
    ):
        answer = client.post(
            f"/api/v1/inquiries/{inquiry.receipt_number}/{verb}", json.dumps(body), "application/json",
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (409, "no-outcome"), verb
    assert stands(inquiry) == (True, True)


@pytest.mark.promise("rights.closed-with-outcome")
def test_the_complaint_itself_needs_one_that_is_known(house: House) -> None:
    inquiry, officer = opened(house), house.sign_in("officer")
    here = f"/desk/inquiries/{inquiry.receipt_number}/privacy/close/"
    answer = officer.post(here, {"outcome": "done", "said": "改めました。", "too": "yes"})

    assert (answer.status_code, stands(inquiry)) == (409, (True, True))
    assert officer.post(here, {"outcome": "mended", "said": "改めました。", "too": "yes"}).status_code == 302
    assert stands(inquiry) == (False, False)
    assert (counted("rights.closed-with-outcome").kept, counted("rights.closed-with-outcome").broken) == (
        1,
        0,
    )


@pytest.mark.promise("rights.closed-with-outcome")
def test_an_inquiry_settled_round_the_guard_is_noticed(house: House) -> None:
    inquiry = opened(house)
    assert counted("rights.closed-with-outcome").broken == 0
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="done")

    assert counted("rights.closed-with-outcome").broken == 1


@pytest.mark.promise("rights.closed-with-outcome")
def test_one_ended_behind_the_database_is_noticed(house: House) -> None:
    if connection.vendor != "sqlite":
        run("ALTER TABLE rights_complaint DROP CONSTRAINT complaint_closed_with_outcome")
    else:
        run("PRAGMA ignore_check_constraints = ON")
    inquiry = opened(house)
    Complaint.objects.filter(inquiry_id=inquiry.id).update(closed_at=clock.now(), closed_by=UUID(int=1))

    assert counted("rights.closed-with-outcome").broken == 1


def unasked(source: str) -> list[str]:
    """Calls of a settling verb that hand it nothing to ask."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [
        (ast.unparse(call.func).rpartition(".")[2], {each.arg for each in call.keywords}) for call in calls
    ]
    return [name for name, given in named if name in SETTLING and SETTLING[name] not in given]


def test_every_face_that_settles_asks_first() -> None:
    faces: Path = SRC / PACKAGE / "faces"
    rights: Path = SRC / PACKAGE / "rooms/rights"
    found = {
        p.name: unasked(p.read_text(encoding="utf-8")) for root in (faces, rights) for p in root.rglob("*.py")
    }

    assert {name: calls for name, calls in found.items() if calls} == {}
    assert unasked("set_status(viewer=v, inquiry_id=i, status='done')") == ["set_status"]


@pytest.mark.promise("rights.complaints-in-hand")
def test_an_owner_who_left_is_noticed_until_another_is_named(house: House) -> None:
    inquiry = opened(house)
    assert (counted("rights.complaints-in-hand").kept, counted("rights.complaints-in-hand").broken) == (1, 0)
    disable_staff(staff=house.staff["officer"], by=house.viewer.ref)

    assert (counted("rights.complaints-in-hand").kept, counted("rights.complaints-in-hand").broken) == (0, 1)
    Complaint.objects.filter(inquiry_id=inquiry.id).update(owner_id=house.staff["admin"].id)
    assert (counted("rights.complaints-in-hand").kept, counted("rights.complaints-in-hand").broken) == (1, 0)


@pytest.mark.promise("rights.complaints-in-hand")
def test_what_came_by_the_form_and_was_left_out_is_noticed(house: House, client: Client) -> None:
    shown = client.get("/api/v1/forms/privacy").json()["notice"]["digest"]
    answers = {"kind": "苦情", "body": "困っています。", "name": "山田 花子", "email": "hanako@example.jp"}
    body = json.dumps({"answers": answers, "notice": shown})
    assert client.post("/api/v1/forms/privacy/submissions", body, "application/json").status_code == 201
    assert counted("rights.complaints-in-hand").broken == 0
    Complaint.objects.all().delete()

    assert counted("rights.complaints-in-hand").broken == 1
