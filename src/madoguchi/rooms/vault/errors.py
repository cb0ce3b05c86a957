"""What can be wrong with keys, each with the mend."""

from madoguchi.foundation.lib.errors import Refusal


class KeysUnusable(Refusal):
    """The key folder does not fit this database: nothing may be opened, and nothing is touched."""

    code = "keys-unusable"
    status = 503
    default = "鍵フォルダとデータベースが合いません。"


class FileErased(Refusal):
    """The key of this file was destroyed: what it held cannot be read again."""

    code = "erased"
    status = 410
    default = "この内容は消去されています。"


class LedgerBroken(Refusal):
    """The ledger of erasures was cut or altered; a restore must not trust it."""

    code = "ledger-broken"
    default = "消去台帳が途中で切れているか、書き換えられています。"
