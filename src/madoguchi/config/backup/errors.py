"""Why a backup could not be taken or brought back, each with what to do instead."""

from madoguchi.foundation.lib.errors import Refusal


class BackupUnusable(Refusal):
    code = "backup-unusable"
    default = "バックアップを読めませんでした。"


class BackupNotWritten(Refusal):
    """The last good file is still there; nothing half is left under its name."""

    code = "backup-not-written"
    default = "バックアップを書けませんでした。"


class BackupUnproven(BackupNotWritten):
    """What lies on the disk is not what was written: it is removed."""

    code = "backup-unproven"
    default = "書いたバックアップを読み直すと、元と同じではありませんでした。このファイルは消しました。"


class Busy(Refusal):
    code = "backup-busy"
    default = "ほかのバックアップか復元が、いま動いています。"


class KeysGone(BackupUnusable):
    """The keys of that time are destroyed, as was promised to those who were erased: nothing can open it."""

    code = "backup-keys-gone"
