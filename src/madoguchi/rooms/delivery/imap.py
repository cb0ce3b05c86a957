"""Our IMAP client: look which mails are new, fetch one at a time, wait for more (RFC 3501, 2177; ADR 0021).

The standard library's opens its own sockets, knows no IDLE before 3.14 and reads whatever length it is told.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from madoguchi.foundation.lib import net
from madoguchi.rooms.delivery.imap_wire import Answer, NoImap, Refused, Wire, folder_name, quoted

PER_STEP = 60.0  # seconds for each answer of the server
_FETCH_SECONDS = 600.0  # for one whole mail
_MOST_HEAD = 256 * 1024
_NUMBER = re.compile(rb"UIDVALIDITY (\d{1,12})")
_NEXT = re.compile(rb"UIDNEXT (\d{1,12})")
_UID = re.compile(rb"\bUID (\d{1,12})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is read. `security`: imaps, imap+starttls, or imap (loopback only; see rules)."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    folder: str
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that lies there: number, size in bytes, and when it came into the mailbox."""

    uid: int
    size: int
    at: datetime | None


class FetchFailed(Exception):
    """`code` says at which step: connect, tls, greeting, auth, folder, lost, no-imap."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Session:
    """One open folder. `step` is the one under way: whatever fails, failed there."""

    def __init__(self, account: Account, per_step: float) -> None:
        self._account: Final = account
        self._per_step: Final = per_step
        self._wire: Wire
        self._offers = frozenset[str]()
        self.step = "connect"
        self.uid_validity, self._next = 0, 1

    def open(self) -> None:
        account = self._account
        sock = net.connect(account.host, account.port, timeout=self._per_step)
        self.step = "tls"
        if account.security == "imaps":
            sock.settimeout(self._per_step)
            sock = net.start_tls(sock, account.host, account.ca_file)
        self._wire = Wire(sock, per_step=self._per_step)
        self.step = "greeting"
        if not self._wire.greeting().upper().startswith((b"* OK", b"* PREAUTH")):
            raise NoImap("no greeting")
        if account.security == "imap+starttls":
            self.step = "tls"
            self._wire.start_tls(account.host, account.ca_file)
        self._sign_in()
        self._select()

    def _sign_in(self) -> None:
        self.step = "auth"
        account, self._offers = self._account, self._capabilities()
        if "AUTH=PLAIN" in self._offers:
            secret = b"\0" + account.user.encode() + b"\0" + account.password.encode()
            self._wire.ask_secretly("AUTHENTICATE PLAIN", secret)
        else:
            self._wire.ask(f"LOGIN {quoted(account.user)} {quoted(account.password)}")
        self._offers = self._capabilities()

    def _capabilities(self) -> frozenset[str]:
        said = b" ".join(each.line for each in self._wire.ask("CAPABILITY"))
        return frozenset(said.decode("ascii", "replace").upper().split())

    def _select(self) -> None:
        self.step = "folder"
        said = self._wire.ask(f"SELECT {folder_name(self._account.folder)}")
        found = [number for each in said if (number := _NUMBER.search(each.line))]
        if not found:
            raise NoImap("no UIDVALIDITY")
        following = [number for each in said if (number := _NEXT.search(each.line))]
        self._next = int(following[0][1]) if following else 1
        self.uid_validity, self.step = int(found[0][1]), "lost"

    def last_known(self) -> int:
        """The number before the one that the next mail gets."""
        return self._next - 1

    def new_since(self, last_uid: int) -> list[int]:
        """`n:*` also names the last one when there is nothing after it."""
        return [uid for uid in self._search(f"UID {last_uid + 1}:*") if uid > last_uid]

    def unseen(self) -> list[int]:
        return self._search("UNSEEN")

    def since(self, day: datetime) -> list[int]:
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    @property
    def more_arrived(self) -> bool:
        """Since the last search: whoever waits now would not be told of it again."""
        return self._wire.more_arrived

    def _search(self, what: str) -> list[int]:
        self._wire.more_arrived = False
        said = self._wire.ask(f"UID SEARCH {what}")
        lines = [each.line for each in said if each.line.upper().startswith(b"* SEARCH")]
        return sorted({int(number) for line in lines for number in line.split()[2:] if number.isdigit()})

    def measure(self, uids: list[int]) -> list[Waiting]:
        """Their sizes, before anything is fetched."""
        if not uids:
            return []
        said = self._wire.ask(f"UID FETCH {','.join(map(str, uids))} (UID RFC822.SIZE INTERNALDATE)")
        return [each for answer in said if (each := _measured(answer))]

    def fetch(self, uid: int, *, most: int, head: bool = False) -> bytes | None:
        """The mail without marking it as read; None when it is gone. `head`: only what stands before its text."""
        part = f"BODY.PEEK[HEADER]<0.{_MOST_HEAD}>" if head else "BODY.PEEK[]"
        said = self._wire.ask(f"UID FETCH {uid} (UID {part})", seconds=_FETCH_SECONDS, most=most)
        for answer in said:
            number = _UID.search(answer.line)
            if number and int(number[1]) == uid and answer.literals:
                return answer.literals[0]
        return None

    def mark_seen(self, uids: list[int]) -> None:
        if uids:
            with suppress(Refused):  # a folder that may only be read: nothing of ours depends on the mark
                self._wire.ask(f"UID STORE {','.join(map(str, uids))} +FLAGS.SILENT (\\Seen)")

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self._offers

    @contextmanager
    def idling(self) -> Iterator[Wire]:
        tag = self._wire.begin_idle()
        yield self._wire
        self._wire.end_idle(tag)

    def close(self) -> None:
        if hasattr(self, "_wire"):
            self._wire.close()


@contextmanager
def session(account: Account, *, per_step: float = PER_STEP) -> Iterator[Session]:
    """An open folder. Whatever the network or the server does is a FetchFailed with its step."""
    opened = Session(account, per_step)
    try:
        opened.open()
        yield opened
    except net.TlsRefused:
        raise FetchFailed("tls") from None
    except Refused:
        raise FetchFailed(opened.step) from None
    except NoImap:
        raise FetchFailed("no-imap" if opened.step in ("greeting", "folder") else "lost") from None
    except OSError:
        raise FetchFailed(opened.step) from None
    finally:
        opened.close()


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _measured(answer: Answer) -> Waiting | None:
    uid, size, at = (each.search(answer.line) for each in (_UID, _SIZE, _DATE))
    return Waiting(int(uid[1]), int(size[1]), _moment(at[1]) if at else None) if uid and size else None


def _moment(text: bytes) -> datetime | None:
    with suppress(ValueError, TypeError):
        return parsedate_to_datetime(text.decode("ascii", "replace").strip().replace("-", " ", 2))
    return None
