"""What `check` looks at. A fault must be mended; advice may wait. Reads only."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import connection

from madoguchi.config.backup import last_backup_at
from madoguchi.config.start import CannotStart, check_start
from madoguchi.foundation.lib import clock
from madoguchi.foundation.ui.shipped import altered
from madoguchi.rooms.audit.queries import alarms
from madoguchi.rooms.delivery.queries import in_trouble
from madoguchi.rooms.jobs.queries import given_up, last_beat, oldest_due
from madoguchi.rooms.promises.catalogue import by_id

SMALL_DISK = 512 * 1024 * 1024  # bytes
QUIET = timedelta(minutes=2)
OLD_BACKUP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    level: Literal["fault", "advice"]
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


def _pages() -> Iterator[Finding]:
    if changed := altered():
        yield Finding(
            "fault", "tampered", f"公開ページのファイルが、配布されたものと違います: {'、'.join(changed)}"
        )
    for id in alarms():
        yield Finding("fault", f"promise:{id}", f"お約束が破れています:「{by_id(id).says}」")


def _backup() -> Iterator[Finding]:
    at = last_backup_at()
    if at is None or clock.now() - at > OLD_BACKUP:
        yield Finding(
            "advice",
            "backup",
            "この2日、バックアップがありません。`madoguchi backup ファイル` を毎日動かしてください。",
        )


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (_durability, _places, _address, _work, _pages, _backup)
