"""`madoguchi promises`: clause by clause, how each promise is kept, and what the last check found."""

from typing import TYPE_CHECKING, Any

import click

from madoguchi.config.cli import say

if TYPE_CHECKING:
    from madoguchi.rooms.policy.queries.standings import Day, Standing


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON で表示する(この30日の経過つき)。")
@click.option("--check", "check_now", is_flag=True, help="いま点検する。")
@say.with_django
def promises(as_json: bool, check_now: bool) -> None:
    """お約束の一覧(種類、守れた数、破れた数、最後の点検)。"""
    from madoguchi.config.promises import check_promises
    from madoguchi.rooms.policy.queries.standings import history, standings

    rows = check_promises() if check_now else standings()
    if as_json:
        past = history()
        say.as_json([_row(row, past[row.promise.id]) for row in rows])
        return
    for row in rows:
        clauses = "・".join(f"第{number}条" for number in row.clauses) or "条文に結ばれていません"
        say.line(f"{clauses:<12}\t{row.promise.label}\t{_found(row)}\t{_when(row)}\t{row.promise.says}")


def _row(row: "Standing", past: "tuple[Day, ...]") -> dict[str, Any]:
    return {
        "id": row.promise.id, "room": row.promise.room, "clauses": row.clauses, "says": row.promise.says,
        "kind": row.promise.kind, "planned": row.promise.planned, "state": row.state, "kept": row.kept,
        "broken": row.broken, "checked_at": row.checked_at,
        "history": [{"on": day.on, "found": day.found} for day in past],
    }  # fmt: skip


def _found(row: "Standing") -> str:
    from madoguchi.rooms.policy.queries.standings import State

    match row.state:
        case State.PLANNED:
            return "これからです"
        case State.ATTESTED:
            return "まだ申告がありません"
        case State.OUTSIDE:
            return "この製品の外のことです"
        case State.UNCHECKED:
            return "まだ点検していません"
        case _ if not row.events:
            return "まだ対象がありません"
    return f"守れた {row.kept:,} / 破れた {row.broken:,}"


def _when(row: "Standing") -> str:
    from madoguchi.foundation.lib import calendar
    from madoguchi.rooms.policy.queries.standings import State

    if row.checked_at is None:
        return "-"
    late = "(点検が止まっています)" if row.state is State.STALE else ""
    return calendar.japanese_date(row.checked_at) + late
