"""The facts of the company as somebody types them: each read leniently, stored one way, or refused with what to type."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from madoguchi.foundation.lib.contact import Unreadable, narrow, read_email, read_phone
from madoguchi.foundation.lib.text import clean_line

_POSTAL = re.compile(r"〒?\s*([0-9]{3})[-\s]?([0-9]{4})")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_ADDRESS = re.compile(r"[<>@\"]")  # would be read as an address in the header of a mail
_LINKED = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    longest: int
    required: bool = True
    hint: str = ""
    read: Callable[[str, str], str] = lambda typed, label: typed

    def box(self, value: str, error: str, places: Sequence[str]) -> dict[str, Any]:
        """As elements/field.html takes it, and where the fact stands."""
        return {
            "name": self.name, "label": self.label, "kind": "text", "required": self.required,
            "hint": self.hint, "value": value, "error": error, "places": places, "autocomplete": "off",
        }  # fmt: skip


@dataclass(slots=True)
class Read:
    """`typed` goes back into the form, `values` are stored."""

    typed: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_facts(given: Mapping[str, str]) -> Read:
    read = Read()
    for each in FIELDS:
        typed = clean_line(str(given.get(each.name, "")))
        read.typed[each.name] = typed
        try:
            read.values[each.name] = _read(each, typed)
        except Unreadable as wrong:
            read.errors[each.name] = str(wrong)
    return read


def _read(each: Field, typed: str) -> str:
    if not typed:
        if each.required:
            raise Unreadable(f"{each.label}を書いてください。")
        return ""
    value = each.read(typed, each.label)
    if len(value) > each.longest:
        raise Unreadable(
            f"{each.label}は、{each.longest}文字までで書いてください（いまは{len(value)}文字です）。"
        )
    return value


def _postal(typed: str, label: str) -> str:
    found = _POSTAL.fullmatch(narrow(typed).translate(_HYPHENS))
    if found is None:
        raise Unreadable(f"{label}は、7桁の数字でお書きください。例：100-0001")
    return f"{found[1]}-{found[2]}"


def _phone(typed: str, label: str) -> str:
    return read_phone(typed, label).shown


def _email(typed: str, label: str) -> str:
    return read_email(typed, label).shown


def _sender(typed: str, label: str) -> str:
    """Mail programs hide, or refuse, a name that looks like an address."""
    if _ADDRESS.search(narrow(typed)):
        raise Unreadable(
            f'{label}には、メールアドレスや記号（< > @ "）を入れられません。会社や窓口の名前を書いてください。'
        )
    return typed


def _desk(typed: str, label: str) -> str:
    if _LINKED.search(narrow(typed)) or "@" in narrow(typed):
        raise Unreadable(
            f"{label}には、窓口の名前を書いてください。メールアドレスは、下の「メールアドレス」に書けます。"
        )
    return typed


FIELDS = (
    Field("name", "会社の名称", 200, hint="登記のとおりに書きます。"),
    Field("group", "グループの名称", 200, required=False),
    Field("postal_code", "郵便番号", 10, required=False, read=_postal),
    Field("address", "住所", 300),
    Field("representative_title", "代表者の肩書", 100, hint="例：代表取締役"),
    Field("representative", "代表者の氏名", 100),
    Field("desk", "個人情報の窓口の名前", 200, hint="ご質問や苦情をお受けする窓口です。", read=_desk),
    Field(
        "joint_use_range", "共同して利用する者の範囲", 300, required=False,
        hint="変えると、すでにご利用の方の同意が要ることがあります。",
    ),
    Field("phone", "電話番号", 40, required=False, hint="空欄のときは、電話のご案内を出しません。", read=_phone),
    Field("email", "メールアドレス", 254, required=False, hint="書くと、お送りしたメールへのご返信の宛先になります。", read=_email),
    Field("sender_name", "メールの差出人の名前", 200, read=_sender),
    Field(
        "sender_address", "メールの差出人のアドレス", 254,
        hint="このアドレスのドメインから送れるように、メールサーバーを設定しておいてください。", read=_email,
    ),
)  # fmt: skip
