"""A file's name as somebody else gave it, made fit to be shown and saved."""

import re

from madoguchi.foundation.lib.text import clean_line, shorten, without_unstorable

LONGEST = 120  # characters, the ending included
_LONGEST_ENDING = 12
_NAMELESS = "添付ファイル"
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*]')


def fitting_name(name: str) -> str:
    """No folder, control or bidi character; split kana composed (macOS sends them); the ending survives the cut."""
    last = without_unstorable(name).replace("\\", "/").rpartition("/")[2]
    bare = _NOT_IN_A_NAME.sub("_", clean_line(last)).strip(" .") or _NAMELESS
    stem, dot, ending = bare.rpartition(".")
    if not dot or not stem or len(ending) > _LONGEST_ENDING:
        return shorten(bare, LONGEST)
    return f"{shorten(stem, LONGEST - len(ending) - 1)}.{ending}"
