"""Refusals about accounts and rights."""

from madoguchi.foundation.lib.errors import Refusal


class NotYours(Refusal):
    """Another legal entity's matter looks exactly like one that does not exist (T-C5-7)."""

    code = "not-found"
    status = 404
    default = "お探しのものは見つかりませんでした。"


class AnotherOperator(Refusal):
    """One installation is one operator's: a second company's facts would silently take over the first's."""

    code = "another-operator"
    default = "この窓口は、別の事業者のものです。"


class AccountDisabled(Refusal):
    code = "account-disabled"
    default = "この職員の利用は止めてあります。設定リンクは作れません。"


class AccountExists(Refusal):
    code = "account-exists"
    default = "このメールアドレスの職員は、すでに登録されています。"


class NotForYou(Refusal):
    code = "not-for-this-role"
    status = 403
    default = "この操作は、個人情報管理者か管理者が行います。"


class AdminsOnly(Refusal):
    code = "admins-only"
    status = 403
    default = "この設定を変えられるのは、管理者です。変えたいところがあれば、管理者にお知らせください。"
