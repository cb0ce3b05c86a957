"""`madoguchi policy publish`, `drop`: the way of the screens, by command and under the same rules."""

from typing import TYPE_CHECKING

import click

from madoguchi.config.cli import say
from madoguchi.config.cli.policy_words import BY, JSON, acting, entity_id, version_as_json, version_in_words

if TYPE_CHECKING:
    from madoguchi.foundation.lib.ids import Ref
    from madoguchi.rooms.policy.models import Draft, PolicyVersion
    from madoguchi.rooms.policy.rules.publishing import Classed

_KIND = click.option(
    "--kind",
    type=click.Choice(["text", "facts", "taken-over"]),
    default=None,
    help="下書きがいくつかあるときに選びます。",
)


def _classes(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[int, "Classed"]:
    from madoguchi.rooms.policy.rules.publishing import ChangeClass, Classed

    said: dict[int, Classed] = {}
    for each in given:
        number, rest = each.partition("=")[::2]
        name, reason = rest.partition(":")[::2]
        if not number.isdecimal() or name not in list(ChangeClass):
            say.fail(
                f"「{each}」を読めません。--change 3=notice:理由 のように書いてください(consent、notice、name、wording)。"
            )
        said[int(number)] = Classed(ChangeClass(name), reason)
    return said


@click.command()
@click.argument("number", type=int)
@BY
@click.option("--reason", default="", help="承認する方がほかにいないとき、お一人で公表する理由。")
@click.option(
    "--change", "changes", multiple=True, callback=_classes,
    help="変わる条文の影響。例 3=notice:理由。くり返せます。書かない条文は、同意をいただく変更になります。",
)  # fmt: skip
@_KIND
@JSON
@say.with_django
def publish(
    number: int, email: str, reason: str, changes: dict[int, "Classed"], kind: str | None, as_json: bool
) -> None:
    """下書きを確かめたものとして、承認を依頼し、または公表します。"""
    by, draft = acting(email), _draft_to_be(number, kind)
    if not email:
        _check_nobody_could(number)
    if draft.kind == "taken-over":
        version = _attested(_confirmed(draft, by), by)
    else:
        version = _published(_offered(draft, number, by, changes), number, by, reason)
        if version.number < number:
            _tell_facts_only(version, as_json=as_json)
            return
    from madoguchi.rooms.policy.rules.comparing import named

    if as_json:
        say.as_json(version_as_json(version) | {"changes": version.changes})
        return
    asked = [named(int(number)) for number, said in version.changes.items() if said["class"] == "consent"]
    if asked:
        say.line(
            f"{'、'.join(asked)}は、同意をいただく変更です。すでにご利用の方には、同意をいただいてから使います。"
        )
    say.line(f"公表しました。{version_in_words(version)}")
    if version.kind == "taken-over" and version.approval != "attested":
        say.line(
            "お名前での申告はありません。申告として残すには、`--by メールアドレス` を付けて引き継ぎます。"
        )


def _tell_facts_only(version: "PolicyVersion", *, as_json: bool) -> None:
    if as_json:
        say.as_json(version_as_json(version) | {"changes": {}})
        return
    say.line(
        f"会社の情報を新しくしました。ポリシーの条文に変わるところはないので、第{version.number}版のままです。"
    )


@click.command()
@click.argument("number", type=int)
@BY
@_KIND
@say.with_django
def drop(number: int, email: str, kind: str | None) -> None:
    """下書きを取りやめます。"""
    from madoguchi.rooms.policy.actions.draft import drop_draft

    drop_draft(entity_id=entity_id(), draft_id=_draft_to_be(number, kind).id, by=acting(email))
    say.line("下書きを取りやめました。")


def _draft_to_be(number: int, kind: str | None) -> "Draft":
    from madoguchi.rooms.policy.queries.drafts import open_drafts
    from madoguchi.rooms.policy.queries.versions import number_to_be

    entity = entity_id()
    drafts = [draft for draft in open_drafts(entity) if kind in (None, draft.kind)]
    if not drafts or number != number_to_be(entity):
        say.fail(f"第{number}版の下書きはありません。`madoguchi policy list` で番号をお確かめください。")
    if len(drafts) > 1:
        said = "、".join(draft.kind for draft in drafts)
        say.fail(f"下書きがいくつかあります。--kind で選んでください({said})。")
    return drafts[0]


def _check_nobody_could(number: int) -> None:
    """By nobody's name only while nobody could approve by theirs."""
    from madoguchi.rooms.organisation.queries import speakers_set_up
    from madoguchi.rooms.policy.errors import NameNeeded
    from madoguchi.rooms.policy.rules import publishing

    able = speakers_set_up(entity_id())
    try:
        publishing.check_nameless(len(able))
    except NameNeeded as needed:
        say.fail(
            f"{needed.message}\n`madoguchi policy publish {number} --by {able[0].email}` を実行してください。"
        )


def _confirmed(draft: "Draft", by: "Ref") -> "Draft":
    """`import` showed each clause with what it is bound to; whoever publishes has looked."""
    from madoguchi.rooms.policy.actions.draft import confirm_bindings
    from madoguchi.rooms.policy.rules import Document

    if draft.confirmed_at is not None or draft.kind == "facts":
        return draft
    return confirm_bindings(
        entity_id=draft.entity_id, draft_id=draft.id, seen=draft.edited_at, by=by,
        document=Document.from_json(draft.document),
    )  # fmt: skip


def _offered(draft: "Draft", number: int, by: "Ref", changes: dict[int, "Classed"]) -> "Draft":
    """Complete and asked for: by whoever made it, so that who approves it stays another person."""
    from madoguchi.foundation.lib.ids import COMMAND, Ref
    from madoguchi.foundation.lib.transactions import action
    from madoguchi.rooms.policy.actions.draft import ask_approval
    from madoguchi.rooms.policy.queries.drafts import authors
    from madoguchi.rooms.policy.queries.versions import last_change

    newest = last_change(draft.entity_id)
    asked = draft.asked_at is not None and (newest is None or newest <= draft.asked_at)
    if asked and not changes:
        return draft
    made_by = Ref(draft.made_by_kind, draft.made_by_id)
    if by not in authors(draft):
        if made_by != COMMAND:
            _refer_to_maker(number, made_by)
        by = COMMAND

    @action
    def offer() -> "Draft":
        ready = _classed(_confirmed(draft, by), by, changes)
        return ask_approval(entity_id=ready.entity_id, draft_id=ready.id, seen=ready.edited_at, by=by)

    return offer()


def _refer_to_maker(number: int, made_by: "Ref") -> None:
    say.fail(
        "この下書きは、まだ承認を依頼していません。作った方が、先に"
        f"`madoguchi policy publish {number} --by {_address(made_by)}` を実行してください。"
    )


def _address(member: "Ref") -> str:
    from madoguchi.rooms.organisation.queries import staff_by_id

    found = staff_by_id(member.id)
    return found.email if found else ""


def _classed(draft: "Draft", by: "Ref", changes: dict[int, "Classed"]) -> "Draft":
    """What nobody classed is a change that needs consent."""
    from madoguchi.rooms.policy.actions.draft import change_draft
    from madoguchi.rooms.policy.queries.drafts import sheet
    from madoguchi.rooms.policy.rules.comparing import named
    from madoguchi.rooms.policy.rules.publishing import ChangeClass, Classed

    found = sheet(draft)
    if stray := sorted(set(changes) - set(found.changed)):
        say.fail(f"{named(stray[0])}は変わりません。`madoguchi policy diff` でお確かめください。")
    unsaid = dict.fromkeys(found.changed, Classed(ChangeClass.CONSENT, ""))
    said = unsaid | {number: found.said[number] for number in found.changed if number in found.said} | changes
    if said == found.said:
        return draft
    return change_draft(
        entity_id=draft.entity_id, draft_id=draft.id, seen=draft.edited_at, by=by, changes=said
    )


def _attested(draft: "Draft", by: "Ref") -> "PolicyVersion":
    from madoguchi.rooms.policy.actions.publish import attest

    return attest(entity_id=draft.entity_id, draft_id=draft.id, seen=draft.edited_at, by=by)


def _published(draft: "Draft", number: int, by: "Ref", reason: str) -> "PolicyVersion":
    from madoguchi.faces.staff_site.publishing import publish_draft
    from madoguchi.rooms.policy.errors import AloneTooSoon, ReasonMissing, SecondPersonNeeded

    try:
        return publish_draft(
            entity_id=draft.entity_id, draft_id=draft.id, seen=draft.edited_at, by=by, reason=reason
        )
    except SecondPersonNeeded as refusal:
        say.fail(f"{refusal.message}\n{_next_person(draft, number) or refusal.next_step}")
    except (AloneTooSoon, ReasonMissing) as refusal:
        again = f"madoguchi policy publish {number} --by {_address(by)} --reason 理由"
        say.fail(f"{refusal.message}\n`{again}` を実行してください。")


def _next_person(draft: "Draft", number: int) -> str:
    from madoguchi.foundation.lib.ids import Ref
    from madoguchi.rooms.organisation.queries import speakers
    from madoguchi.rooms.policy.queries.drafts import authors

    made = authors(draft)
    others = [each for each in speakers(draft.entity_id) if Ref("staff", each.id) not in made]
    if not others:
        return ""
    return (
        f"承認を依頼しました。{others[0].name}さんが `madoguchi policy publish {number} --by {others[0].email}` を"
        "実行するか、画面で承認すると、公表されます。"
    )
