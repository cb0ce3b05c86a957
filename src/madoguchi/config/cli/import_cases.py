"""`madoguchi import SOURCE FILE`: cases of another product, of any size, row by row."""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from madoguchi.config.cli import say

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.actions.take_in import Taking

_PIECE = 1024 * 1024
_AT_ONCE = 200


@click.command("import")
@click.argument("source")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--form", "slug", default="", help="取り込み先のフォーム（省略すると、はじめのフォーム）。")
@click.option(
    "--map", "maps", multiple=True, metavar="項目=見出し", help="列の意味。例: --map received=受付日時"
)
@click.option("--dry-run", is_flag=True, help="取り込まずに、取り込めるかどうかだけを確かめます。")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="取り込めない行と理由を書くファイル。"
)
@click.option("--charset", default="", help="文字コード（省略すると、自動で見分けます）。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示する。")
@say.with_django
def import_cases(
    source: str,
    file: Path,
    slug: str,
    maps: tuple[str, ...],
    dry_run: bool,
    errors: Path | None,
    charset: str,
    as_json: bool,
) -> None:
    """ほかの製品のお問い合わせを取り込みます。同じファイルをもう一度取り込んでも、増えません。"""
    from madoguchi.rooms.inquiries.queries import importing

    if source not in importing.SOURCES:
        say.fail(f"もとの製品は、{'、'.join(importing.SOURCES)} のどれかでお書きください。")
    charset = charset or importing.detect(_pieces(file))
    headings = next(importing.read_rows(_pieces(file), charset))
    taking = _taking(source, slug, headings, maps)
    rows = importing.read_rows(_pieces(file), charset)
    next(rows)
    counts = _run(taking, rows, headings, errors, dry_run=dry_run)
    told = {
        "charset": charset,
        "mapping": {name: headings[at] for name, at in taking.mapping.items()},
        "dry_run": dry_run,
        **counts,
    }
    if as_json:
        say.as_json(told)
        return
    done = "取り込めるもの" if dry_run else "取り込んだもの"
    say.line(
        f"{done} {counts['taken']} 件、前に取り込んだもの {counts['known']} 件、取り込めないもの {counts['refused']} 件"
    )


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as raw:
        while piece := raw.read(_PIECE):
            yield piece


def _taking(source: str, slug: str, headings: list[str], maps: tuple[str, ...]) -> "Taking":
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.forms.queries import first_form, form_by_slug
    from madoguchi.rooms.inquiries.actions.take_in import Taking
    from madoguchi.rooms.inquiries.queries import importing
    from madoguchi.rooms.organisation.queries import hours_of

    form = form_by_slug(slug) if slug else first_form()
    if form is None:
        say.fail("取り込み先のフォームがありません。先に `madoguchi init` を実行してください。")
    questions = {spec.key: spec.label for spec in form.definition.fields}
    mapping = importing.propose(headings, questions) | _said(maps, headings, {*importing.FACTS, *questions})
    if "received" not in mapping or not {"body", "subject"} & mapping.keys():
        say.fail(
            f"受付日時か本文の列が分かりません。--map received=見出し --map body=見出し でお教えください。見出し: {'、'.join(headings)}"
        )
    return Taking(form, hours_of(form.entity_id), source, mapping, COMMAND)


def _said(maps: tuple[str, ...], headings: list[str], known: set[str]) -> dict[str, int]:
    said = {}
    for each in maps:
        name, _, heading = each.partition("=")
        if name not in known or heading not in headings:
            say.fail(f"--map {each} の項目か見出しがありません。項目: {'、'.join(sorted(known))}")
        said[name] = headings.index(heading)
    return said


def _run(
    taking: "Taking", rows: Iterator[list[str]], headings: list[str], errors: Path | None, *, dry_run: bool
) -> dict[str, int]:
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.foundation.lib.tables import ExcelCsv
    from madoguchi.rooms.audit.actions.record import record

    counts: dict[str, int] = {"taken": 0, "known": 0, "refused": 0}
    faults, place = ExcelCsv(["行", "理由", *headings]), 1
    with errors.open("wb") if errors else _Nowhere() as out:
        while some := list(islice(rows, _AT_ONCE)):
            outcomes = taking.try_out(some) if dry_run else [taking.take(row) for row in some]
            for row, (outcome, why) in zip(some, outcomes, strict=True):
                place += 1
                counts[outcome] += 1
                if outcome == "refused":
                    faults.row([str(place), why, *row])
            taking.make_findable()
            out.write(faults.take())
            if sys.stderr.isatty():
                click.echo(f"\r{place - 1} 行", nl=False, err=True)
    if not dry_run:
        record("inquiry.import-taken", about=COMMAND, by=COMMAND, details={"source": taking.source, **counts})
    return counts


class _Nowhere:
    def __enter__(self) -> "_Nowhere":
        return self

    def __exit__(self, *_: Any) -> None:
        """Nothing was opened."""

    def write(self, content: bytes) -> None:
        """Nobody asked for the list."""
