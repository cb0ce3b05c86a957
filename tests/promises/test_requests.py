"""Attempts to answer a request before it is known who asks, to take what is not due, to refuse for no reason, to end
one untold; and what the checks notice when somebody goes round the guards."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.organisation.actions.disable_staff import disable_staff
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights.actions.identify import note_mailbox
from madoguchi.rooms.rights.actions.package import order_package
from madoguchi.rooms.rights.models import (
    Decision,
    DisclosurePackage,
    FeeRecord,
    IdentityCheck,
    Letter,
    RightsRequest,
)
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.actions.open_file import open_file
from tests.house import House
from tests.promises.planting import counted
from tests.rooms.rights.asked import (
    EMAIL,
    REASON,
    collected,
    decided,
    ended,
    identified,
    officer_of,
    opened,
    row,
)

Post = Callable[..., tuple[int, str]]


@pytest.fixture
def post(house: House, client: Client) -> Post:
    """A verb of the API by an officer's token: the status, and the code of the problem."""
    token = make_token(staff=house.staff["officer"], scopes=["rights:read", "rights:write"], by=COMMAND)

    def posted(id: UUID, verb: str, **body: Any) -> tuple[int, str]:
        answer = client.post(
            f"/api/v1/rights-requests/{row(id).number}/{verb}", json.dumps(body, default=str),
            "application/json", headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        return answer.status_code, answer.json().get("code", "")

    return posted


def found(promise: str) -> tuple[int, int]:
    count = counted(promise)
    return count.kept, count.broken


def asked(house: House, kind: str = "erasure") -> UUID:
    house.submit(email=EMAIL)
    return opened(house, kind).id


# -- who asks -----------------------------------------------------------------------------------------


@pytest.mark.promise("rights.identity-first")
def test_nothing_is_searched_decided_or_done_for_somebody_unknown(house: House, post: Post) -> None:
    id = asked(house)
    note_mailbox(request_id=id, by=person_ref(row(id).person_id))
    living = sorted(living_of(row(id).person_id))
    refusal = {"outcome": "refused", "ground": "law-requires", "reason": REASON}
    for verb, body in (
        ("decision", {"outcome": "granted"}),
        ("decision", {"outcome": "not_found"}),
        ("decision", refusal),
    ):
        assert post(id, verb, **body) == (409, "not-yet-identified"), body
    assert post(id, "collection", files=living, seen=living) == (409, "moved-meanwhile")
    assert post(id, "execution") == (409, "moved-meanwhile")
    assert (row(id).state, row(id).collected_at) == ("verifying", None)
    assert found("rights.identity-first") == (0, 0)


@pytest.mark.promise("rights.identity-first")
def test_no_state_alone_lets_anything_happen(house: House, post: Post) -> None:
    """As if a merge, a mistake or a hand in the database had moved it on."""
    id = asked(house)
    living = sorted(living_of(row(id).person_id))
    RightsRequest.objects.filter(id=id).update(state="investigating")
    assert post(id, "collection", files=living, seen=living) == (409, "not-yet-identified")
    assert post(id, "decision", outcome="granted") == (409, "not-yet-identified")


@pytest.mark.promise("rights.identity-first")
def test_work_for_somebody_unknown_is_noticed(house: House) -> None:
    id = asked(house)
    collected(house, id)
    decided(house, id, "refused")
    assert found("rights.identity-first") == (1, 0)
    IdentityCheck.objects.filter(request_id=id, way="call-back").delete()
    assert found("rights.identity-first") == (0, 1)

    other = opened(house, "disclosure").id
    key = open_file(kind="package", holder=row(other).person_id)
    DisclosurePackage.objects.create(request_id=other, file_id=key.id, form="electronic")
    assert found("rights.identity-first") == (0, 2)


@pytest.mark.promise("rights.identity-first")
def test_the_two_answers_that_tell_nothing_are_none_of_it(house: House, post: Post) -> None:
    unseen, nothing = asked(house), opened(house, "erasure", email="nobody@example.jp", name="だれか").id
    for id in (unseen, nothing):
        note_mailbox(request_id=id, by=person_ref(row(id).person_id))
    assert post(unseen, "decision", outcome="refused", ground=rules.UNSEEN, reason=REASON) == (200, "")
    assert post(nothing, "decision", outcome="not_found") == (200, "")
    assert found("rights.identity-first") == (2, 0)


# -- the fee ------------------------------------------------------------------------------------------


@pytest.mark.promise("rights.fee-shown-first")
def test_no_work_before_the_fee_and_no_fee_beside_the_three(house: House, post: Post) -> None:
    id, free = asked(house, "disclosure"), opened(house, "erasure").id
    identified(house, id)
    living, today = sorted(living_of(row(id).person_id)), clock.today()
    assert post(id, "collection", files=living, seen=living) == (409, "fee-not-settled")
    assert post(free, "fee", how="cash", paid_on=today) == (409, "no-fee")
    assert post(id, "fee", how="cash", paid_on=today) == (200, "")
    assert post(id, "collection", files=living, seen=living) == (200, "")
    assert found("rights.fee-shown-first") == (1, 0)


@pytest.mark.promise("rights.fee-shown-first")
def test_a_fee_for_another_kind_stops_the_work(house: House, post: Post) -> None:
    id = asked(house)
    identified(house, id)
    FeeRecord.objects.create(request_id=id, yen=500, shown_at=clock.now())
    living = sorted(living_of(row(id).person_id))
    assert post(id, "collection", files=living, seen=living) == (409, "no-fee")
    assert found("rights.fee-shown-first") == (0, 1)


@pytest.mark.promise("rights.fee-shown-first")
@pytest.mark.parametrize(
    "change",
    [
        {"yen": 3000},
        {"how": "transfer", "shown_at": None},
        {"settled_at": None, "settled_by": None, "how": ""},
    ],
)
def test_another_amount_an_unshown_and_an_unsettled_one_are_noticed(
    house: House, change: dict[str, Any]
) -> None:
    id = asked(house, "disclosure")
    collected(house, id)
    assert found("rights.fee-shown-first") == (1, 0)
    FeeRecord.objects.filter(request_id=id).update(**change)
    assert found("rights.fee-shown-first") == (0, 1)


# -- refusing -----------------------------------------------------------------------------------------


@pytest.mark.promise("rights.refused-with-reason")
@pytest.mark.parametrize("outcome", ["refused", "partial", "alternative"])
def test_no_refusal_without_a_listed_ground_and_words(house: House, post: Post, outcome: str) -> None:
    id = asked(house)
    collected(house, id)
    for ground, reason, code in (
        ("", REASON, "no-ground"),
        ("no", REASON, "no-ground"),
        ("not-a-fact", REASON, "no-ground"),
        ("still-needed", "　", "no-reason"),
    ):
        body = {"outcome": outcome, "ground": ground, "reason": reason, "instead": "止めます。"}
        assert post(id, "decision", **body) == (422, code), body
    assert row(id).state == "investigating"
    assert post(id, "decision", outcome=outcome, ground="still-needed", reason=REASON, instead="止めます。") == (
        200, "",
    )  # fmt: skip
    assert found("rights.refused-with-reason") == (1, 0)


@pytest.mark.promise("rights.refused-with-reason")
@pytest.mark.parametrize("change", [{"ground": ""}, {"ground": "not-a-fact"}, {"reason": b""}])
def test_a_refusal_robbed_of_its_reason_is_noticed(house: House, change: dict[str, Any]) -> None:
    id = asked(house)
    collected(house, id)
    decided(house, id, "refused")
    Decision.objects.filter(request_id=id).update(**change)
    assert found("rights.refused-with-reason") == (0, 1)


# -- telling ------------------------------------------------------------------------------------------


def plant_letter(id: UUID, kind: str) -> None:
    """One that never left."""
    Letter.objects.create(
        request_id=id, kind=kind, file_id=row(id).file_id, subject=b"-", body=b"-", channel="post",
        by_kind="staff", by_id=uuid4(),
    )  # fmt: skip


@pytest.mark.promise("rights.nothing-held-is-told")
def test_nothing_found_is_told_before_it_ends(house: House, post: Post) -> None:
    id = asked(house)
    identified(house, id)
    decided(house, id, "not_found")
    assert post(id, "close") == (409, "not-yet-told")
    plant_letter(id, "not_found")
    assert post(id, "close") == (409, "not-yet-told")
    assert row(id).closed_at is None


@pytest.mark.promise("rights.nothing-held-is-told")
@pytest.mark.promise("rights.result-is-told")
@pytest.mark.parametrize(
    ("outcome", "promise"),
    [("not_found", "rights.nothing-held-is-told"), ("refused", "rights.result-is-told")],
)
def test_one_that_ended_without_its_letter_is_noticed(house: House, outcome: str, promise: str) -> None:
    id = asked(house)
    identified(house, id)
    ended(house, id, outcome)
    assert found(promise) == (1, 0)
    Letter.objects.filter(request_id=id).update(kind="granted")
    assert found(promise) == (0, 1)


@pytest.mark.promise("rights.result-is-told")
def test_the_letter_of_another_result_tells_nothing(house: House, post: Post) -> None:
    id = asked(house)
    collected(house, id)
    decided(house, id, "refused")
    plant_letter(id, "granted")
    RightsRequest.objects.filter(id=id).update(state="notified", notified_at=clock.now())
    assert post(id, "close") == (409, "not-yet-told")
    assert row(id).state == "notified"


@pytest.mark.promise("rights.result-is-told")
def test_one_that_ended_with_no_decision_at_all_is_noticed(house: House) -> None:
    id = asked(house)
    RightsRequest.objects.filter(id=id).update(state="closed", notified_at=clock.now(), closed_at=clock.now())
    assert found("rights.result-is-told") == (0, 1)


# -- in time ------------------------------------------------------------------------------------------


@pytest.mark.promise("rights.answered-in-time")
def test_the_two_weeks_and_a_day_that_nobody_watches_are_noticed(house: House) -> None:
    now = clock.now()
    fresh, late, over = (opened(house, "erasure", at=now - timedelta(days=days)).id for days in (0, 12, 15))
    opened(house, "mail_opt_out", at=now - timedelta(days=40))  # the Act sets no line for it
    assert found("rights.answered-in-time") == (2, 1)
    disable_staff(staff=house.staff["officer"], by=house.viewer.ref)
    assert found("rights.answered-in-time") == (1, 2)
    RightsRequest.objects.filter(id=late).update(owner_id=house.staff["admin"].id)
    assert found("rights.answered-in-time") == (2, 1)
    RightsRequest.objects.filter(id=over).update(state="notified", notified_at=now)
    assert found("rights.answered-in-time") == (2, 0)
    assert row(fresh).state == "received"


# -- all of theirs ------------------------------------------------------------------------------------


@pytest.fixture
def handed(house: House) -> UUID:
    """A disclosure whose package was made to its end."""
    id = asked(house, "disclosure")
    collected(house, id)
    key = open_file(kind="package", holder=row(id).person_id)
    return DisclosurePackage.objects.create(
        request_id=id, file_id=key.id, form="electronic", state="ready", done=3, total=3, digest="a" * 64,
        ready_at=clock.now(),
    ).id  # fmt: skip


@pytest.mark.promise("rights.all-of-theirs")
@pytest.mark.parametrize("change", [{"digest": ""}, {"done": 2}, {"done": 0, "total": 0}])
def test_a_package_without_its_digest_or_with_less_than_was_chosen_is_noticed(
    house: House, handed: UUID, change: dict[str, Any]
) -> None:
    assert found("rights.all-of-theirs") == (1, 0)
    DisclosurePackage.objects.filter(id=handed).update(**change)
    assert found("rights.all-of-theirs") == (0, 1)


@pytest.mark.promise("rights.all-of-theirs")
@pytest.mark.parametrize("form", ["electronic", "paper"])
def test_one_that_was_really_made_holds_what_was_chosen(house: House, form: str) -> None:
    id = asked(house, "disclosure")
    collected(house, id)
    decided(house, id)
    order_package(viewer=officer_of(house), request_id=id, form=form)
    house.work()
    made = DisclosurePackage.objects.get(request_id=id)

    assert (made.state, found("rights.all-of-theirs")) == ("ready", (1, 0))
    assert found("rights.identity-first") == (1, 0)
