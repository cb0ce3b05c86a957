"""What somebody writes when they ask: read once, for the page, for a letter typed in and for the API. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from madoguchi.foundation.lib import contact, text
from madoguchi.rooms.gate.rules import ITEM, Stop
from madoguchi.rooms.inventory.rules import ITEM_LABELS
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.asked import ASKED, Question
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.identity import AGENTS
from madoguchi.rooms.rights.rules.stops import SCOPES, item_of

# How what is disclosed is handed over (Art 33(2); Rule 30).
WISHES: Mapping[str, str] = MappingProxyType({"electronic": "電子ファイル", "paper": "書面"})
# What can be wrong about somebody: the parts of a document, as the form calls them.
ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "name": "お名前", "company": "会社名", "phone": "電話番号", "email": "メールアドレス",
        "website": "ホームページ", "other": "そのほか",
    }
)  # fmt: skip
# What can be stopped by itself: a use, or one item that is collected besides. Not every use at once: a mailbox may be
# shared, and a colleague's matter would stop with it.
STOPPABLE: Mapping[str, str] = MappingProxyType(
    {scope: label for scope, label in SCOPES.items() if scope != Stop.ALL}
    | {f"{ITEM}{code}": label for code, label in ITEM_LABELS.items()}
)
WEB, MY = "web", "my"
# Channels of what a colleague types in; the rest is written by the person.
TYPED_IN: Mapping[str, str] = MappingProxyType(
    {"letter": "手紙", "phone": "電話", "counter": "窓口", "fax": "ファックス", "mail": "メール"}
)
CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        WEB: "ご請求のページ",
        MY: "マイページ",
        "form": "お問い合わせフォーム",
        "api": "API",
        "outgoing": "こちらからのメール",
        "import": "取り込み",
    }
    | dict(TYPED_IN)
)
SHOWING = frozenset({WEB, MY})  # pages that show the fee before anything is sent
_LINE, _TEXT, _POSTAL = 100, 10_000, 300
_BYTES_PER_UNIT = 16  # as the form has it: no "character" of a thousand accents
LABELS: Mapping[str, str] = MappingProxyType({each.key: each.label for each in ASKED})


@dataclass(frozen=True, slots=True)
class Asking:
    """`values` by key of `asked.ASKED`; `wish` a code of WISHES, `agent` of identity.AGENTS. The same `draft` sent
    again is the same request."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    wish: str = ""
    agent: str = ""
    draft: bytes = b""


def check_asking(asking: Asking, typed_in: bool) -> Asking:
    """As it is stored. Raises UnfitRequest with a sentence a field; of a letter less is asked, since nobody can ask
    its writer again on the spot."""
    rules.check_kind(asking.kind)
    wrong, values = dict[str, str](), dict[str, str]()
    for each in _asked_by(asking.kind):
        typed = asking.values.get(each.key, "")
        try:
            values[each.key] = _read(each.key, each.label, typed)
        except ValueError as unfit:  # contact.Unreadable is one
            wrong[each.key] = str(unfit)
    for key, sentence in _missing(asking, values, typed_in).items():
        wrong.setdefault(key, sentence)
    if wrong:
        raise errors.UnfitRequest(wrong)
    kept = {key: value for key, value in values.items() if value}
    return replace(asking, values=kept, wish=asking.wish if asking.kind in rules.PACKAGED else "")


def _asked_by(kind: str) -> list[Question]:
    """Only a correction has a right value; what is named as an item says nothing for other kinds."""
    unasked = {"item"} if not items_of(kind) else set[str]()
    unasked |= {"value"} if kind != "correction" else set()
    return [each for each in ASKED if each.key not in unasked]


def _read(key: str, label: str, typed: str) -> str:
    if text.unstorable(typed):
        raise ValueError(f"{label}に使えない文字が含まれていますので、取り除きました。お確かめください。")
    return _READERS.get(key, _line)(typed, label) if text.drop_unseen(typed).strip() else ""


def check_channel(channel: str) -> None:
    if channel not in CHANNELS:
        raise errors.UnknownChannel


def _missing(asking: Asking, values: Mapping[str, str], typed_in: bool) -> dict[str, str]:
    wanted = ["name"] if typed_in else ["name", "email"]
    wanted += ["item", "value"] if asking.kind == "correction" and not typed_in else []
    wanted += ["item"] if asking.kind == "collection_stop" else []
    wanted += ["agent_name"] if asking.agent else []
    wanted += ["postal"] if asking.kind in rules.PACKAGED and asking.wish == "paper" and not typed_in else []
    found = {key: f"{LABELS[key]}をお書きください。" for key in wanted if not values.get(key)}
    if typed_in and not any(values.get(key) for key in ("email", "phone", "postal", "agent_contact")):
        found["email"] = "お返事の届け先を、どれか一つお書きください。"
    if values.get("item") and not _is_item(asking.kind, values["item"]):
        found["item"] = f"{LABELS['item']}をお選びください。"
    if asking.agent and asking.agent not in AGENTS:
        found["agent"] = "代理の方の立場をお選びください。"
    if asking.kind in rules.PACKAGED and asking.wish not in WISHES and not (typed_in and not asking.wish):
        found["wish"] = "お渡しの方法をお選びください。"
    return found


def items_of(kind: str) -> Mapping[str, str]:
    """What may be named as the item of such a request."""
    return STOPPABLE if kind == "collection_stop" else ITEMS if kind == "correction" else {}


def _is_item(kind: str, item: str) -> bool:
    """An optional question of the form may be stopped too; which are optional, whoever carries it out asks."""
    return item in items_of(kind) or (kind == "collection_stop" and bool(item_of(item)))


def _line(typed: str, label: str) -> str:
    return _short(text.clean_line(typed), label, _LINE)


def _words(typed: str, label: str) -> str:
    return _short(text.clean_text(typed).strip(), label, _TEXT)


def _postal(typed: str, label: str) -> str:
    return _short(text.clean_text(typed).strip(), label, _POSTAL)


def _short(value: str, label: str, longest: int) -> str:
    length = text.grapheme_length(value)
    if length > longest or len(value.encode()) > longest * _BYTES_PER_UNIT:
        raise ValueError(f"{label}は{longest:,}文字までで、お書きください（いまは{length:,}文字です）。")
    return value


_READERS: Mapping[str, Callable[[str, str], str]] = {
    "email": lambda typed, label: contact.read_email(typed, label).shown,
    "phone": lambda typed, label: contact.read_phone(typed, label).shown,
    "postal": _postal,
    "words": _words,
    "about": _words,
    "ground": _words,
    "value": _words,
}
