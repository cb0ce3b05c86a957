"""Bindings proposed from the words of a policy: topics, the fee, the purposes, what is announced, the dates."""

import re

import pytest

from madoguchi.config.profile import bundled, read_policy, read_profile
from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.binding import enacted_on, items, propose
from madoguchi.rooms.policy.rules.reading import read_document
from madoguchi.rooms.policy.rules.topics import Topic, topic_of, topics_of
from madoguchi.rooms.promises.catalogue import CATALOGUE

ELEVEN = [
    Topic.DEFINITION, Topic.COLLECTION, Topic.PURPOSES, Topic.CHOICE, Topic.PROVISION, Topic.SAFEGUARDS,
    Topic.JOINT_USE, Topic.DISCLOSURE, Topic.CORRECTION, Topic.CONTACT, Topic.CHANGE,
]  # fmt: skip
ROWS = ["2-1a", "2-1b", "2-1c", "2-1d", "2-1e", "2-2a", "2-2b", "2-3a", "2-3b", "2-3c", "2-3d", "2-4a"]


def bare(profile: str) -> Document:
    """The bundled text as a stranger's: without any binding."""
    document = read_policy(read_profile(profile))
    clauses = tuple(Clause(c.number, c.title, c.text) for c in document.clauses)
    return Document(document.title, document.preamble, clauses, document.closing)


@pytest.mark.parametrize("profile", bundled())
def test_every_clause_of_a_policy_is_recognised(profile: str) -> None:
    assert list(topics_of(bare(profile)).values()) == ELEVEN


@pytest.mark.parametrize("profile", bundled())
def test_what_the_collection_announces_is_told_row_by_row(profile: str) -> None:
    clause = propose(bare(profile)).clauses[1]

    announced = clause.announces
    assert sorted(announced) == ROWS
    assert all(words in clause.text for words in announced.values())


def test_promises_are_those_of_the_house() -> None:
    known = {promise.id for promise in CATALOGUE}
    proposed = {id for clause in propose(bare("eclore")).clauses for id in clause.promises}

    assert proposed <= known
    assert len(proposed) >= 12


@pytest.mark.parametrize(
    ("said", "yen"),
    [
        ("手数料(1件あたり1,000円)を頂戴しております。", 1000),
        ("手数料は、１件につき１，０００円です。", 1000),
        ("開示1件につき500円の手数料を申し受けます。", 500),
        ("手数料は、ご請求1件につき\n2,200 円(税込)です。", 2200),
        ("手数料はいただきません。", None),
        ("通信費として300円をいただきます。", None),
    ],
)
def test_the_fee_is_read_as_people_write_it(said: str, yen: int | None) -> None:
    clause = Clause(8, "個人情報の開示", f"開示を求められたときは、遅滞なく開示します。{said}")

    (bound,) = propose(Document("", "", (clause,), "")).clauses

    assert bound.parameters.get("fee_yen") == yen


def test_what_somebody_set_stands() -> None:
    clause = Clause(8, "開示", "手数料は1,000円です。", ("audit.no-values",), {"fee_yen": 800})

    (bound,) = propose(Document("", "", (clause,), "")).clauses

    assert (bound.promises, bound.parameters["fee_yen"]) == (("audit.no-values",), 800)


def test_a_clause_about_nothing_known_stays_unbound() -> None:
    clause = Clause(12, "準拠法", "本ポリシーは日本法に従います。")

    assert topic_of(clause) is None
    assert propose(Document("", "", (clause,), "")).clauses == (clause,)


@pytest.mark.parametrize(
    ("closing", "day"),
    [
        ("2022年4月1日 制定", (2022, 4, 1)),
        ("【２０２２年４月１日制定】", (2022, 4, 1)),
        ("2022年4月1日制定\n2025年10月1日改定", (2022, 4, 1)),
        ("2025年10月1日改定\n2022年4月1日制定", (2022, 4, 1)),
        ("制定 2020年4月1日", (2020, 4, 1)),
        ("制定日：2020年4月1日\n改定日：2025年10月1日", (2020, 4, 1)),
        ("令和4年4月1日 制定", (2022, 4, 1)),
        ("平成31年4月1日制定、令和元年5月1日改定", (2019, 4, 1)),
        ("令和元年5月1日 施行", (2019, 5, 1)),
        ("以上", None),
    ],
)
def test_the_day_of_enactment(closing: str, day: tuple[int, int, int] | None) -> None:
    assert enacted_on(Document("", "", (), closing)) == day


def test_items_are_read_without_their_marks() -> None:
    text = "次のとおりです。\n1. 甲\n  (1) 甲の一\n  ② 甲の二\n・乙\n終わり。"

    assert items(text) == ["甲", "甲の一", "甲の二", "乙"]


def test_reading_and_binding_never_grow_out_of_hand() -> None:
    """50 kB of what patterns like least, in well under a second each (RELIABILITY 1.3.12)."""
    for pump in (
        "1. ",
        "手数料",
        "グループ",
        "(1) ",
        "第1条 ",
        "ID外部サービス",
        "1,",
        "当社が判断",
        "2022年",
    ):
        text = f"方針\n1. 甲\n{pump * (50_000 // len(pump))}\n2. 乙\n本文\n"
        document = propose(read_document(text))
        assert len(document.clauses) >= 2
        assert re.sub(r"\s", "", pump) in re.sub(r"\s", "", document.clauses[0].text)
