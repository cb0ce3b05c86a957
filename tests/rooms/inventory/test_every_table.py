"""Whatever table there is: what is planted in it of a person is found, and ends as its declaration says."""

import pytest

from madoguchi.foundation.lib.declarations import OnErase
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.queries.locate import Located, locate
from madoguchi.rooms.inventory.queries.records import certificate
from madoguchi.rooms.inventory.reading import Holding, holdings
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import file_key, file_keys, files_of
from tests.house import House
from tests.keys import destroyed
from tests.rooms.inventory.planted import Planted, belongs_to_people, plant_everything


def located(planted: Planted) -> Located:
    return locate(planted.files["inquiries.Inquiry"])


def test_every_planted_value_is_found(house: House) -> None:
    planted = plant_everything()
    result = located(planted)

    found: dict[tuple[str, str], list[str]] = {}
    matters = (*result.certain, *result.apart)
    for each in [*(one for matter in matters for one in matter.found), *result.own]:
        found.setdefault((each.table, each.column), []).append(each.value)
    kept = {each.table for each in result.kept}
    missing = [
        (table, column, value)
        for (table, column), values in planted.values.items()
        for value in values
        if table not in kept and not any(value in each for each in found.get((table, column), []))
    ]
    assert missing == []
    assert result.perhaps == ()
    assert {table for table, _ in planted.values} == {h.label for h in holdings() if belongs_to_people(h)}


def test_each_ends_as_declared(house: House) -> None:
    planted = plant_everything()
    result, everything = located(planted), files_of(planted.person)
    id = erase(
        person=planted.person,
        files=[file for matter in result.certain for file in matter.files],
        expected=everything,
        ground="asked",
        by=Ref("staff", house.staff["officer"].id),
    )
    house.work()

    assert certificate(id).finished_at is not None
    beside = {file for matter in result.apart for file in matter.files}
    assert beside == {planted.files[h.label] for h in holdings() if h.table.apart} != set()
    assert file_keys(everything).keys() == beside
    for label, file in planted.files.items():
        if file not in beside:
            with pytest.raises(FileErased):
                file_key(file)
        assert destroyed(file) == (file not in beside), label
    assert [fault for holding in holdings() for fault in _not_as_declared(planted, holding)] == []


def _not_as_declared(planted: Planted, holding: Holding) -> list[str]:
    if not belongs_to_people(holding):
        return []
    before = planted.rows[holding.label]
    row = holding.model._default_manager.filter(pk=before.pk).first()
    attachments_go = holding.label in ("vault.Attachment", "vault.Chunk")
    if holding.ends_as(OnErase.DELETE) or attachments_go:
        return [f"{holding.label} is still there"] if row is not None else []
    still = [each for each in holding.ends_as(OnErase.BLANK) if getattr(row, each.attname)]
    lost = [
        each
        for each in holding.ends_as(OnErase.KEEP)
        if getattr(row, each.attname) != getattr(before, each.attname)
    ]
    return [
        *(f"{holding.label}.{each.name} is not blank" for each in still),
        *(f"{holding.label}.{each.name} was to be kept" for each in lost),
    ]


def test_what_stays_is_told_with_its_reason(house: House) -> None:
    planted = plant_everything()
    result, everything = located(planted), files_of(planted.person)
    id = erase(
        person=planted.person, files=everything, expected=everything, ground="asked",
        by=Ref("staff", house.staff["officer"].id),
    )  # fmt: skip
    house.work()

    keeping = {
        holding.table.label
        for holding in holdings()
        if belongs_to_people(holding) and holding.ends_as(OnErase.KEEP)
    }
    assert {each.what for each in certificate(id).remainder} == keeping
    assert all(each.law for each in certificate(id).remainder)
    assert {each.label for each in result.kept} <= keeping
