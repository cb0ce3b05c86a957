"""Events of the inbox as sentences: merged, linked, split, labelled, handed back."""

from collections.abc import Mapping
from uuid import UUID

from madoguchi.rooms.inquiries.queries.one import Line

_SAID = {
    "merged": "{number} に統合しました",
    "merged-here": "{number} を、このお問い合わせに統合しました",
    "unmerged": "{number} への統合を取り消しました",
    "unmerged-here": "{number} の統合を取り消しました",
    "linked": "{number} と関連づけました",
    "unlinked": "{number} との関連を外しました",
    "split": "届いたものの一つを、別件 {number} に分けました",
    "split-off": "{number} から、別件として分けました",
}


def told(actor: str, line: Line, names: Mapping[UUID, str]) -> str:
    """Empty for an event of another kind."""
    details = line.details
    if line.code in _SAID:
        return f"{actor}が{_SAID[line.code].format(number=details['number'])}"
    if line.code == "labelled":
        return f"{actor}がラベル「{details['name']}」を{'付けました' if details['on'] else '外しました'}"
    if line.code == "handed-back":
        who = names.get(UUID(details["from"]), "担当")
        return f"{who}さんが窓口を離れたため、「担当なし」に戻しました"
    return ""
