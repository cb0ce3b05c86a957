"""Refusals about versions."""

from madoguchi.foundation.lib.errors import Refusal


class NoPolicy(Refusal):
    code = "no-policy"
    status = 503
    default = "プライバシーポリシーがまだ公開されていません。"
