"""Attempts to make the screening lose something, and to keep a request from the desk; and what the checks notice."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.screening import deciding
from madoguchi.rooms.screening.actions.judge import Facts, Weighed, note
from madoguchi.rooms.screening.actions.set_state import set_state
from madoguchi.rooms.screening.deciding import Asked, Opinion
from madoguchi.rooms.screening.errors import NeverDeletes
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import forget_everything
from madoguchi.rooms.screening.queries.verdicts import of
from madoguchi.rooms.vault.queries import file_key
from tests.house import House
from tests.promises.planting import counted, run
from tests.rooms.screening.pitching import PITCH, admin_of, marked_pitch, now, pitch, sort

# Every kind of request under the Act, a complaint, and counsel, each in the words of a person.
REQUESTS = {
    "purpose": "私の個人情報の利用目的を教えてください。",
    "disclosure": "御社が持っている私の個人データの開示をお願いします。",
    "records": "第三者への提供の記録の開示を求めます。私の個人情報についてです。",
    "correction": "登録されている住所の訂正をお願いします。",
    "erasure": "私の個人情報をすべて削除してください。",
    "cessation": "私の個人情報の利用停止をお願いします。",
    "provision": "私の個人データの第三者への提供の停止をお願いします。",
    "mailings": "案内メールの配信を停止してください。",
    "complaint": "個人情報の扱いについて苦情を申し上げます。誠意ある説明を求めます。",
    "counsel": "当職は上記依頼者の代理人として、本書をお送りいたします。",
}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


@pytest.mark.promise("screening.never-deletes")
def test_the_machine_can_only_put_it_into_a_box(house: House) -> None:
    inquiry = pitch(house)
    facts = Facts(inquiry.entity_id, inquiry.id, inquiry.file_id, {"body": PITCH})
    for lane in ("deleted", "trash", ""):
        with pytest.raises(NeverDeletes):
            note(facts, Weighed(Opinion(lane, "model"), moves=True))

    assert not Verdict.objects.exists()
    assert now(inquiry.id).lane == "inbox"


@pytest.mark.promise("screening.never-deletes")
def test_a_move_away_and_an_early_end_are_noticed(house: House) -> None:
    marked_pitch(house)
    first, second = sort(pitch(house)), sort(pitch(house, email="b@other.example.com"))
    assert counted("screening.never-deletes").kept == 2
    assert all(file_key(Inquiry.objects.get(id=each.id).file_id) for each in (first, second))

    run("UPDATE screening_verdict SET lane = 'gone' WHERE about = %s", Verdict.objects.get(about=first.id).about.hex
        if _is_sqlite() else first.id)  # fmt: skip
    run("UPDATE vault_file SET destroyed_at = CURRENT_TIMESTAMP, destroyed_for = 'retention' "
        "WHERE id = %s", second.file_id.hex if _is_sqlite() else second.file_id)  # fmt: skip

    assert (counted("screening.never-deletes").kept, counted("screening.never-deletes").broken) == (0, 2)


def _is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"


@pytest.mark.promise("screening.requests-get-through")
@pytest.mark.parametrize("kind", REQUESTS)
def test_every_request_gets_through_whoever_sends_it(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A blocked sender, the wording of a pitch around it, and each stage forced on (SCREENING §12)."""
    set_state(viewer=admin_of(house), state="on")
    marked_pitch(house)
    real = deciding.consider
    for stage, lane in (("spam", "junk"), ("repeat", "sales"), ("model", "sales")):

        def forced(asked: Asked, stage: str = stage, lane: str = lane) -> Opinion:
            return replace(real(asked), stage=stage, lane=lane)

        monkeypatch.setattr(deciding, "consider", forced)
        for body in (REQUESTS[kind], f"{PITCH}\n{REQUESTS[kind]}"):
            inquiry = sort(pitch(house, body=body))
            told = of(inquiry.id)

            assert inquiry.lane == "inbox", (kind, stage)
            assert told is not None
            assert told.guarded


@pytest.mark.promise("screening.requests-get-through")
def test_a_move_of_a_request_is_noticed(house: House) -> None:
    marked_pitch(house)
    moved, asked = sort(pitch(house)), sort(pitch(house, body=REQUESTS["erasure"]))
    assert (now(moved.id).lane, now(asked.id).lane) == ("sales", "inbox")
    assert counted("screening.requests-get-through").broken == 0

    Verdict.objects.filter(about=asked.id).update(moved=True)

    found = counted("screening.requests-get-through")
    assert (found.kept, found.broken) == (1, 1)
