"""Refusals about versions."""

from madoguchi.foundation.lib.errors import Refusal


class NoPolicy(Refusal):
    code = "no-policy"
    status = 503
    default = "プライバシーポリシーがまだ公開されていません。"


class BadDocument(Refusal):
    code = "bad-document"
    status = 422
    default = "方針の文書を読み取れませんでした。"
