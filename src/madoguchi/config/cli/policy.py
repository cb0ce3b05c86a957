"""`madoguchi policy`: a policy read into clauses, what it could say better, drafts, and the versions published here."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from madoguchi.config.cli import say
from madoguchi.config.cli.policy_import import import_
from madoguchi.config.cli.policy_publish import drop, publish
from madoguchi.config.cli.policy_words import (
    JSON,
    STATES,
    clauses_as_json,
    entity_id,
    findings_as_json,
    findings_in_words,
    moment,
    notice_here,
    read_text,
    show_bindings,
    version_as_json,
    version_in_words,
)

if TYPE_CHECKING:
    from madoguchi.rooms.policy.queries.drafts import Sheet
    from madoguchi.rooms.policy.rules.comparing import Change, Piece


@click.group()
def policy() -> None:
    """プライバシーポリシーの版と下書き、改善のご提案。"""


for _command in (import_, publish, drop):
    policy.add_command(_command)


@policy.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--notice",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="フォームに添える案内文のファイル。省くと、この環境で公開中の案内を使います。",
)
@JSON
@say.with_django
def lint(file: Path, notice: Path | None, as_json: bool) -> None:
    """文書を条文に分け、条文ごとの結び付きと改善のご提案を示します。何も保存しません。"""
    from madoguchi.rooms.policy.rules.binding import propose
    from madoguchi.rooms.policy.rules.linting import Around, lint
    from madoguchi.rooms.policy.rules.reading import read_document

    document = propose(read_document(read_text(file)))
    findings = lint(document, Around(notice=read_text(notice) if notice else notice_here()))
    if as_json:
        say.as_json({"clauses": clauses_as_json(document), "findings": findings_as_json(findings)})
        return
    show_bindings(document)
    findings_in_words(findings)


@policy.command(name="list")
@JSON
@say.with_django
def list_(as_json: bool) -> None:
    """下書きと、これまでの版を、新しい順に示します。"""
    from madoguchi.rooms.policy.queries.drafts import open_drafts
    from madoguchi.rooms.policy.queries.versions import list_versions, number_to_be

    entity = entity_id()
    drafts, versions, number = open_drafts(entity), list_versions(entity), number_to_be(entity)
    if as_json:
        say.as_json([*(_draft(each, number) for each in drafts), *map(version_as_json, versions)])
        return
    for draft in drafts:
        asked = "承認を待っています" if draft.asked_at else "承認の依頼はまだです"
        say.line(f"第{number}版\t{STATES['draft']}\t{draft.get_kind_display()}\t{asked}")
    for version in versions:
        say.line(version_in_words(version))


@policy.command()
@click.argument("number", type=int)
@JSON
@say.with_django
def show(number: int, as_json: bool) -> None:
    """一つの版を公表したとおりに、下書きなら公表されるとおりに示します。"""
    from madoguchi.rooms.policy.queries.versions import by_number

    found = by_number(entity_id(), number)
    if found is not None:
        title, text, clauses = found.title, found.text, found.clauses
        told, line = version_as_json(found) | {"changes": found.changes}, version_in_words(found)
    else:
        draft = _sheet_to_be(number)
        title, text, clauses = draft.document.title, draft.rendered.text, draft.rendered.clauses
        told = _draft(draft.draft, number) | {"title": title, "changes": draft.draft.changes}
        line = f"第{number}版\t{STATES['draft']}\t{draft.draft.get_kind_display()}"
    if as_json:
        say.as_json(told | {"clauses": clauses})
    else:
        say.line(f"{line}\n\n{title}\n\n{text}")


@policy.command()
@click.argument("one", type=int)
@click.argument("other", type=int)
@JSON
@say.with_django
def diff(one: int, other: int, as_json: bool) -> None:
    """二つの版の違いを、条文ごとに示します。[-なくなった言葉-] {+加わった言葉+}"""
    changes = [change for change in _changes(one, other) if as_json or change.kind != "same"]
    if as_json:
        say.as_json([asdict(change) for change in changes])
        return
    for change in changes:
        say.line(f"{_marked(change.heading)}\n{_marked(change.text)}\n")
    if not changes:
        say.line("条文は変わっていません。")


def _changes(one: int, other: int) -> "list[Change]":
    from madoguchi.rooms.policy.queries.versions import by_number
    from madoguchi.rooms.policy.rules.comparing import compare_wording

    older, newer = sorted((one, other))
    before, after = by_number(entity_id(), older), by_number(entity_id(), newer)
    if before is None or older == newer:
        say.fail("比べる二つの版を `madoguchi policy list` の番号で指定してください。")
    return compare_wording(before, after or _sheet_to_be(newer).rendered)


def _sheet_to_be(number: int) -> "Sheet":
    """The open draft that will be this version, as it would be published now."""
    from madoguchi.rooms.policy.queries.drafts import open_drafts, sheet
    from madoguchi.rooms.policy.queries.versions import number_to_be

    entity = entity_id()
    drafts = open_drafts(entity) if number == number_to_be(entity) else []
    if not drafts:
        say.fail(f"第{number}版はありません。`madoguchi policy list` で番号をお確かめください。")
    return sheet(drafts[0])


def _draft(draft: Any, number: int) -> dict[str, Any]:
    return {
        "number": number, "state": "draft", "kind": draft.kind, "enacted_on": draft.enacted_on,
        "published_on": draft.published_on, "effective_from": moment(draft.effective_from),
        "asked_at": moment(draft.asked_at), "confirmed_at": moment(draft.confirmed_at),
    }  # fmt: skip


def _marked(pieces: "tuple[Piece, ...]") -> str:
    around = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(around[piece.kind].format(piece.text) for piece in pieces)
