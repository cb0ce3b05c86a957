"""What shows who asks, in proportion to what is held (Order 12, 13; GL 3-8-7; LAW 6.2, pitfall 8)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.rules.requests import KINDS


@dataclass(frozen=True, slots=True)
class Way:
    """One way to show who one is. `needs` is what we must hold to compare with: nothing else may be asked."""

    code: str
    label: str
    needs: str
    weight: int


_WAYS = (
    Way("mailbox", "登録のメールアドレスで受け取った", "email", 1),
    Way("named", "お問い合わせの内容を言い当てた", "name", 1),
    Way("call-back", "登録の電話番号に、こちらからかけた", "phone", 1),
    Way("document", "身分証の写しを見た", "name", 2),
    Way("registered-post", "登録の住所に書留を送り、届いた", "postal", 2),
    Way("in-person", "窓口で身分証を見た", "name", 2),
)
WAYS: Mapping[str, Way] = MappingProxyType({each.code: each for each in _WAYS})
DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "licence": "運転免許証",
        "my-number-card": "マイナンバーカード（表面）",
        "insurance": "資格確認書",
        "residence": "在留カード",
        "register": "住民票の写し",
        "mandate": "委任状",
        "family-register": "戸籍謄本など",
        "guardian": "登記事項証明書",
    }
)
AGENTS: Mapping[str, str] = MappingProxyType({"legal": "法定代理人", "mandated": "委任による代理人"})
_ENOUGH_AT_ONCE = 1
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """One check that was made."""

    way: str
    passed: bool
    document: str = ""


def ways_for(held: Collection[str]) -> list[Way]:
    """`held`: which of email, name, phone, postal the operator holds. What it does not hold it cannot compare
    with, and must not ask (T-C8-3)."""
    return [each for each in _WAYS if each.needs in held]


def check_way(way: str, held: Collection[str], document: str) -> None:
    if way not in WAYS or WAYS[way].needs not in held:
        raise errors.UnfitWay
    if (way in ("document", "in-person")) != bool(document) or (document and document not in DOCUMENTS):
        raise errors.UnfitDocument


def is_enough(kind: str, shown: Collection[Shown], *, agent: str) -> bool:
    """The mailbox alone is enough for what only stops a use; what shows, changes or ends something needs a second
    sign (or a paper). Whoever speaks for somebody shows that they may, besides."""
    passed = {each.way for each in shown if each.passed}
    weight = sum(WAYS[way].weight for way in passed)
    if agent and not any(each.passed and each.document in _AUTHORITY[agent] for each in shown):
        return False
    return weight >= (_ENOUGH_AT_ONCE if KINDS[kind].at_once else _ENOUGH)


_AUTHORITY: Mapping[str, frozenset[str]] = MappingProxyType(
    {"legal": frozenset({"family-register", "guardian", "register"}), "mandated": frozenset({"mandate"})}
)
