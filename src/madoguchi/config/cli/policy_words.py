"""What the commands of the policy share: where they look, and how they say it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from madoguchi.config.cli import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madoguchi.foundation.lib.ids import Ref
    from madoguchi.rooms.policy.models import PolicyVersion
    from madoguchi.rooms.policy.rules import Document
    from madoguchi.rooms.policy.rules.linting import Around, Finding

BY = click.option(
    "--by", "email", default="", help="職員のメールアドレス。その方として、画面と同じ決まりで進めます。"
)
JSON = click.option("--json", "as_json", is_flag=True, help="JSON で表示する。")
STATES = {
    "draft": "下書き",
    "announced": "施行前",
    "in-force": "施行中",
    "superseded": "以前の版",
    "never-held": "施行されなかった版",
}


def entity_id() -> UUID:
    from madoguchi.rooms.organisation.queries import only_entity

    entity = only_entity()
    if entity is None:
        say.fail("まだ準備ができていません。`madoguchi init --profile eclore` を実行してください。")
    return entity.id


def acting(email: str) -> "Ref":
    """The member of the staff, or the command line itself. What they may do, the actions ask."""
    from madoguchi.foundation.lib.ids import COMMAND, Ref
    from madoguchi.rooms.organisation.queries import staff_by_email

    if not email:
        return COMMAND
    member = staff_by_email(email)
    if member is None or not member.is_active:
        say.fail(f"{email} の職員は登録されていないか、利用を止めてあります。")
    return Ref("staff", member.id)


def read_text(path: Path) -> str:
    """UTF-8 (with or without its mark), or what Windows writes."""
    from madoguchi.foundation.lib.text import without_unstorable

    raw = path.read_bytes()
    text = _decoded(raw, "utf-8-sig")
    text = _decoded(raw, "cp932") if text is None else text
    if text is None:
        say.fail(f"{path.name} の文字を読めません。UTF-8 で保存し直してください。")
    return without_unstorable(text)


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def notice_here() -> str:
    """What stands beside the form of this installation; nothing before `init`."""
    from madoguchi.config.install import is_installed
    from madoguchi.rooms.consent.queries import notice_in_force
    from madoguchi.rooms.forms.queries import first_form

    form = first_form() if is_installed() else None
    return "\n".join(map(str, notice_in_force(form.id).wording.values())) if form else ""


def around_here(versions: int) -> "Around":
    from madoguchi.rooms.policy.rules.linting import Around

    return Around(notice=notice_here(), versions=versions)


def show_bindings(document: "Document") -> None:
    from madoguchi.rooms.policy.rules.topics import LABELS, Topic

    for clause in document.clauses:
        topic = clause.parameters.get("topic")
        told = [LABELS[Topic(topic)] if topic else "結び付きなし"]
        told += [f"約束 {len(clause.promises)}"] if clause.promises else []
        told += [f"手数料 {clause.parameters['fee_yen']:,}円"] if "fee_yen" in clause.parameters else []
        told += [f"項目 {len(clause.announces)}"] if clause.announces else []
        say.line(f"第{clause.number}条\t{clause.title}\t{'、'.join(told)}")


def findings_in_words(findings: "Iterable[Finding]") -> None:
    for each in findings:
        where = f"第{each.clause}条" if each.clause else "全体"
        say.line(f"\n{each.code}\t{where}\t{each.message}\n　なぜ\t{each.why}\n　たとえば\t{each.suggestion}")
    if not findings:
        say.line("改善のご提案はありません。")


def clauses_as_json(document: "Document") -> list[dict[str, Any]]:
    from madoguchi.rooms.policy.rules.binding import items

    return [
        {
            "number": clause.number, "title": clause.title, "items": items(clause.text),
            "bindings": {
                "promises": list(clause.promises), **clause.parameters,
                **({"announces": dict(clause.announces)} if clause.announces else {}),
            },
        }
        for clause in document.clauses
    ]  # fmt: skip


def findings_as_json(findings: "Iterable[Finding]") -> list[dict[str, Any]]:
    return [asdict(each) for each in findings]


def state_of(version: "PolicyVersion") -> str:
    from madoguchi.foundation.lib import clock
    from madoguchi.rooms.policy.queries.versions import in_force_number

    if version.never_held:
        return "never-held"
    if version.effective_from > clock.now():
        return "announced"
    return "in-force" if in_force_number(version.entity_id)[0] == version.id else "superseded"


def moment(at: "datetime | None") -> str | None:
    """As the day is counted, in Tokyo."""
    from madoguchi.foundation.lib import clock

    return clock.local(at).isoformat() if at else None


def version_as_json(version: "PolicyVersion") -> dict[str, Any]:
    return {
        "number": version.number, "state": state_of(version), "kind": version.kind, "title": version.title,
        "digest": version.digest, "enacted_on": version.enacted_on, "published_on": version.published_on,
        "effective_from": moment(version.effective_from), "superseded_at": moment(version.superseded_at),
        "approval": version.approval, "approved_by": _name(version.approved_by_kind, version.approved_by_id),
        "made_by": _name(version.made_by_kind, version.made_by_id), "reason": version.reason,
    }  # fmt: skip


def version_in_words(version: "PolicyVersion") -> str:
    from madoguchi.foundation.lib import calendar

    by = _name(version.approved_by_kind, version.approved_by_id)
    told = f"{version.get_approval_display()}({by})"
    return "\t".join(
        (
            f"第{version.number}版", STATES[state_of(version)],
            f"{calendar.japanese_date(version.effective_from)} から", told, version.digest[:16],
        )
    )  # fmt: skip


def _name(kind: str, id: UUID) -> str:
    """Staff by their name, also when they have left."""
    from madoguchi.rooms.organisation.queries import staff_by_id

    member = staff_by_id(id) if kind == "staff" else None
    return member.name if member else "コマンド"
