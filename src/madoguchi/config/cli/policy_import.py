"""`madoguchi policy import`: a text or a folder of clauses becomes a draft, shown with what each clause is bound to."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from madoguchi.config.cli import say
from madoguchi.config.cli.policy_words import (
    BY,
    JSON,
    acting,
    around_here,
    clauses_as_json,
    entity_id,
    findings_as_json,
    findings_in_words,
    moment,
    read_text,
    show_bindings,
)

if TYPE_CHECKING:
    from madoguchi.foundation.lib.ids import Ref
    from madoguchi.rooms.policy.models import Draft
    from madoguchi.rooms.policy.rules import Document


def _day(_: click.Context, __: click.Parameter, given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        say.fail(f"「{given}」は日付ではありません。2022-04-01 のように書いてください。")


@click.command(name="import")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--published-on", default="", callback=_day, help="すでに公表している版なら、公表した日。")
@click.option("--enacted-on", default="", callback=_day, help="制定日。省くと、文末の日付から読みます。")
@click.option("--effective-on", default="", callback=_day, help="施行日。省くと、公表と同時に施行します。")
@BY
@JSON
@say.with_django
def import_(
    source: Path, published_on: date | None, enacted_on: date | None, effective_on: date | None, email: str,
    as_json: bool,
) -> None:  # fmt: skip
    """文書か、条文ごとのファイルのフォルダを読み、下書きにします。結び付きとご提案も示します。"""
    from madoguchi.rooms.policy.queries.versions import list_versions, number_to_be
    from madoguchi.rooms.policy.rules.linting import lint

    entity, by = entity_id(), acting(email)
    literal, document = _read(source)
    draft = _begin(document, published_on, enacted_on, effective_on, by)
    number = number_to_be(entity)
    findings = lint(literal, around_here(len(list_versions(entity))))
    if as_json:
        say.as_json({
            "number": number, "kind": draft.kind, "enacted_on": draft.enacted_on,
            "published_on": draft.published_on, "effective_from": moment(draft.effective_from),
            "clauses": clauses_as_json(literal), "facts": _named(document),
            "findings": findings_as_json(findings),
        })  # fmt: skip
        return
    say.line(
        f"第{number}版の下書きにしました。{len(document.clauses)} の条文を、原文のとおりに読み取りました。"
    )
    show_bindings(literal)
    if named := _named(document):
        say.line(
            "差し込みにした会社の情報\t"
            + "、".join(f"{{{{operator.{name}}}}} {count} か所" for name, count in named.items())
        )
    findings_in_words(findings)
    say.line(f"\n内容をお確かめのうえ、`madoguchi policy publish {number}` で公表します。")


def _read(source: Path) -> tuple["Document", "Document"]:
    """As it was written, and with the operator's facts as merge fields. Not a word is lost on the way."""
    from madoguchi.rooms.organisation.queries import entity_facts
    from madoguchi.rooms.policy.rules.binding import propose
    from madoguchi.rooms.policy.rules.folder import File, read_files
    from madoguchi.rooms.policy.rules.preparing import prepare, prepare_files
    from madoguchi.rooms.policy.rules.reading import read_document, word_for_word

    facts = entity_facts(entity_id())
    if source.is_dir():
        files = [File(path.name, read_text(path)) for path in sorted(source.glob("*.md"))]
        if not files:
            say.fail(f"{source.name} に、条文のファイル(*.md)がありません。")
        return propose(read_files(files)), prepare_files(files, facts)
    text = read_text(source)
    literal = propose(read_document(text))
    if lost := word_for_word(text, literal):
        say.fail(f"原文のとおりに読み取れない行があります。「{lost[0]}」の前後を、空行で区切ってください。")
    return literal, prepare(text, facts)


def _begin(
    document: "Document",
    published_on: date | None,
    enacted_on: date | None,
    effective_on: date | None,
    by: "Ref",
) -> "Draft":
    from madoguchi.foundation.lib import clock
    from madoguchi.foundation.lib.transactions import action
    from madoguchi.rooms.policy.actions.draft import begin_draft, change_draft
    from madoguchi.rooms.policy.actions.store_version import start_of
    from madoguchi.rooms.policy.rules import publishing
    from madoguchi.rooms.policy.rules.binding import enacted_on as told

    entity, today = entity_id(), clock.today()
    begins = start_of(effective_on) if effective_on else None
    if published_on:
        publishing.check_was_public(published_on, today)
        publishing.check_effective(begins, start_of(published_on))
    elif effective_on:
        publishing.check_effective(begins, start_of(today))
        begins = None if effective_on == today else begins
    enacted = enacted_on or _as_date(told(document)) or published_on or today

    @action
    def begin() -> "Draft":
        draft = begin_draft(
            entity_id=entity, kind="taken-over" if published_on else "text", document=document,
            enacted_on=enacted, published_on=published_on, by=by,
        )  # fmt: skip
        if begins is None:
            return draft
        return change_draft(
            entity_id=entity, draft_id=draft.id, seen=draft.edited_at, by=by, effective_from=begins
        )

    return begin()


def _as_date(told: tuple[int, int, int] | None) -> date | None:
    try:
        return date(*told) if told else None
    except ValueError:
        return None


def _named(document: "Document") -> dict[str, int]:
    """How often each fact of the operator became a merge field."""
    texts = (document.preamble, *(clause.text for clause in document.clauses), document.closing)
    return dict(Counter(re.findall(r"\{\{operator\.(\w+)\}\}", "\n".join(texts))))
