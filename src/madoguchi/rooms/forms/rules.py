"""What a form asks, and how an answer is read: kept as typed where it is a name or a message, put in one
form where it is an address. Pure: the same for the page, its 確認 and the API."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from madoguchi.foundation.lib import contact, numbers, text
from madoguchi.foundation.lib.dates import read_date
from madoguchi.rooms.forms.cautions import caution
from madoguchi.rooms.forms.errors import AnswersRefused, BadDefinition, UnfitFile
from madoguchi.rooms.inventory import rules as inventory

_DEFAULT_LENGTHS = {
    "line": 100, "text": 10_000, "phone": 40, "email": 254, "url": 2_000, "choice": 100, "date": 40,
}  # fmt: skip
KINDS = tuple(_DEFAULT_LENGTHS)
RESERVED = frozenset(
    {"form", "notice", "policy", "go", "envelope", "came_from", "mailing", "files"}
)  # what the page itself posts
# What a form may ask by the policy's rows. The other rows have doors of their own, each behind its switch.
ANNOUNCED = frozenset({"", "2-1a", "2-1b", "2-1e"})
T = TypeVar("T")
MOST_FILES, MOST_MB = 10, 10
_ENDING = re.compile(r"[a-z0-9]{1,10}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BYTES_PER_UNIT = 16  # stops a "character" of a thousand accents; a family emoji of 25 bytes is rare enough
_FIRST_LINE_READ = 400  # characters, of which a list shows at most 80
_WIDE_DIGIT = re.compile("[０-９]")
_WIDE = re.compile("[！-～]")
_PROCEED = "このままでよろしければ、お進みください。"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One question. `announced`: the line of the policy that announces it; `max_length`: as people count."""

    key: str
    label: str
    required: bool
    kind: str
    hint: str
    autocomplete: str
    max_length: int
    announced: str
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise BadDefinition(f"項目の名前「{self.key}」は、英小文字で始まる英数字と _ にしてください。")
        if self.key in RESERVED:
            raise BadDefinition(f"項目の名前「{self.key}」は、画面が使う名前です。別の名前にしてください。")
        if not self.label or self.max_length < 1:
            raise BadDefinition(f"項目「{self.key}」には、見出しと1以上の文字数が必要です。")
        if self.kind not in KINDS:
            raise BadDefinition(f"項目「{self.key}」の種類は、{'・'.join(KINDS)} のどれかにしてください。")
        if self.announced not in ANNOUNCED:
            raise BadDefinition(
                f"項目「{self.key}」：フォームで尋ねられるのは、{'・'.join(sorted(ANNOUNCED - {''}))} の行の項目です。"
            )
        if (self.kind == "choice") != bool(self.choices):
            raise BadDefinition(
                f"項目「{self.key}」：選択肢は choice に必要で、ほかの種類には付けられません。"
            )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FieldSpec":
        defaults = {"required": False, "kind": "line", "hint": "", "autocomplete": "", "announced": ""}
        length = _DEFAULT_LENGTHS.get(data.get("kind", "line"), 1)
        values = {**defaults, "max_length": length, **data, "choices": tuple(data.get("choices", ()))}
        return _built(cls, values)


@dataclass(frozen=True, slots=True)
class FileBox:
    """Where files can be attached: how many, how large each (megabytes), by which endings (none: any)."""

    label: str = "添付ファイル"
    hint: str = ""
    most: int = 5
    each_mb: int = 10
    endings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.label or not 1 <= self.most <= MOST_FILES or not 1 <= self.each_mb <= MOST_MB:
            raise BadDefinition(f"添付ファイルは、{MOST_FILES}個まで、1つ{MOST_MB}MBまでで定めてください。")
        if not all(_ENDING.fullmatch(each) for each in self.endings):
            raise BadDefinition("添付ファイルの種類は、pdf や jpg のように、末尾の英数字で書いてください。")


