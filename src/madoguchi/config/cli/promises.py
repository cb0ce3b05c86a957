"""`madoguchi promises`: clause by clause, how each promise is kept, and what the last check found."""

import click

from madoguchi.config.cli import say


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON で表示する。")
@click.option("--check", "check_now", is_flag=True, help="いま点検する。")
@say.with_django
def promises(as_json: bool, check_now: bool) -> None:
    """お約束の一覧(種類、守れた数、破れた数、最後の点検)。"""
    from madoguchi.config.promises import check_promises, standings
    from madoguchi.foundation.lib import calendar
    from madoguchi.rooms.promises.catalogue import LABELS

    rows = check_promises() if check_now else standings()
    if as_json:
        say.as_json(
            [
                {
                    "id": row.promise.id, "room": row.promise.room, "clauses": row.clauses,
                    "says": row.promise.says, "kind": row.promise.kind, "kept": row.kept, "broken": row.broken,
                    "checked_at": row.checked_at,
                }
                for row in rows
            ]
        )  # fmt: skip
        return
    for row in rows:
        when = calendar.japanese_date(row.checked_at) if row.checked_at else "未点検"
        found = (
            f"守れた {row.kept:,} / 破れた {row.broken:,}"
            if row.kept + row.broken
            else "まだ出来事がありません"
        )
        clauses = "・".join(f"第{number}条" for number in row.clauses) or "条文に結ばれていません"
        say.line(f"{clauses:<12}\t{LABELS[row.promise.kind]}\t{found}\t{when}\t{row.promise.says}")
