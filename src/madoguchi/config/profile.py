"""A profile: operator facts, form, wording and policy of one company, read from files and set in the rooms.

Safe to repeat: applying it again changes only what differs, and each change of a word or fact is a new
version of the notice or policy that shows it.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.foundation.lib.merging import merge
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.rules import Definition
from madoguchi.rooms.inquiries.actions.set_wording import set_wording
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.actions.adopt import adopt
from madoguchi.rooms.policy.rules import Clause, Document

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
    )


def apply(profile: Profile, *, rename: bool = False) -> UUID:
    """Set everything the profile says; gives back the form's id. `rename`: the same company, a new name."""
    content = profile.content
    facts = content["operator"] | {"hours": content["hours"]}
    entity = set_facts(facts=facts, by=COMMAND, rename=rename)
    definition = Definition.from_json({key: value for key, value in content["form"].items() if key != "slug"})
    form = set_form(
        slug=content["form"]["slug"], entity_id=entity, definition=definition.to_json(), by=COMMAND
    )
    words = merge_facts(entity_facts(entity))
    wording = {name: merge(text, words) for name, text in content["notice"].items()}
    mailing = {f"mailing_{name}": merge(text, words) for name, text in content["mailing"].items()}
    set_notice(form_id=form, wording=wording | mailing, by=COMMAND)
    set_wording(entity_id=entity, texts=content["mail"])
    policy = content["policy"]
    adopt(
        entity_id=entity,
        document=read_policy(profile),
        first_number=policy["number"],
        enacted_on=date.fromisoformat(policy["enacted_on"]),
        published_on=date.fromisoformat(policy["published_on"]),
        by=COMMAND,
    )
    return form
