"""Files that come with a form: within its box, made ready before the transaction, kept in it."""

from collections.abc import Sequence
from typing import Any

from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.rules import Definition
from madoguchi.rooms.inquiries.actions.enclose import Limits, Offered, enclose_with, made_ready
from madoguchi.rooms.inquiries.actions.receive import Receipt, Then
from madoguchi.rooms.inquiries.errors import FileTooLarge

_TOGETHER = 20  # megabytes
_MB = 1024 * 1024


def limits_of(definition: Definition) -> Limits | None:
    """None for a form that takes none."""
    box = definition.files
    return Limits(count=box.most, each=box.each_mb * _MB, together=_TOGETHER * _MB) if box else None


def ready_for(definition: Definition, files: Sequence[Offered], *, over: bool) -> list[Offered]:
    """Raises FileTooLarge, UnfitFile and what `made_ready` raises, each with a sentence. A form without a box for
    files keeps none, whatever was sent to it."""
    box, limits = definition.files, limits_of(definition)
    if box is None or limits is None:
        return []
    if over:
        raise FileTooLarge(
            f"ファイルが大きすぎて、添付できませんでした。1つ{box.each_mb}MB、合わせて{_TOGETHER}MBまでにして、"
            "もう一度お選びください。"
        )
    forms.check_endings(box, [each.name for each in files])
    return made_ready(files, limits)


def keeping(files: Sequence[Offered], then: Then | None) -> Then | None:
    """What else opens with the inquiry, and its files, in its own transaction."""
    if not files:
        return then

    def both(receipt: Receipt) -> None:
        if then is not None:
            then(receipt)
        enclose_with(inquiry_id=receipt.id, files=files)

    return both


def box_of(definition: Definition) -> dict[str, Any] | None:
    """Context of public/files.html."""
    box = definition.files
    if box is None:
        return None
    kinds = "、".join(each.upper() for each in box.endings)
    said = f"{box.most}個まで、1つ{box.each_mb}MB、合わせて{_TOGETHER}MBまで。{kinds}" + (
        "。" if kinds else ""
    )
    return {
        "label": box.label,
        "hint": box.hint,
        "limits": said,
        "accept": ",".join(f".{each}" for each in box.endings),
        "many": box.most > 1,
    }
