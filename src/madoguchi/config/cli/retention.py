"""`madoguchi retention`: how long each class is kept, what the next night ends, and the word on a clock."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import click

from madoguchi.config.cli import say

SHOWN = 10  # receipt numbers in a line for people; JSON has them all


@click.group(invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="次の夜に廃棄するものを、廃棄せずに示します。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示する。")
@click.pass_context
def retention(context: click.Context, dry_run: bool, as_json: bool) -> None:
    """保存期間と、次の夜に廃棄するもの。"""
    if context.invoked_subcommand is None:
        _show(dry_run=dry_run, as_json=as_json)


@retention.command("accept-clock")
@click.option("--by", "email", required=True, help="確かめた個人情報管理者のメールアドレス。")
@say.with_django
def accept_clock(email: str) -> None:
    """この機器の時計が正しいと確かめます。止めていた廃棄は、次の夜から進みます。"""
    from madoguchi.foundation.lib import calendar
    from madoguchi.rooms.inventory.actions.retain import accept_clock as accept
    from madoguchi.rooms.jobs.queries import clocks
    from madoguchi.rooms.organisation.queries import staff_by_email, viewer_of

    member = staff_by_email(email)
    if member is None or not member.is_active:
        say.fail("そのメールアドレスの職員は登録されていません。")
    accept(viewer=viewer_of(member))
    say.line(f"この機器の時計（{calendar.japanese_date(clocks().wall)}）を正しいものとして記録しました。")


@say.with_django
def _show(*, dry_run: bool, as_json: bool) -> None:
    from madoguchi.foundation.lib import calendar
    from madoguchi.rooms.inventory.queries.retention import next_run_on, remainder_count
    from madoguchi.rooms.jobs.queries import clocks
    from madoguchi.rooms.organisation.queries import only_entity

    entity, now = only_entity(), clocks()
    if entity is None:
        say.fail("先に `madoguchi init` を実行してください。")
    on = next_run_on(now.trusted)
    classes = list(_classes(entity.id, on, dry_run=dry_run))
    if as_json:
        clock = {"wall": now.wall, "trusted": now.trusted, "agree": now.agree}
        ends = {"remainder": remainder_count(on)} if dry_run else {}
        say.as_json({"run_on": on, "clock": clock, "classes": classes, **ends})
        return
    if dry_run:
        say.line(f"{calendar.japanese_day(on)} 午前2時から廃棄するもの")
    for each in classes:
        say.line("\t".join((each["label"], *(_due_in_words(each) if dry_run else _kept_in_words(each)))))
    if dry_run and (sealed := remainder_count(on)):
        say.line(f"封をした保管の終わり\t{sealed} ファイル")
    if not now.agree:
        say.line("この機器の時計を確かめるまで、廃棄は止めています(`madoguchi check`)。")


def _classes(entity_id: UUID, on: date, *, dry_run: bool) -> Iterator[dict[str, Any]]:
    from madoguchi.rooms.inventory.queries.retention import decisions

    for each in decisions(entity_id):
        facts = {
            "class": each.retention,
            "label": each.label,
            "runs_from": each.runs_from,
            "days": each.days,
            "period": each.period,
        }
        yield facts | (_due(entity_id, each.retention, on) if dry_run else {})


def _due(entity_id: UUID, retention: str, on: date) -> dict[str, Any]:
    from madoguchi.rooms.inquiries.queries.numbers import numbers_of
    from madoguchi.rooms.inventory.queries.retention import due, listing, periods_on

    days = periods_on(entity_id, on).get(retention)
    found = listing(entity_id, retention, on, days)
    rows = [] if days is None else [each.row for each in due(entity_id, retention, on, days)]
    return {
        "count": found.count,
        "oldest": found.oldest,
        "newest": found.newest,
        "receipt_numbers": list(numbers_of(entity_id, rows).values()),
        "spared": found.spared,
        "spared_because": found.because,
    }


def _kept_in_words(each: dict[str, Any]) -> tuple[str, ...]:
    return (f"{each['runs_from']}から{each['period']}" if each["days"] else each["period"],)


def _due_in_words(each: dict[str, Any]) -> tuple[str, ...]:
    from madoguchi.foundation.lib import calendar

    spared = (f"{each['spared']} 件は残します（{each['spared_because']}）",) if each["spared"] else ()
    if not each["count"]:
        return ("ありません", *spared)
    span = "〜".join(calendar.japanese_day(each[end]) for end in ("oldest", "newest"))
    numbers = each["receipt_numbers"]
    more = f" ほか {len(numbers) - SHOWN} 件" if len(numbers) > SHOWN else ""
    return (f"{each['count']} 件", span, " ".join(numbers[:SHOWN]) + more, *spared)
