"""よりどころ: what stands behind a request, a sentence each, for the officer's side panel and nowhere else."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from madoguchi.rooms.rights.rules import requests as rules


class Article(NamedTuple):
    title: str
    text: str


_SAYS: Mapping[str, str] = MappingProxyType(
    {
        "法 第33条第1項": "ご本人の求めに応じて、遅滞なく開示します。",
        "法 第33条第5項": "第三者に渡した記録も、求めに応じて開示します。",
        "法 第32条第2項": "利用目的を、遅滞なくお知らせします。",
        "法 第34条": "内容が事実でないときは、調べたうえで、訂正、追加または削除をします。",
        "法 第35条第1項・第5項": "目的を超えた利用や、ご本人の権利が害されるおそれなどがあるときに、使うのをやめ、または消します。",
        "法 第35条第3項・第5項": "同意のない提供や、ご本人の権利が害されるおそれなどがあるときに、渡すのをやめます。",
        "法 第18条": "同意を取り消されたあとは、その同意による利用をしません。",
        "ポリシー 第4条": "設定により、取得や利用の全部または一部を、いつでも止められます。すぐに止めます。",
        "ポリシー 第7条": "お申し出により、共同利用の範囲から外します。",
        "ポリシー 第8条": "開示の手続きと、手数料を定めています。",
        "ポリシー 第9条": "訂正、利用停止、消去の手続きを定めています。",
        "特定電子メール法 第3条第3項": "受け取らないとのお申し出があったら、広告のメールを送りません。",
    }
)  # fmt: skip
_REASONS = Article("法 第36条", "応じないとき、違う措置をとるときは、理由を説明するように努めます。")
_SUIT = Article("法 第39条", "受付から2週間がたつと、ご本人は裁判を起こせます。")


def articles(kind: str, fee: int, version: int | None) -> Iterator[Article]:
    """`fee` in yen; `version` of the policy is the one in force when the request arrived."""
    for title in rules.KINDS[kind].articles:
        yield Article(_titled(title, version), _SAYS[title])
    if fee:
        text = f"手数料は1件 {fee:,}円です。受付のときの版で決まり、仕事の前にお知らせします。"
        yield Article("法 第38条", text)
    if rules.KINDS[kind].statutory:
        yield _REASONS
    if rules.KINDS[kind].suit:
        yield _SUIT


COMPLAINT = (
    Article("法 第40条", "苦情を、適切に、また速やかに扱うように努めます。"),
    Article("ポリシー 第10条", "ご意見、ご質問、苦情を、お問い合わせの窓口でお受けします。"),
)


def _titled(title: str, version: int | None) -> str:
    return f"{title}（第{version}版）" if version and title.startswith("ポリシー") else title
