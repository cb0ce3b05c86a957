"""Why nothing was moved, each with what to do instead. Tables and counts are named, values never."""

from madoguchi.foundation.lib.errors import Refusal


class CannotMove(Refusal):
    code = "cannot-move"
    default = "データベースを移せませんでした。移す先には何も書いていません。"


class NotEqual(CannotMove):
    """The copy differs from what lies in the file: it is taken back."""

    code = "move-not-equal"