@dataclass(frozen=True, slots=True)
class Definition:
    """A form: its fields in the order shown, whether 確認 comes before 送信, whether 完了 offers mailings
    (`mailing_box`: and a box on the form itself, never ticked), whether it also asks the items that are switched on,
    whether files can be attached (at 確認, or on the form when there is none)."""

    title: str
    lead: str
    fields: tuple[FieldSpec, ...]
    confirm: bool
    mailing_offer: bool
    items: bool = True
    mailing_box: bool = False
    files: FileBox | None = None

    def __post_init__(self) -> None:
        keys = [spec.key for spec in self.fields]
        if not keys or len(set(keys)) != len(keys):
            raise BadDefinition("フォームには、名前の重ならない項目が1つ以上必要です。")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Definition":
        """Raises BadDefinition for a property it does not know, as much as for one that is missing."""
        fields = tuple(FieldSpec.from_json(spec) for spec in data.get("fields", ()))
        box = data.get("files")
        files = _built(FileBox, {**box, "endings": tuple(box.get("endings", ()))}) if box else None
        defaults = {"lead": "", "confirm": True, "mailing_offer": False}
        return _built(cls, {**defaults, **data, "fields": fields, "files": files})

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        box = data.pop("files")
        data |= {"files": box | {"endings": list(box["endings"])}} if box else {}
        return data | {"fields": [spec | {"choices": list(spec["choices"])} for spec in data["fields"]]}


def _built(cls: Callable[..., T], values: Mapping[str, Any]) -> T:
    try:
        return cls(**values)
    except TypeError as problem:
        raise BadDefinition(f"フォームの定義に、足りない項目か知らない項目があります：{problem}") from problem


@dataclass(frozen=True, slots=True)
class Checked:
    """`values` are stored (only what could be read); `typed` is shown again; the rest are sentences by field:
    what was put in one form, what is asked once and never blocks, what must be written anew."""

    values: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    conversions: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class _Unfit(ValueError):
    """One field's sentence on its way from a reader to `Checked.errors`."""


def check_answers(definition: Definition, raw: Mapping[str, str]) -> Checked:
    """Reads every field of the form and nothing else; never raises on any text."""
    checked = Checked()
    for spec in definition.fields:
        _check_field(spec, raw.get(spec.key, ""), checked)
    return checked


def check_readable(checked: Checked) -> None:
    if checked.errors:
        raise AnswersRefused(checked.errors)


def missing_required(definition: Definition, raw: Mapping[str, str]) -> int:
    """How many required fields are still blank."""
    return sum(spec.required and _is_blank(raw.get(spec.key, "")) for spec in definition.fields)


def with_questions(definition: Definition, besides: Iterable[Mapping[str, Any]]) -> Definition:
    """The same form, asking these switched items at its end and none of the others (inventory.items)."""
    own = tuple(spec for spec in definition.fields if not inventory.has_switch(spec.key))
    return replace(definition, fields=own + tuple(FieldSpec.from_json(each) for each in besides))


def as_typed_in(definition: Definition) -> Definition:
    """The same questions as a colleague answers them from a letter or a call: only what was said is required."""
    fields = tuple(replace(spec, required=spec.key == "body") for spec in definition.fields)
    return replace(definition, fields=fields)


def check_own_questions(definition: Definition) -> None:
    """A definition asks its own questions; what has a switch is added and taken away by the switch alone."""
    for spec in definition.fields:
        if inventory.has_switch(spec.key):
            raise BadDefinition(
                f"項目「{spec.key}」は、窓口の取扱台帳で取得を始めるとフォームに加わります。定義からは外してください。"
            )


def check_endings(box: FileBox, names: Iterable[str]) -> None:
    for name in names:
        if box.endings and name.rpartition(".")[2].lower() not in box.endings:
            raise UnfitFile(
                f"「{text.shorten(text.clean_line(name), 60)}」は添付できない種類です。"
                f"{'、'.join(each.upper() for each in box.endings)} のどれかにして、もう一度お選びください。"
            )


def first_line(values: Mapping[str, str]) -> str:
    """The first line of the message that says something, at most 80 characters, for lists."""
    lines = (text.drop_unseen(line).strip() for line in values.get("body", "").split("\n"))
    first = next(filter(None, lines), "")
    # Masked before it is cut: half a number is no longer recognised, and can still be read.
    return text.shorten(numbers.mask(first[:_FIRST_LINE_READ]), 80)


