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


class FileKept(FileErased):
    """A lawful remainder of an erased person: it lies sealed until its day and is not read in normal work."""

    code = "kept-sealed"
    default = "この内容は、法令上の理由で封をして保管しています。ふだんの仕事では開けません。"


class LedgerBroken(Refusal):
    """The ledger of erasures was cut or altered; a restore must not trust it."""

    code = "ledger-broken"
    default = "消去台帳が途中で切れているか、書き換えられています。"


class SearchBusy(Refusal):
    """The index is being used by somebody else or was damaged: what needed it is tried again."""

    code = "search-busy"
    status = 503
    default = "いまは検索できません。少し待ってから、もう一度お探しください。"
