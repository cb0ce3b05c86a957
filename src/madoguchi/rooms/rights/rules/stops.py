"""What a person may stop by themselves, in one place (clauses 4-2, 7-1, 9-1; Art 35)."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from madoguchi.rooms.gate.rules import ITEM, Stop
from madoguchi.rooms.rights import errors

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        Stop.ALL.value: "すべての利用",
        Stop.MAILINGS.value: "ご案内のメール",
        Stop.JOINT_USE.value: "グループ会社との共同利用",
        Stop.PROVISION.value: "ほかの会社への提供",
    }
)


def item_of(scope: str) -> str:
    """The code of the item that a scope is about; empty for a use."""
    return scope.removeprefix(ITEM) if scope.startswith(ITEM) else ""


def check_scope(scope: str, *, optional: Collection[str], essential: Collection[str]) -> None:
    """`optional` items may be stopped each by itself; without an `essential` one nobody can be answered."""
    if scope in SCOPES or item_of(scope) in optional:
        return
    if item_of(scope) in essential:
        raise errors.EssentialItem
    raise errors.UnknownScope
