"""What each kind of request asks, and nothing that it does not need (T-C8-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from madoguchi.faces.public_site.inquiry.reading import Posted
from madoguchi.faces.public_site.requests.offers import Terms
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.rights.rules import asking as reading
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.asking import Asking
from madoguchi.rooms.rights.rules.identity import AGENTS

ESSENTIAL = "essential"  # an answer of the page only: it leads to an explanation and never becomes a request
_LABELS = dict(reading.LABELS) | {"wish": "お渡しの方法", "agent": "代理の方の立場"}
_MATTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "disclosure": ("about", "wish", "postal"),
        "purpose_notice": ("about", "wish", "postal"),
        "provision_record_disclosure": ("about", "wish", "postal"),
        "correction": ("item", "value", "ground", "about"),
        "use_cessation": ("about", "ground"),
        "erasure": ("about", "ground"),
        "provision_cessation": ("about", "ground"),
        "collection_stop": ("item",),
        "consent_withdrawal": ("words",),
        "joint_use_exclusion": (),
        "mail_opt_out": (),
    }
)
_AGENT = ("agent", "agent_name", "agent_contact")
# Where they are asked at all; the postal address and the agent's name only of whoever wants paper, or speaks for another.
_WANTED = frozenset({"name", "email", "item", "wish", "value", "postal", "agent_name"})
_KINDS = {
    "about": "paragraph", "ground": "paragraph", "value": "paragraph", "words": "paragraph", "postal": "paragraph",
    "email": "email", "phone": "phone", "item": "choice", "wish": "radio", "agent": "radio",
}  # fmt: skip
_COMPLETE = {"name": "name", "postal": "street-address"}
_HINTS = {
    "about": "受付番号や、いつごろの、どのようなお問い合わせかを、お分かりの範囲でお書きください。空のままのときは、お預かりしているすべてを対象にします。",
    "postal": "書面をご希望のときに、お書きください。例：〒100-0000 東京都千代田区みなと町1-2-3",
    "email": "お問い合わせのときと同じアドレスだと、早く確かめられます。",
    "phone": "お問い合わせのときと同じ番号だと、お電話でもご本人と確かめられます。",
    "words": "どの同意のことかを、お分かりの範囲でお書きください。空のままのときは、取り消せる同意をすべて取り消します。",
    "value": "正しい内容を、そのままお書きください。",
    "agent_contact": "お電話番号かメールアドレスを、お書きください。",
}
_GROUND = {
    "correction": ("事実と違うと分かる事情", "お分かりのことがあれば、お書きください。早くお調べできます。"),
    "use_cessation": ("止めてほしい理由", "例：伝えた用件と違うことに使われた、もう必要がない。お書きになると、早くお調べできます。"),
    "erasure": ("消してほしい理由", "例：用件が終わり、もう必要がない。お書きになると、早くお調べできます。"),
    "provision_cessation": ("止めてほしい理由", "お書きになると、早くお調べできます。"),
}  # fmt: skip
_LEFT_OUT = MappingProxyType({"about": "お預かりしているすべて", "words": "取り消せる同意のすべて"})


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed so far, by key: `reading.LABELS`, `wish` and `agent`. What to say at which field, and one sentence
    above the form."""

    answers: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


def keys_of(kind: str) -> tuple[str, ...]:
    """What stops a use asks nobody for a telephone number, and takes no agent: there is nothing to hand over."""
    who = ("name", "email") if rules.KINDS[kind].at_once else ("name", "email", "phone")
    return (*_MATTER[kind], *who, *(() if rules.KINDS[kind].at_once else _AGENT))


def answers_of(kind: str, posted: Posted) -> dict[str, str]:
    """What nobody asked for is dropped here."""
    return {key: posted.get(key) for key in keys_of(kind)}


def asking_of(kind: str, answers: Mapping[str, str], draft: str = "") -> Asking:
    asked = {key: answers.get(key, "") for key in keys_of(kind)}
    wish, agent = asked.pop("wish", ""), asked.pop("agent", "")
    if not agent:
        asked = {key: value for key, value in asked.items() if key not in _AGENT}
    if wish != "paper":
        asked.pop("postal", None)
    return Asking(kind, asked, wish, agent, draft.encode())


