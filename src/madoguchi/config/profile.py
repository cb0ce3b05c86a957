"""A profile: operator facts, form, wording and policy of one company, read from files and set in the rooms.

Safe to repeat: applying it again changes only what differs, and each change of a word or fact is a new
version of the notice or policy that shows it. What the staff changed since at the desk stays.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.hours import Hours
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.consent.actions.set_notice import name_facts_anew, set_notice
from madoguchi.rooms.consent.queries.notices import written_at_desk
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.errors import BadDefinition
from madoguchi.rooms.forms.queries import open_forms
from madoguchi.rooms.forms.rules import Definition
from madoguchi.rooms.inquiries.actions.set_wording import set_wording
from madoguchi.rooms.inventory.actions.set_period import set_periods
from madoguchi.rooms.organisation.actions.set_facts import follow_profile
from madoguchi.rooms.organisation.queries import facts_from_desk, only_entity
from madoguchi.rooms.policy.actions.adopt import adopt
from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.binding import propose

_NEEDED = (
    "operator.name", "hours", "form.slug", "notice.uses", "mailing", "privacy.form.slug", "privacy.notice.uses", "mail",
    "policy.folder", "policy.title", "policy.preamble", "policy.closing", "policy.number", "policy.enacted_on",
    "policy.published_on",
)  # fmt: skip
BUNDLED = Path(__file__).parent.parent / "profiles"


class BadProfile(Exception):
    """A profile that cannot be used; the sentence says where to look."""


@dataclass(frozen=True, slots=True)
class Profile:
    path: Path
    content: dict[str, Any]

    @property
    def slug(self) -> str:
        return str(self.content["slug"])


def bundled() -> list[str]:
    return sorted(path.stem for path in BUNDLED.glob("*.toml"))


def read_profile(name_or_path: str) -> Profile:
    """A bundled name (`eclore`, `demo`) or the path of a TOML file."""
    path = BUNDLED / f"{name_or_path}.toml" if name_or_path in bundled() else Path(name_or_path)
    if not path.is_file():
        raise BadProfile(
            f"プロファイル {name_or_path} が見つかりません。{'、'.join(bundled())} か、ファイルの場所を指定してください。"
        )
    try:
        return Profile(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadProfile(f"{path.name} を読めません: {error}") from None


def read_policy(profile: Profile) -> Document:
    policy = profile.content["policy"]
    folder = profile.path.parent / policy["folder"]
    clauses = tuple(_clause(path) for path in sorted(folder.glob("*.md")))
    if not clauses:
        raise BadProfile(f"ポリシーの条文が {folder} にありません。")
    return Document(policy["title"], policy["preamble"], clauses, policy["closing"])


def _clause(path: Path) -> Clause:
    _, front, text = path.read_text(encoding="utf-8").split("+++", 2)
    head = tomllib.loads(front)
    return Clause(
        head["number"],
        head["title"],
        text.strip(),
        tuple(head.get("promises", ())),
        head.get("parameters", {}),
        announces=head.get("announces", {}),
    )


def apply(profile: Profile, *, rename: bool = False) -> UUID:
    """Set everything the profile says; gives back the form's id. `rename`: the same company, a new name."""
    content = profile.content
    _check_whole(profile)
    document = propose(read_policy(profile))
    facts = content["operator"] | {"hours": _hours(profile)}
    entity = follow_profile(facts=facts, by=COMMAND, rename=rename)
    mailing = {f"mailing_{name}": text for name, text in content["mailing"].items()}
    form = _set_form(entity, content["form"], content["notice"], mailing)
    _set_form(entity, content["privacy"]["form"], content["privacy"]["notice"], {})
    name_facts_anew(entity_id=entity, by=COMMAND)
    set_wording(entity_id=entity, texts=content["mail"])
    set_periods(entity_id=entity, said=content.get("retention", {}), by=COMMAND)
    policy = content["policy"]
    adopt(
        entity_id=entity,
        document=document,
        first_number=policy["number"],
        enacted_on=date.fromisoformat(policy["enacted_on"]),
        published_on=date.fromisoformat(policy["published_on"]),
        by=COMMAND,
    )
    return form


def _hours(profile: Profile) -> dict[str, Any]:
    try:
        return Hours.from_json(profile.content["hours"]).to_json()
    except (ValueError, KeyError, TypeError) as error:
        raise BadProfile(f"{profile.path.name} の hours を読めません: {error}") from None


def _set_form(
    entity: UUID, said: Mapping[str, Any], notice: Mapping[str, Any], mailing: Mapping[str, str]
) -> UUID:
    """One form with the wording beside it. The first that is set stands at the front door."""
    form = set_form(slug=said["slug"], entity_id=entity, definition=_definition(said), by=COMMAND)
    wording = {name: text for name, text in notice.items() if name != "uses"}
    if not written_at_desk(form):
        template = {**wording, **mailing}
        set_notice(entity_id=entity, form_id=form, template=template, uses=notice["uses"], by=COMMAND)
    return form


def _definition(said: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return Definition.from_json({key: value for key, value in said.items() if key != "slug"}).to_json()
    except BadDefinition as error:
        raise BadProfile(f"フォーム {said['slug']} を読めません: {error}") from None


def kept_from_desk() -> list[str]:
    """What applying a profile leaves as the staff set it, in words."""
    entity = only_entity()
    facts = entity is not None and facts_from_desk(entity.id)
    notices = entity is not None and any(written_at_desk(form.id) for form in open_forms(entity.id))
    return ["会社の情報"] * facts + ["フォームの案内文"] * notices


def _check_whole(profile: Profile) -> None:
    """What `apply` reads by name; the rest is refused by the rooms themselves."""
    for place in _NEEDED:
        found: Any = profile.content
        for name in place.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            raise BadProfile(
                f"{profile.path.name} に {place} がありません。同梱のプロファイルを見本に、書き足してください。"
            )
