"""Characters that no database keeps, in every box of the screens of policy and complaints: dropped, never a fault."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from madoguchi.rooms.policy.models import Draft
from madoguchi.rooms.policy.queries.versions import in_force
from tests.clockwork import stopped_clock
from tests.house import House
from tests.journeys.filling import opened
from tests.rooms.policy.drafting import asked, begin, leave

NUL = "\0"


@pytest.fixture(autouse=True)
def confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.faces.staff_site.policy_approval.ask_again", lambda request, back: None)


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


def draft_page(draft: Draft) -> str:
    return f"/desk/policy/drafts/{draft.id}/"


def test_reasons_of_a_draft(house: House, officer: Client) -> None:
    draft = begin(house)
    page = opened(officer, draft_page(draft))
    page.send(go="save", class__3="notice", reason__3=f"理由{NUL}です")

    draft.refresh_from_db()
    assert draft.changes == {"3": {"class": "notice", "reason": "理由です"}}


def test_why_a_draft_comes_back(house: House) -> None:
    draft = asked(house)
    opened(house.sign_in("admin"), draft_page(draft)).send(go="return", because=f"直して{NUL}ください")

    draft.refresh_from_db()
    assert draft.returned_because == "直してください"


def test_why_one_alone_publishes(house: House, tmp_path: Path, monkeypatch: Any) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    leave(house, "admin")
    draft = asked(house)
    time.forward(timedelta(hours=24))
    officer = house.sign_in("officer")
    opened(officer, draft_page(draft)).send(go="publish", reason=NUL)
    assert in_force(house.entity_id).number == 1
    opened(officer, draft_page(draft)).send(go="publish", reason=f"一人{NUL}のため")

    assert in_force(house.entity_id).reason == "一人のため"


@pytest.mark.parametrize("address", ["/desk/policy/take-in/", "/desk/organisation/", "/desk/notices/"])
def test_texts_of_the_other_screens(house: House, officer: Client, address: str) -> None:
    page = opened(officer, address)
    typed: dict[str, Any] = {name: f"{NUL}あ{NUL}" for name, kind in page.boxes.items() if kind}
    typed |= {"seen": page.boxes.get("seen", [])}
    assert page.send(**typed).status in (200, 409, 422)


def test_what_was_done_about_a_complaint(house: House, officer: Client) -> None:
    number = house.submit().receipt_number
    opened(officer, f"/desk/inquiries/{number}/privacy/").send(kind="complaint")
    answer = officer.post(
        f"/desk/inquiries/{number}/privacy/close/", {"outcome": "answered", "said": f"お返事{NUL}しました"}
    )
    assert answer.status_code == 302
