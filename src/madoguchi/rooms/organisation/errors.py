"""Refusals about accounts and rights."""

from madoguchi.foundation.lib.errors import Refusal


class NotYours(Refusal):
    """Another legal entity's matter looks exactly like one that does not exist (T-C5-7)."""

    code = "not-found"
    status = 404
    default = "お探しのものは見つかりませんでした。"


class AccountExists(Refusal):
    code = "account-exists"
    default = "このメールアドレスの職員は、すでに登録されています。"
