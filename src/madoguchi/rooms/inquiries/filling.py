"""Templates of replies: merge fields are filled in, and what has no value stays to be seen. Pure.

Unlike `lib.merging`, nothing is refused here: the writer fills in the rest by hand, and sending asks `blanks`.
"""

import re
from collections.abc import Iterator, Mapping

# What a template may name, in the order it is offered, with an example.
FIELDS: Mapping[str, str] = {
    "企業名": "有限会社青葉食堂", "氏名": "山田 花子\u00a0様", "受付番号": "M-20261122-7K4P",
    "受付日時": "2026年11月22日(日) 10:00", "回答期限": "2026年11月25日(水) 18:00", "担当者名": "佐々木 恵",
    "会社名": "株式会社みなと商会", "窓口の名前": "お客様窓口", "電話番号": "03-0000-0000", "営業時間": "平日 9:00〜18:00",
    "署名": "株式会社みなと商会 お客様窓口",
}  # fmt: skip

_FIELD = re.compile(r"\{\{\s*([^{}\n#/]{1,40}?)\s*\}\}")
_SECTION = re.compile(r"\{\{#\s*([^{}\n]{1,40}?)\s*\}\}\n?(.*?)\{\{/\s*\1\s*\}\}\n?", re.DOTALL)
_LEFT = re.compile(r"\{\{[#/]?\s*([^{}\n]{0,40}?)\s*\}\}")
_HOLLOW = re.compile(r"([^\n【】{}、。]{0,20})【[ \u3000\u00a0]*】")
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)
_LABEL_END = " \u3000：:は・■●◆"


def fill(template: str, values: Mapping[str, str]) -> str:
    """Known values are put in; a field without one stays as it is written, `{{日付}}`. What stands between
    {{#企業名}} and {{/企業名}} is left out when there is no such value."""
    whole = _SECTION.sub(lambda found: found[2] if values.get(found[1]) else "", template)
    return _FIELD.sub(lambda found: values.get(found[1]) or found[0], whole)


def blanks(text: str) -> list[str]:
    """By name, what still waits to be filled in: {{日付}} or 【　】. What is quoted is not ours to fill."""
    return list(dict.fromkeys(_blanks(_QUOTED.sub("", text))))


def _blanks(text: str) -> Iterator[str]:
    for found in _LEFT.finditer(text):
        yield found[1] or "{{ }}"
    for found in _HOLLOW.finditer(text):
        yield f"{found[1].strip(_LABEL_END)}【　】"


def unknown(template: str) -> list[str]:
    """Fields that only the writer can fill in."""
    return [name for name in dict.fromkeys(_LEFT.findall(template)) if name not in FIELDS]
