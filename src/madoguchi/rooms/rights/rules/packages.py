"""What may be packed, in which form, and what it is called. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.rules.requests import GROUNDS, PACKAGED, Outcome, State

FORMS: Mapping[str, str] = MappingProxyType({"electronic": "電子ファイル", "paper": "書面"})
ORDERED_IN = (State.DECIDED, State.EXECUTED, State.NOTIFIED)
_NAMED = {"electronic": ("zip", "application/zip"), "paper": ("pdf", "application/pdf")}
HOLDING_BACK = tuple(code for code, ground in GROUNDS.items() if "disclosure" in ground.kinds)


def check_kind(kind: str) -> None:
    if kind not in PACKAGED:
        raise errors.NotADisclosure


def check_form(form: str) -> None:
    if form not in FORMS:
        raise errors.UnknownForm


def check_told_of(outcome: str, redacted: bool) -> None:
    """What is held back is told with its ground: then not all of it was granted (Art 33(3), 36)."""
    if redacted and outcome == Outcome.GRANTED:
        raise errors.RedactedIsPartial


def check_redaction(words: str, attachment: object, ground: str) -> None:
    """Words of others or one attachment, on a ground of a refusal of disclosure (Art 33(2))."""
    if bool(words.strip()) == (attachment is not None) or ground not in HOLDING_BACK:
        raise errors.UnfitRedaction
    if words and (len(words.strip()) < 2 or len(words) > 200):
        raise errors.UnfitRedaction("伏せる言葉は、2文字から200文字まででお書きください。")


def named(number: str, form: str) -> tuple[str, str]:
    """Name and kind of the file; the name says the number only."""
    ending, media_type = _NAMED[form]
    return f"disclosure-{number}.{ending}", media_type