def contact_keys(values: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Matching keys of e-mail and phone, as stored by `check_answers`; None where there is none."""
    email, phone = values.get("email"), values.get("phone")
    return contact.read_email(email).key if email else None, contact.read_phone(phone).key if phone else None


class _Reading(NamedTuple):
    value: str
    conversion: str = ""
    question: str = ""


def _check_field(spec: FieldSpec, typed: str, checked: Checked) -> None:
    checked.typed[spec.key] = text.without_unstorable(typed)
    try:
        reading = _read(spec, typed)
    except (_Unfit, contact.Unreadable) as unfit:
        checked.errors[spec.key] = str(unfit)
        return
    checked.values[spec.key] = reading.value
    if reading.conversion:
        checked.conversions[spec.key] = reading.conversion
    if reading.question:
        checked.questions[spec.key] = reading.question


def _read(spec: FieldSpec, typed: str) -> _Reading:
    if text.unstorable(typed):
        raise _Unfit(
            f"{spec.label}に使えない文字が含まれていますので、取り除きました。お確かめのうえ、もう一度お進みください。"
        )
    if _is_blank(typed):
        return _blank(spec)
    reading = _READERS[spec.kind](spec, typed)
    _check_length(spec, reading.value)
    return reading


def _is_blank(typed: str) -> bool:
    return not text.drop_unseen(typed).strip()


def _blank(spec: FieldSpec) -> _Reading:
    if spec.required:
        raise _Unfit(f"{spec.label}を{'お選び' if spec.kind == 'choice' else 'お書き'}ください。")
    return _Reading("")


def _check_length(spec: FieldSpec, value: str) -> None:
    length = text.grapheme_length(value)
    if length > spec.max_length:
        raise _Unfit(
            f"{spec.label}は{spec.max_length:,}文字までで、お書きください（いまは{length:,}文字です）。"
        )
    if len(value.encode()) > spec.max_length * _BYTES_PER_UNIT:
        raise _Unfit(f"{spec.label}は、絵文字や重ねた記号を減らしてお書きください。")


def _read_line(spec: FieldSpec, typed: str) -> _Reading:
    widened = text.widen_kana(typed) != typed
    line = text.clean_line(typed)
    return _Reading(line, "半角のカタカナを全角にそろえました。" if widened else "", caution(line))


def _read_text(spec: FieldSpec, typed: str) -> _Reading:
    cleaned = text.clean_text(typed)
    return _Reading(cleaned, question=caution(cleaned))


def _read_choice(spec: FieldSpec, typed: str) -> _Reading:
    if typed.strip() not in spec.choices:
        raise _Unfit(f"{spec.label}を選択肢の中からお選びください。")
    return _Reading(typed.strip())


def _read_phone(spec: FieldSpec, typed: str) -> _Reading:
    phone = contact.read_phone(typed, spec.label)
    question = f"番号の桁数をお確かめください。{_PROCEED}" if phone.unusual else ""
    return _Reading(phone.shown, _conversion(typed, phone.shown), question)


def _read_email(spec: FieldSpec, typed: str) -> _Reading:
    email = contact.read_email(typed, spec.label)
    meant = contact.suggest_domain(email.shown.rpartition("@")[2])
    question = f"「.」の位置がめずらしいアドレスです。{_PROCEED}" if email.unusual else ""
    if meant:
        question = f"@より後ろは {meant} ではありませんか。{_PROCEED}"
    return _Reading(email.shown, _conversion(typed, email.shown), question)


def _read_url(spec: FieldSpec, typed: str) -> _Reading:
    url = contact.read_url(typed, spec.label)
    bare = contact.narrow(typed)
    added = "" if url == bare else "先頭に https:// を補いました。"
    return _Reading(url, _conversion(typed, bare) + added)


def _read_date(spec: FieldSpec, typed: str) -> _Reading:
    shown = f"{(day := read_date(typed, spec.label)).year}年{day.month}月{day.day}日"
    return _Reading(shown, "" if shown == typed.strip() else "西暦の年月日にそろえました。")


def _conversion(typed: str, stored: str) -> str:
    """What changed between the typed and the stored form; spaces at the ends are not worth a word."""
    if _WIDE_DIGIT.search(typed):
        return "全角の数字を半角にそろえました。"
    if _WIDE.search(typed):
        return "全角の文字を半角にそろえました。"
    return "" if stored == contact.narrow(typed) else "表記をそろえました。"


_READERS: dict[str, Callable[[FieldSpec, str], _Reading]] = {
    "line": _read_line,
    "text": _read_text,
    "choice": _read_choice,
    "phone": _read_phone,
    "email": _read_email,
    "url": _read_url,
    "date": _read_date,
}
