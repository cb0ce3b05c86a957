"""The data map as a page of the docs: what a fresh installation of the bundled profile holds, told by its own code.

`make fix` writes it; no database is asked. A real installation shows its own on the desk and under /policy/data/.
"""

from collections.abc import Iterable, Iterator, Sequence

from madoguchi.config.profile import read_policy, read_profile
from madoguchi.foundation.lib.declarations import Column, Part
from madoguchi.rooms.inventory.queries.data_map import compose
from madoguchi.rooms.inventory.queries.switches import items
from madoguchi.rooms.inventory.queries.told import Told, account_of, how

PROFILE = "eclore"
_ANSWERS = "inquiries.Inquiry.answers"
_LEAD = """# 取扱台帳

何を、なぜ、どこから、いつまで持つかの一覧です。表の定義から作ります（`make fix`）。手では直しません。
同梱の設定（eclore）で始めたときの姿で、項目の切り替えはすべて切ってあります。動いている窓口の台帳は、
個人情報管理者と管理者の画面（`/desk/inventory/`）と、公開のページ（`/policy/data/`）にあります。
「窓口の職員」は、窓口担当者、個人情報管理者、管理者です。保存期間は、会社ごとに決めます。
"""


def page() -> str:
    profile = read_profile(PROFILE)
    announced = {
        code: words for clause in read_policy(profile).clauses for code, words in clause.announces.items()
    }
    fields = [
        Part(each["key"], each["label"], each["announced"]) for each in profile.content["form"]["fields"]
    ]

    def parts_of(place: str, column: Column) -> Sequence[Part]:
        return fields if place == _ANSWERS else (column.parts() if column.parts else ())

    found = account_of(compose(parts_of=parts_of), announced, {})
    lines = [_LEAD, "## お客様の情報", "", *_table(found.values)]
    lines += ["", "## 探したり見分けたりするための符号", "", "元の値には戻せません。だれにも見せません。", ""]
    lines += [*_table(found.signs), "", "## 取得していないもの", ""]
    lines += ["ポリシーに書いてあり、切り替えるまで、どこからも保存しないものです。", "", *_items(announced)]
    lines += ["", "## 職員の情報", "", *_table(found.staff)]
    return "\n".join(lines) + "\n"


def _table(lines: Iterable[Told]) -> Iterator[str]:
    yield "| 項目 | 何のため | どこから | だれが見るか | いつまで | 消去したとき | 条項の行 | 場所 |"
    yield "| --- " * 8 + "|"
    for each in lines:
        places = "<br>".join(f"`{place}`" for place in each.places)
        until = "<br>".join(each.until)
        cells = (each.label, each.why, each.whence, each.seen_by, until, each.ending, each.announced, places)
        yield f"| {' | '.join(cells)} |"


def _items(announced: dict[str, str]) -> Iterator[str]:
    yield "| 項目 | 名前 | 条項の行 | ポリシーの記載 | 取得を始めると |"
    yield "| --- " * 5 + "|"
    for item in items():
        yield f"| {item.label} | `{item.code}` | {item.announced} | {announced[item.announced]} | {how(item)} |"
