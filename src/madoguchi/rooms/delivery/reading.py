"""What is decided about reading mailboxes: what may be set up, how long to wait after a failure, in which order."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Protocol, TypeVar

from madoguchi.foundation.lib.contact import Unreadable, read_email
from madoguchi.rooms.delivery.errors import MailboxUnfit, UnknownCharset

MB = 1024 * 1024
LARGEST = 40 * MB  # bytes of one mail that is taken in; of a larger one only the head
SECURITIES = {
    "imaps": "IMAPS（993）",
    "imap+starttls": "IMAP と STARTTLS（143）",
    "imap": "暗号化なし（同じ機器の中だけ）",
}
WAYS = {"imap": "IMAP で読む", "pipe": "メールサーバーから渡す"}
# With which a colleague may have a mail read anew; the empty one is what the mail says of itself.
CHARSETS = {
    "": "自動", "utf-8": "UTF-8", "iso-2022-jp": "ISO-2022-JP（JIS）", "cp932": "Shift_JIS（CP932）", "euc-jp": "EUC-JP",
    "gb18030": "簡体字中国語", "big5": "繁体字中国語", "euc-kr": "韓国語", "iso-8859-1": "西欧",
}  # fmt: skip
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 600.0  # seconds


def check_mailbox(*, address: str, way: str, host: str, port: int, security: str, user: str) -> None:
    """A password never goes over a network in the clear."""
    try:
        read_email(address)
    except Unreadable as unfit:
        raise MailboxUnfit(str(unfit)) from None
    if way not in WAYS:
        raise MailboxUnfit("受け取りかたをお選びください。")
    if way == "pipe":
        return
    if security not in SECURITIES:
        raise MailboxUnfit("つなぎかたをお選びください。")
    if not host or not host.isascii() or any(each.isspace() or each in "/@" for each in host):
        raise MailboxUnfit("メールサーバーの名前を、imap.example.co.jp のようにお書きください。")
    if not 0 < port < 65536:
        raise MailboxUnfit("ポートは、1から65535までの数字でお書きください。ふつうは993です。")
    if not user:
        raise MailboxUnfit("利用者名をお書きください。メールアドレスと同じことが多いものです。")
    if security == "imap" and not is_loopback(host):
        raise MailboxUnfit(
            "暗号化せずに読めるのは、同じ機器の中のメールサーバーだけです。IMAPS か STARTTLS をお選びください。"
        )


def check_charset(charset: str) -> None:
    if charset not in CHARSETS:
        raise UnknownCharset


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def wait_after(failures: int) -> float:
    """Seconds: doubling from five to ten minutes."""
    return float(min(_FIRST_WAIT * (1 << min(max(failures - 1, 0), 10)), _LONGEST_WAIT))


class Waiting(Protocol):
    @property
    def uid(self) -> int: ...
    @property
    def size(self) -> int: ...


W = TypeVar("W", bound=Waiting)


def small_first(waiting: Iterable[W]) -> list[W]:
    """Small mails do not wait for large ones; otherwise as they came."""
    return sorted(waiting, key=lambda each: (each.size > MB, each.uid))
