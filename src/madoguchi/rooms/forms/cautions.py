"""What is said at 確認 about a number that nobody needs to type. It asks, and never stops anybody."""

from madoguchi.foundation.lib import numbers
from madoguchi.foundation.lib.numbers import Kind

_AS_IS = "このままお送りいただくこともできます。"
_NOT_NEEDED = "お問い合わせには必要ありませんので、取り除いてお送りいただくと安心です。"
_MAYBE_NEEDED = "こちらからお尋ねしたときのほかは必要ありませんので、取り除いてお送りいただくと安心です。"


def caution(text: str) -> str:
    """One sentence for all the numbers in a text; empty when there is none."""
    kinds = {found.kind: None for found in numbers.find(text)}
    if not kinds:
        return ""
    seen = f"{numbers.named(kinds)}のような{'12桁の数字' if list(kinds) == [Kind.MY_NUMBER] else '番号'}が含まれています。"
    asked = _MAYBE_NEEDED if list(kinds) == [Kind.ACCOUNT] else _NOT_NEEDED
    return f"{seen}{asked}{_AS_IS}"
