"""The corpus: each message decodes exactly (DESK §4.6, §4.9)."""

import pytest

from madoguchi.rooms.delivery.rules import decode
from tests.rooms.delivery.corpus import ALL
from tests.rooms.delivery.corpus.building import Case


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_decodes_exactly(case: Case) -> None:
    found = decode(case.raw)
    read = Case(
        name=case.name,
        raw=case.raw,
        text=found.text,
        subject=found.subject,
        from_name=found.from_name,
        from_address=found.from_address,
        files=tuple((each.name, len(each.content)) for each in found.attachments),
        kind=found.kind,
    )

    assert read == case


def test_the_corpus_is_large_and_every_message_has_a_name_of_its_own() -> None:
    names = [case.name for case in ALL]

    assert len(names) >= 110
    assert len(set(names)) == len(names)
