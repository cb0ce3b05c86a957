"""The data map for auditors, as JSON and as a workbook: codes beside words, nothing of any person."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.sheets import Sheet, workbook
from madoguchi.rooms.inventory.queries.told import ALL_STAFF, Account, Told

_HELD = (
    ("項目", 24), ("何のため", 30), ("どこから", 16), ("だれが見るか", 16), ("いつまで", 34), ("消去したとき", 20),
    ("ポリシーの記載", 40), ("条項の行", 10), ("取得の状況", 16), ("補足", 34), ("保存の場所", 44),
)  # fmt: skip
_ABSENT = (("項目", 28), ("条項の行", 10), ("ポリシーの記載", 44), ("状況", 30), ("補足", 60))
_CHECK = (("確かめること", 36), ("項目", 28), ("条項の行", 10))
_ABOUT = (("項目", 20), ("内容", 70))
_NOT_HERE = "この窓口では取得していません"


def as_json(found: Account, *, operator: str, policy: dict[str, Any] | None) -> dict[str, Any]:
    """`until` has one sentence for each retention class; `places` are table.column and, in documents, the part."""
    return {
        "made_at": clock.local(clock.now()).isoformat(timespec="seconds"),
        "operator": operator,
        "policy": policy,
        "held": [asdict(each) for each in found.held],
        "staff": [asdict(each) for each in found.staff],
        "not_collected": [asdict(each) for each in found.absent],
        "findings": {
            "policy_bound": found.bound,
            "held_but_not_announced": [each.label for each in found.unannounced],
            "stopped_but_still_held": [each.label for each in found.stopped],
        },
    }


def as_xlsx(found: Account, *, operator: str, policy: dict[str, Any] | None) -> bytes:
    sheets = [
        Sheet("取扱台帳", _HELD, [_held(each) for each in found.held]),
        Sheet("取得していない項目", _ABSENT, [_absent(each) for each in found.absent]),
        Sheet("確かめること", _CHECK, list(_findings(found))),
        Sheet("職員の情報", _HELD, [_held(each) for each in found.staff]),
        Sheet("この台帳について", _ABOUT, _about(operator, policy)),
    ]
    return workbook(sheets, title="取扱台帳")


def _held(each: Told) -> Sequence[str]:
    state = "取得しています" if each.collected else "取得をやめました"
    return (
        each.label, each.why, each.whence, each.seen_by, "\n".join(each.until), each.ending, each.policy,
        each.announced, state, each.note, "\n".join(each.places),
    )  # fmt: skip


def _absent(each: Any) -> Sequence[str]:
    return (each.label, each.announced, each.policy, _NOT_HERE, each.note)


def _findings(found: Account) -> list[Sequence[str]]:
    told = [("ポリシーに記載がありません", each) for each in found.unannounced]
    told += [("取得をやめましたが、以前の分が残っていることがあります", each) for each in found.stopped]
    return [(what, each.label, each.announced) for what, each in told]


def _about(operator: str, policy: dict[str, Any] | None) -> list[Sequence[str]]:
    shown = (
        f"{policy['title']} 第{policy['number']}版（SHA-256 {policy['digest']}）"
        if policy
        else "まだありません"
    )
    return [
        ("事業者", operator),
        ("作成した日時", clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")),
        ("いまのポリシー", shown),
        (ALL_STAFF, "窓口担当者、個人情報管理者、管理者"),
        ("作り方", "プログラムの表の宣言から作成しています。どなたの値も含みません。"),
    ]
