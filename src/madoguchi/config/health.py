"""What `check` looks at. A fault must be mended, advice may wait, a note only tells. Reads only."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import connection

from madoguchi.config.start import CannotStart, check_start, moved
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.ui.shipped import altered
from madoguchi.rooms.audit.queries import alarms, latest
from madoguchi.rooms.delivery.queries import in_trouble
from madoguchi.rooms.delivery.queries.arrived import aside_everywhere, waiting_long
from madoguchi.rooms.delivery.queries.mailboxes import failing
from madoguchi.rooms.delivery.queries.sender import last_seen
from madoguchi.rooms.inquiries.jobs import scanner_answers
from madoguchi.rooms.inventory.queries.retention import restored_unseen
from madoguchi.rooms.jobs.queries import NEVER, clocks, given_up, last_beat, oldest_due
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy.queries.looks import unseen
from madoguchi.rooms.promises.catalogue import by_id
from madoguchi.rooms.screening.queries.state import weights_stand
from madoguchi.rooms.vault.queries.epochs import every_epoch

SMALL_DISK = 512 * 1024 * 1024  # bytes
QUIET = timedelta(minutes=2)
OLD_BACKUP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    level: Literal["fault", "advice", "note"]
    code: str
    says: str


def find_faults() -> list[Finding]:
    try:
        check_start()
    except CannotStart as faults:
        return [Finding("fault", "cannot-start", fault) for fault in faults.faults]
    return [finding for look in LOOKS for finding in look()]


def _durability() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        (level,) = cursor.fetchone()
    if level != 2:
        yield Finding(
            "fault",
            "synchronous",
            "SQLite の synchronous が FULL ではありません。停電で受付を失うおそれがあります。",
        )


def _screening() -> Iterator[Finding]:
    if not weights_stand():
        yield Finding(
            "fault",
            "screening-weights",
            "営業メールの仕分けに使う重みのファイルが壊れています。文面からの見分けを止め、すべて受信箱に残しています。"
            "同じ版を入れ直してください。",
        )


def _places() -> Iterator[Finding]:
    data, keys = settings.DATA_DIR, settings.KEY_DIR
    if keys.stat().st_mode & 0o077:
        yield Finding(
            "fault",
            "key-rights",
            f"鍵フォルダ {keys} をほかの利用者が読めます。`chmod 700 {keys}` を実行してください。",
        )
    if data.stat().st_dev == keys.stat().st_dev:
        yield Finding(
            "advice",
            "same-volume",
            "鍵とデータが同じディスクにあります。鍵は別のディスクに置くと、盗難のときに中身を守れます。",
        )
    yield from _disk(data)


def _disk(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path).free
    if free < SMALL_DISK:
        yield Finding("fault", "disk", f"データのディスクの空きが {free // 1024**2} MB しかありません。")


def _address() -> Iterator[Finding]:
    if not settings.HTTPS and not settings.ENVIRONMENT.local:
        yield Finding(
            "fault",
            "no-https",
            "公開アドレスが https ではありません。MADOGUCHI_BASE_URL を https:// にしてください。",
        )
    if settings.ENVIRONMENT.mail_target is None:
        yield Finding(
            "fault", "no-mail", "メールの送り先が決まっていません。MADOGUCHI_MAIL_URL を設定してください。"
        )


def _work() -> Iterator[Finding]:
    beat = last_beat("worker")
    if beat is None or clock.now() - beat > QUIET:
        yield Finding(
            "fault",
            "worker",
            "バックグラウンド処理(worker)が動いていません。`madoguchi serve` か `madoguchi worker` を動かしてください。",
        )
    if oldest_due() > 300:
        yield Finding(
            "advice", "backlog", "5分以上待っている仕事があります。メールの送り先が混んでいるかもしれません。"
        )
    if tired := given_up():
        yield Finding(
            "fault",
            "given-up",
            f"5日のあいだ繰り返しても終わらなかった処理が {len(tired)} 件あります。記録(ログ)で原因をお確かめください。",
        )
    if troubled := in_trouble():
        yield Finding(
            "advice",
            "mail",
            f"届いていないか、控えているメールが {len(troubled)} 件あります。窓口のホームで確かめられます。",
        )


def _mail_in() -> Iterator[Finding]:
    for box in failing():
        since = calendar.japanese_date(box.failing_since) if box.failing_since else ""
        yield Finding(
            "fault",
            "mailbox",
            f"メールの受信「{box.name}」を {since} から読めていません({box.code})。窓口の「メールの受信」で接続を確かめてください。",
        )
    if waiting := waiting_long():
        yield Finding(
            "fault",
            "mail-waiting",
            f"届いてから1時間たっても取り込めていないメールが {waiting} 通あります。worker が動いているかと、記録(ログ)をお確かめください。",
        )
    if count := aside_everywhere():
        yield Finding("note", "mail-aside", f"取り込み先を人が決めるメール(要確認)が {count} 通あります。")


def _pages() -> Iterator[Finding]:
    if changed := altered():
        yield Finding(
            "fault", "tampered", f"公開ページのファイルが、配布されたものと違います: {'、'.join(changed)}"
        )
    for id in alarms():
        yield Finding("fault", f"promise:{id}", f"お約束が破れています:「{by_id(id).says}」")


def _sender() -> Iterator[Finding]:
    entity = only_entity()
    seen = last_seen(entity.id) if entity else None
    if seen is None:
        yield Finding(
            "note",
            "sender",
            "送信の設定(SPF、DKIM、DMARC)は、まだ確かめられていません。窓口の「送信の設定」で確かめられます。",
        )
    elif seen[0]:
        yield Finding(
            "advice",
            "sender",
            f"送信の設定に、直すところが {seen[0]} 件あります({calendar.japanese_date(seen[1])})。窓口の「送信の設定」をご覧ください。",
        )


def _probe() -> Iterator[Finding]:
    if unseen():
        yield Finding("advice", "probe", _UNSEEN)


_UNSEEN = (
    "公開しているポリシーのページを、このサーバーから確かめられていません。見えているかをお確かめください。内側から届かないときは、"
    "MADOGUCHI_PROBE_URL に接続先を設定してください。"
)


def _backup() -> Iterator[Finding]:
    folder, made, failed = settings.ENVIRONMENT.backup_dir, latest("backup.made"), latest("backup.failed")
    if made is None or clock.now() - made.at > OLD_BACKUP:
        yield Finding(
            "fault" if folder else "advice", "backup", _NO_BACKUP if folder is None else _LATE_BACKUP
        )
    if failed and (made is None or failed.at > made.at):
        yield Finding("fault", "backup-failed", _FAILED.get(failed.details["code"], _FAILED[""]))
    if made:
        hours = int((clock.now() - made.at).total_seconds() // 3600)
        proof = "開いて確かめました" if made.details["proof"] == "opened" else "読み直して確かめました"
        where = f"、{folder}" if folder and made.details["nightly"] else ""
        yield Finding("note", "backup-age", f"最後のバックアップ: {hours} 時間前({proof}{where})")
    if folder is not None:
        yield from _backup_folder(folder)


def _backup_folder(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding(
            "fault",
            "backup-folder",
            f"バックアップのフォルダ {folder} がありません。フォルダを作ってください。",
        )
    elif folder.stat().st_dev == settings.DATA_DIR.stat().st_dev:
        yield Finding(
            "advice",
            "backup-volume",
            "バックアップがデータと同じディスクにあります。別のディスクにすると、ディスクが壊れたときにも残ります。",
        )


_NO_BACKUP = (
    "この2日、バックアップがありません。`MADOGUCHI_BACKUP_DIR` を設定すると毎日取ります"
    "(手で取るときは `madoguchi backup ファイル`)。"
)
_LATE_BACKUP = (
    "この2日、毎日のバックアップが取れていません。`madoguchi backup` を実行して、理由を確かめてください。"
)
_FAILED = {
    "backup-unproven": "最後のバックアップは、書いたものが元と同じではなかったため捨てました。ディスクを確かめてください。",
    "": "最後のバックアップが取れませんでした。`madoguchi backup` を実行して、理由を確かめてください。",
}


def _key_copies() -> Iterator[Finding]:
    """Each new key lies in no older copy of the folder: what is sealed under it would be lost with the folder."""
    copied, drilled = latest("keys.backed-up"), latest("keys.drilled")
    newest = max(epoch.opened_at for epoch in every_epoch())
    if copied is None or copied.at < newest:
        yield Finding("advice", "key-backup", _NO_KEY_COPY)
    elif drilled is None or clock.now() - drilled.at > timedelta(
        days=settings.ENVIRONMENT.backup_window_days
    ):
        yield Finding("advice", "key-drill", _NO_DRILL)


_NO_KEY_COPY = (
    "いまの鍵のバックアップがありません。鍵フォルダを失うと、何も開けなくなります。"
    "`madoguchi keys backup ファイル --to age の公開鍵` で取ってください。"
)
_NO_DRILL = (
    "鍵のバックアップで戻せるかを、しばらく確かめていません。"
    "`madoguchi keys drill ファイル --identity 秘密鍵のファイル` で確かめてください。"
)


def _clock() -> Iterator[Finding]:
    found = clocks()
    if found.trusted > NEVER and not found.agree:
        says = _CLOCK.format(
            wall=calendar.japanese_date(found.wall), trusted=calendar.japanese_date(found.trusted)
        )
        yield Finding("fault", "clock", says)
    elif restored_unseen():
        yield Finding("advice", "restored", _RESTORED)


_CLOCK = (
    "この機器の時計は {wall} ですが、動いていた時間から数えると {trusted} です。確かめるまで、保存期間による廃棄を"
    "止めています。時計が違うときは直してください。正しいときは、個人情報管理者が"
    " `madoguchi retention accept-clock --by メールアドレス` か「保存期間」の画面で確かめてください。"
)


_RESTORED = (
    "バックアップを戻しました。そのあとに決めた保存期間と保留は戻っていないため、廃棄を止めています。"
    "個人情報管理者が「保存期間」の画面で確かめると、次の夜から進みます。"
)


def _left_behind() -> Iterator[Finding]:
    """What was erased since the move would still lie in the old file."""
    old = [
        path
        for path in (settings.DATA_DIR / "madoguchi.sqlite3", settings.DATA_DIR / "search")
        if path.exists()
    ]
    if connection.vendor == "postgresql" and moved().exists() and old:
        yield Finding(
            "advice",
            "moved",
            f"PostgreSQL に移す前のもの({'、'.join(map(str, old))})が残っています。移した先を確かめたら、消してください。",
        )


def _scanner() -> Iterator[Finding]:
    if settings.CLAMD_URL and not scanner_answers(settings.CLAMD_URL):
        yield Finding("fault", "scanner", _NO_SCANNER)


_NO_SCANNER = (
    "ウイルス検査(clamd)につながりません。添付ファイルは「検査なし」のまま受け取っています。clamd が動いているかと、"
    "MADOGUCHI_CLAMD_URL をお確かめください。つながると、受け取った分も検査します。"
)


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _durability,
    _screening,
    _places,
    _address,
    _work,
    _mail_in,
    _pages,
    _sender,
    _probe,
    _backup,
    _key_copies,
    _clock,
    _left_behind,
    _scanner,
)