def fields_of(
    kind: str, given: Given, now: Terms, known: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """`known` is known for sure where they come from, and not asked again."""
    parts = {
        "matter": _MATTER[kind],
        "who": tuple(key for key in keys_of(kind) if key not in (*_MATTER[kind], *_AGENT)),
        "agent": tuple(key for key in keys_of(kind) if key in _AGENT),
    }
    return {
        part: [_field(kind, key, given, now) for key in keys if key not in known]
        for part, keys in parts.items()
    }


def _field(kind: str, key: str, given: Given, now: Terms) -> dict[str, Any]:
    label, hint = _GROUND[kind] if key == "ground" else (_label(kind, key), _HINTS.get(key, ""))
    return {
        "name": key,
        "label": label,
        "kind": _KINDS.get(key, "text"),
        "required": key in _WANTED,
        "hint": hint,
        "value": without_unstorable(given.answers.get(key, "")),
        "error": given.errors.get(key, ""),
        "options": options_of(kind, key, now),
        "autocomplete": _COMPLETE.get(key, "off" if key in _MATTER[kind] or key in _AGENT else ""),
        "size": "short" if _KINDS.get(key) == "paragraph" else "",
    }


def _label(kind: str, key: str) -> str:
    if key == "item":
        return "止めたいもの" if kind == "collection_stop" else _LABELS[key]
    return {"postal": "お届け先", "words": "取り消したい同意"}.get(key, _LABELS[key])


def label_of(kind: str, key: str) -> str:
    return _GROUND[kind][0] if key == "ground" else _label(kind, key)


def options_of(kind: str, key: str, now: Terms) -> list[dict[str, str]]:
    if key == "item":
        return [{"value": code, "label": label} for code, label in _items(kind, now).items()]
    if key == "wish":
        words = {
            "electronic": "合言葉で開く、暗号化したファイルです。一度だけ使えるリンクから、お受け取りいただきます。",
            "paper": "印刷したものを、郵便でお届けします。",
        }
        return [
            {"value": code, "label": label, "hint": words[code]} for code, label in reading.WISHES.items()
        ]
    if key == "agent":
        words = {
            "legal": "親権者や成年後見人の方です。戸籍謄本や登記事項証明書などで確かめます。",
            "mandated": "ご本人から任された方です。委任状で確かめます。",
        }
        none = {"value": "", "label": "本人が請求する", "hint": ""}
        return [none, *({"value": code, "label": AGENTS[code], "hint": words[code]} for code in AGENTS)]
    return []


def _items(kind: str, now: Terms) -> dict[str, str]:
    """Of what is collected by a switch, only what is or was collected here; and what an answer cannot do without,
    which leads to an explanation (clause 4-2)."""
    listed = reading.items_of(kind)
    if kind != "collection_stop":
        return dict(listed)
    here = {f"item:{code}" for code in now.collects}
    offered = {code: label for code, label in listed.items() if not code.startswith("item:") or code in here}
    return offered | {ESSENTIAL: "、".join(now.essentials)}


def rows(asking: Asking, *, typed_only: bool = False) -> list[dict[str, str]]:
    """What is asked, line by line, for 確認; `typed_only` for a page that keeps one's words."""
    said = dict(asking.values) | {"wish": asking.wish, "agent": asking.agent}
    found = []
    for key in keys_of(asking.kind):
        value = without_unstorable(said.get(key, ""))
        shown = _chosen(asking.kind, key).get(value, value)
        if shown or (key in _LEFT_OUT and not typed_only):
            found.append({"label": label_of(asking.kind, key), "value": shown or _LEFT_OUT[key]})
    return found


def _chosen(kind: str, key: str) -> Mapping[str, str]:
    """Codes of a choice in words."""
    return {"item": reading.items_of(kind), "wish": reading.WISHES, "agent": AGENTS}.get(key, {})
