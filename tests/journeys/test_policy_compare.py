"""What changed between two published versions is there for anybody to read."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from madoguchi.config.profile import read_policy, read_profile
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.policy.actions.adopt import adopt
from tests.house import House


def publish(house: House, old: str, new: str) -> None:
    """The next version: the bundled policy with one sentence changed in clause 10."""
    document = read_policy(read_profile("eclore"))
    clauses = tuple(replace(c, text=c.text.replace(old, new)) for c in document.clauses)
    day = date(2022, 4, 1)
    adopt(
        entity_id=house.entity_id, document=replace(document, clauses=clauses), first_number=1,
        enacted_on=day, published_on=day, by=COMMAND,
    )  # fmt: skip


@pytest.mark.law("T-C11-2")
def test_T_C11_2_any_two_versions_can_be_compared(house: House) -> None:
    publish(house, "苦情の申出", "苦情のお申し出")
    publish(house, "ご質問、", "ご質問、ご要望、")

    page = Client().get("/policy/compare/1/2/").content.decode()

    compared = page.partition('class="clauses reading compared"')[2]
    assert re.findall(r"<(ins|del)>([^<]*)</", compared) == [("del", "の申出"), ("ins", "のお申し出")]
    assert "変わったところは1か所です" in page
    assert Client().get("/policy/compare/2/1/").content.decode() == page
    assert "ご要望" in Client().get("/policy/compare/1/3/").content.decode()
    assert 'href="/policy/compare/1/3/"' in Client().get("/policy/versions/").content.decode()


@pytest.mark.parametrize("address", ["1/1", "1/9", "0/1", f"1/{2**40}"])
def test_what_was_never_published_is_not_found(house: House, address: str) -> None:
    publish(house, "苦情の申出", "苦情のお申し出")

    assert Client().get(f"/policy/compare/{address}/").status_code == 404
