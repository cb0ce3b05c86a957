"""A wording set while another one is, or while the company's facts change: on real connections, on both engines."""

import pytest

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.errors import NoticeChanged
from madoguchi.rooms.consent.models import NoticeVersion
from madoguchi.rooms.consent.queries import notice_in_force
from tests.changing import change_facts
from tests.house import House
from tests.rooms.policy.test_at_once import at_once


def save(house: House, use: str, seen: str = "") -> NoticeVersion:
    current = notice_in_force(house.form.id)
    return set_notice(
        entity_id=house.entity_id, form_id=house.form.id, template=current.template | {"use": use},
        uses=current.uses, by=Ref("staff", house.staff["officer"].id), seen=seen or current.digest,
    )  # fmt: skip


def test_of_two_who_save_at_once_one_is_told_to_look_again(house: House) -> None:
    seen = notice_in_force(house.form.id).digest

    found = at_once(*(lambda use=use: save(house, use, seen) for use in ("一つ目。", "二つ目。", "三つ目。")))

    refused = [each for each in found if isinstance(each, NoticeChanged)]
    made = [each for each in found if isinstance(each, NoticeVersion)]
    assert (len(refused), len(made)) == (2, 1)
    assert notice_in_force(house.form.id).id == made[0].id
    assert NoticeVersion.objects.filter(form=house.form.id, superseded_at=None).count() == 1


@pytest.mark.parametrize("_", range(3))
def test_a_wording_saved_while_the_facts_change_keeps_both(house: House, _: int) -> None:
    saved, changed = at_once(
        lambda: save(house, "{{operator.name}}がお返事します。"),
        lambda: change_facts(house, name="株式会社あたらしい"),
    )

    assert not isinstance(changed, Exception)
    now = notice_in_force(house.form.id)
    if isinstance(saved, NoticeVersion):
        assert now.wording["use"] == "株式会社あたらしいがお返事します。"
    else:
        assert isinstance(saved, NoticeChanged)
    assert "株式会社eclore" not in str(now.wording)
