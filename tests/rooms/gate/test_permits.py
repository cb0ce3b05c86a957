"""Only the gate makes a permit, and each leaves a row."""

import dataclasses

import pytest

from madoguchi.foundation.lib.ids import NOBODY, Ref, uuid7
from madoguchi.rooms.gate import rules
from madoguchi.rooms.gate.actions.mint import answer_own_request, inform_staff
from madoguchi.rooms.gate.errors import Stopped, Suppressed
from madoguchi.rooms.gate.models import PermitRow, Suppression
from madoguchi.rooms.gate.queries import is_suppressed, read_permit, stops_of
from madoguchi.rooms.gate.rules import Basis, Permit, Purpose, check_may_leave
from tests.house import House

ABOUT = Ref("inquiry", NOBODY)


def test_a_permit_cannot_be_forged() -> None:
    for seal in (None, object(), "seal", True):
        with pytest.raises(TypeError):
            Permit(uuid7(), Ref("person", uuid7()), Purpose.EVENT_MAIL, Basis.CONSENT, ABOUT, seal)


def test_nor_changed(house: House) -> None:
    permit = answer_own_request(about=ABOUT, recipient=Ref("person", uuid7()))

    with pytest.raises(dataclasses.FrozenInstanceError):
        permit.purpose = Purpose.EVENT_MAIL  # type: ignore[misc]


def test_each_leaves_a_row_and_reads_back(house: House) -> None:
    minted = [
        answer_own_request(about=ABOUT, recipient=Ref("person", uuid7())),
        inform_staff(about=ABOUT, recipient=Ref("staff", uuid7())),
    ]

    assert [read_permit(permit.id) for permit in minted] == minted
    assert PermitRow.objects.count() == 2
    assert [(permit.purpose, permit.basis) for permit in minted] == [
        (Purpose.ANSWER, Basis.OWN_REQUEST), (Purpose.STAFF, Basis.STAFF_DUTY),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "basis", "stops", "suppressed", "refusal"),
    [
        (Purpose.ANSWER, Basis.OWN_REQUEST, frozenset(), False, None),
        (Purpose.ANSWER, Basis.OWN_REQUEST, frozenset(), True, None),
        (Purpose.ANSWER, Basis.OWN_REQUEST, frozenset({"mailings"}), True, None),
        (Purpose.ANSWER, Basis.OWN_REQUEST, frozenset({"all"}), False, Stopped),
        (Purpose.EVENT_MAIL, Basis.CONSENT, frozenset(), False, None),
        (Purpose.EVENT_MAIL, Basis.CONSENT, frozenset(), True, Suppressed),
        (Purpose.EVENT_MAIL, Basis.CONSENT, frozenset({"mailings"}), False, Suppressed),
        (Purpose.EVENT_MAIL, Basis.CONSENT, frozenset({"all", "mailings"}), True, Stopped),
        (Purpose.STAFF, Basis.STAFF_DUTY, frozenset({"all"}), True, None),
    ],
)
def test_what_may_leave(
    purpose: Purpose, basis: Basis, stops: frozenset[str], suppressed: bool, refusal: type[Exception] | None
) -> None:
    permit = rules._permit(uuid7(), Ref("person", uuid7()), purpose, basis, ABOUT)

    if refusal is None:
        check_may_leave(permit, stops, suppressed)
    else:
        with pytest.raises(refusal):
            check_may_leave(permit, stops, suppressed)


def test_suppression_until_a_day_ends_then(house: House) -> None:
    from datetime import timedelta

    from madoguchi.foundation.lib import clock

    Suppression.objects.create(mark=b"a" * 32, reason="bounce", until=clock.now() - timedelta(seconds=1))
    Suppression.objects.create(mark=b"b" * 32, reason="bounce", until=clock.now() + timedelta(days=1))
    Suppression.objects.create(mark=b"c" * 32, reason="opt-out")

    assert [is_suppressed(mark * 32) for mark in (b"a", b"b", b"c", b"d")] == [False, True, True, False]
    assert stops_of(uuid7()) == frozenset()
