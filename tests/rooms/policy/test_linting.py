"""改善のご提案: a policy that says everything gets none; each change that loses one thing gets exactly that one."""

import re
from dataclasses import replace

import pytest

from madoguchi.config.profile import bundled, read_policy, read_profile
from madoguchi.rooms.policy.rules.advice import ADVICE
from madoguchi.rooms.policy.rules.linting import RULES, Around, lint
from madoguchi.rooms.policy.rules.reading import read_document
from tests.rooms.policy.original import ORIGINAL

GOOD = """プライバシーポリシー
株式会社つゆくさ(以下「当社」といいます。)は、次のとおり取り扱います。

第1条 個人情報とは
個人識別符号を含むもの、ほかの情報と容易に照合できるものを含みます。

第2条 取得する情報
(1) 氏名
(2) メールアドレス、電話番号
(3) 入力フォームから送信された内容
(4) Cookie。外部送信は行っていません。

第3条 利用目的
(1) お問い合わせに答えるため
(2) セミナーとイベントのご案内をお送りするため

第4条 同意と利用の停止
所定の設定により、取得又は利用を止めるよう求めることができます。

第5条 第三者への提供
同意をいただかずに第三者へ提供しません。生命、身体の保護や公衆衛生のために必要な場合を除きます。
第7条の共同利用は、第三者への提供に当たりません。

第6条 安全管理措置
外的環境を確かめ、外国では保管していません。

第7条 共同利用
(1) 項目：氏名と会社名
(2) 共同して利用する者の範囲：一覧(https://tsuyukusa.example/group)に掲げる国内の子会社
(3) 管理について責任を有する者：株式会社つゆくさ

第8条 開示
電磁的記録、書面その他の方法で遅滞なく開示します。利用目的の通知、第三者提供記録の開示も承ります。
手数料は1,000円です。電磁的記録では、いただかないことがあります。

第9条 訂正、利用停止及び消去
真実でないときは訂正し、利用する必要がなくなったときは利用の停止又は消去を行います。

第10条 保存期間
対応が終わった日から3年間保存します。

第11条 お問い合わせ窓口
メール(privacy@tsuyukusa.example)で、苦情を含めて承ります。

第12条 本ポリシーの変更
施行時期と内容を周知します。

2022年4月1日 制定
2025年4月1日 改定
"""
NOTICE = "株式会社つゆくさから、お申し込みをいただいた方にだけ、セミナーとイベントのご案内をお送りします。"

LOSSES: dict[str, tuple[str, str]] = {
    "L1": ("株式会社つゆくさ(以下「当社」", "つゆくさグループ(以下「当社」"),
    "L2": ("\n(2) セミナーとイベントのご案内をお送りするため", ""),
    "L4": ("利用する必要がなくなったときは", "目的の範囲を超えたときは"),
    "L5": ("利用目的の通知、第三者提供記録の開示も承ります。", ""),
    "L6": ("電磁的記録では、いただかないことがあります。", ""),
    "L7": ("項目：氏名と会社名", "項目：すべての個人データ"),
    "L8": ("一覧(https://tsuyukusa.example/group)に掲げる", ""),
    "L9": ("外的環境を確かめ、外国では保管していません。", "必要な措置に努めます。"),
    "L10": ("第10条 保存期間\n対応が終わった日から3年間保存します。", "第10条 そのほか\n法令を守ります。"),
    "L11": ("メール(privacy@tsuyukusa.example)で", "東京都港区の住所あてに"),
    "L12": ("(1) 氏名\n", "(1) 氏名\n(9) クレジットカード\n"),
    "L13": ("外部送信は行っていません。", ""),
    "L14": ("生命、身体の保護や公衆衛生のために必要な場合を除きます。", ""),
    "L15": ("2025年4月1日 改定\n", ""),
    "L16": ("第7条の共同利用は、第三者への提供に当たりません。", ""),
    "L17": (
        "利用の停止又は消去を行います。",
        "利用を停止します。消去は、当社が必要と判断したときに行います。",
    ),
}
NOTICES = {
    "L3": "運営会社から、お申し込みをいただいた方にだけ、セミナーとイベントのご案内をお送りします。",
    "L18": NOTICE + "送信をもって、ポリシーに同意したものとみなします。",
}


def codes(text: str, notice: str = NOTICE) -> list[str]:
    return [finding.code for finding in lint(read_document(text), Around(notice=notice))]


def test_a_policy_that_says_everything_gets_no_proposal() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize("code", LOSSES)
def test_each_loss_gets_its_own_proposal(code: str) -> None:
    before, after = LOSSES[code]
    assert GOOD.count(before) == 1

    assert codes(GOOD.replace(before, after)) == [code]


@pytest.mark.parametrize("code", NOTICES)
def test_each_loss_of_the_notice_gets_its_own_proposal(code: str) -> None:
    assert codes(GOOD, NOTICES[code]) == [code]


def test_every_rule_has_words_and_a_test() -> None:
    assert list(RULES) == list(ADVICE) == [f"L{n}" for n in range(1, 19)]
    assert {*LOSSES, *NOTICES} == set(RULES)


def test_what_is_unknown_is_not_judged() -> None:
    assert [f.code for f in lint(read_document("方針\n第1条 あいさつ\nこんにちは。\n第2条 むすび\nさようなら。"))] == [
        "L10", "L15",
    ]  # fmt: skip


@pytest.mark.parametrize("profile", bundled())
def test_findings_name_a_clause_that_is_there(profile: str) -> None:
    document = read_policy(read_profile(profile))

    numbers = {clause.number for clause in document.clauses} | {None}

    assert {finding.clause for finding in lint(document)} <= numbers


def test_an_original_of_2022_gets_what_has_changed_since() -> None:
    """Eleven clauses as companies had them then, beside a notice that offers events and names nobody."""
    notice = "運営会社や提携会社からセミナーのご案内をします。送信をもって、ポリシーに同意したものとします。"
    found = lint(read_document(ORIGINAL), Around(notice=notice))

    assert [(each.code, each.clause) for each in found] == [
        ("L1", None), ("L2", 3), ("L3", None), ("L4", 9), ("L5", 8), ("L6", 8), ("L7", 7), ("L8", 7), ("L9", 6),
        ("L10", None), ("L11", 10), ("L12", 2), ("L13", 2), ("L14", 5), ("L15", None), ("L16", 5), ("L17", 9),
        ("L18", None),
    ]  # fmt: skip


def test_no_proposal_scolds() -> None:
    said = "\n".join(f"{each.message}\n{each.why}\n{each.suggestion}" for each in ADVICE.values())

    assert re.findall(r"違反|違法|適合|準拠|適法|しなければなりません|してください|[!！]", said) == []


def test_a_collected_item_is_not_proposed_away() -> None:
    text = GOOD.replace("(1) 氏名\n", "(1) 氏名\n(9) クレジットカード\n")
    around = Around(notice=NOTICE)

    assert lint(read_document(text), replace(around, collected=around.collected | {"2-1c"})) == []
