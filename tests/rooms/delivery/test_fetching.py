"""Mailboxes read from a real Dovecot: new mail once, read without being marked before it is on disk, whatever breaks."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection

from madoguchi.foundation.lib import net
from madoguchi.rooms.delivery import fetching, reading
from madoguchi.rooms.delivery.actions.mailbox import Setup, add_mailbox, change_mailbox, pause_mailbox
from madoguchi.rooms.delivery.actions.try_mailbox import try_mailbox
from madoguchi.rooms.delivery.fetching import fetch_new
from madoguchi.rooms.delivery.imap import Account, FetchFailed, session
from madoguchi.rooms.delivery.models import ArrivedMail, Mailbox
from madoguchi.rooms.delivery.queries.arrived import arrived, raw_of
from madoguchi.rooms.delivery.watching import watch_mailboxes
from madoguchi.rooms.organisation.queries import viewer_of
from tests.house import House
from tests.mailing import raw_mail
from tests.mailservers import SECRET, Mailservers, mailservers, until

ADDRESS = "desk@eclore.test"


@pytest.fixture(scope="module")
def servers() -> Iterator[Mailservers]:
    with mailservers(postfix=False) as started:
        yield started


@pytest.fixture
def address(servers: Mailservers, request: pytest.FixtureRequest) -> str:
    """A mailbox of each test's own."""
    name = f"t{abs(hash(request.node.name)) % 10**9}@eclore.test"
    servers.box(name)
    return name


def _setup(servers: Mailservers, address: str) -> Setup:
    return Setup(
        name="窓口",
        address=address,
        host="127.0.0.1",
        port=servers.imap,
        security="imap",
        user=address,
        password=SECRET,
    )


def _account(servers: Mailservers, address: str) -> Account:
    return Account("127.0.0.1", servers.imap, "imap", address, SECRET, "INBOX")


def _mailbox(house: House, servers: Mailservers, address: str) -> Mailbox:
    admin = viewer_of(house.staff["admin"])
    return Mailbox.objects.get(id=add_mailbox(viewer=admin, setup=_setup(servers, address)))


def _fetch(servers: Mailservers, box: Mailbox) -> int:
    with session(_account(servers, box.address)) as opened:
        return fetch_new(opened, box.id)


def _seen(servers: Mailservers, address: str) -> list[bool]:
    with servers.reading(address) as client:
        _, (found,) = client.search(None, "ALL")
        flags = [client.fetch(n, "(FLAGS)")[1][0] for n in found.decode().split()]
    return [b"\\Seen" in each for each in flags]


def test_what_nobody_read_comes_once_and_is_marked(house: House, servers: Mailservers, address: str) -> None:
    box = _mailbox(house, servers, address)
    raws = [raw_mail(f"{n}通目") for n in range(3)]
    for n, raw in enumerate(raws):
        servers.put(address, raw, f"{n}")

    assert (_fetch(servers, box), _fetch(servers, box)) == (3, 0)
    assert {raw_of(arrived(row.id)) for row in ArrivedMail.objects.all()} == set(raws)
    assert _seen(servers, address) == [True] * 3
    box.refresh_from_db()
    assert (box.last_uid, box.failing_since, box.looked_at is None) == (3, None, False)


def test_what_was_read_before_we_came_stays_where_it_is(
    house: House, servers: Mailservers, address: str
) -> None:
    servers.put(address, raw_mail("読まれたもの"), "1")
    with servers.reading(address) as client:
        client.store("1", "+FLAGS", "\\Seen")
    servers.put(address, raw_mail("これから"), "2")
    box = _mailbox(house, servers, address)

    assert _fetch(servers, box) == 1
    servers.put(address, raw_mail("あとから"), "3")
    assert (_fetch(servers, box), ArrivedMail.objects.count()) == (1, 2)


def test_over_tls_its_certificate_is_checked(servers: Mailservers, address: str) -> None:
    ca = str(servers.folder / "ca.pem")
    secure = replace(
        _account(servers, address), host="localhost", port=servers.imaps, security="imaps", ca_file=ca
    )
    started = replace(secure, port=servers.imap, security="imap+starttls")
    for account in (secure, started):
        with session(account) as opened:
            assert opened.unseen() == []
    for wrong in (replace(secure, ca_file=None), replace(started, host="127.0.0.1")):
        with pytest.raises(FetchFailed) as failed, session(wrong):
            pass
        assert failed.value.code == "tls"


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"password": "x"}, "auth"), ({"folder": "ない箱"}, "folder"), ({"port": 1}, "connect")],
)
def test_what_is_wrong_is_told_in_words(
    house: House, servers: Mailservers, address: str, changed: dict[str, str], code: str
) -> None:
    admin = viewer_of(house.staff["admin"])
    setup = replace(_setup(servers, address), **changed)  # type: ignore[arg-type]

    assert try_mailbox(viewer=admin, setup=setup, stored=None)[0] == code


def test_new_numbers_bring_nothing_twice(house: House, servers: Mailservers, address: str) -> None:
    box = _mailbox(house, servers, address)
    servers.put(address, raw_mail("一通目"), "1")
    _fetch(servers, box)
    before = Mailbox.objects.get(id=box.id).uid_validity
    for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot-uidvalidity"):
        for path in servers.box(address).glob(f"{name}*"):
            path.unlink()
    time.sleep(1.1)  # Dovecot names its numbers by the second
    servers.put(address, raw_mail("二通目"), "2")

    assert _fetch(servers, box) == 1
    assert (Mailbox.objects.get(id=box.id).uid_validity == before, ArrivedMail.objects.count()) == (False, 2)


def test_a_mail_too_large_is_known_by_its_head(
    house: House, servers: Mailservers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 20_000)
    box = _mailbox(house, servers, address)
    servers.put(address, raw_mail("あ" * 20_000, subject="大きなもの"), "1")
    servers.put(address, raw_mail("小さなもの"), "2")

    assert _fetch(servers, box) == 2
    large = ArrivedMail.objects.get(state="aside")
    assert (large.code, large.size > 20_000) == ("too-large", True)
    assert len(raw_of(arrived(large.id))) < 2_000


def test_small_mails_do_not_wait_for_a_large_one(house: House, servers: Mailservers, address: str) -> None:
    box = _mailbox(house, servers, address)
    servers.put(address, raw_mail("大きい" * 500_000), "0")
    for n in range(1, 12):
        servers.put(address, raw_mail(f"{n}通目"), f"{n}")
    _fetch(servers, box)

    sizes = list(ArrivedMail.objects.order_by("id").values_list("size", flat=True))
    assert sizes == sorted(sizes, key=lambda size: size > 1_000_000)
    assert sum(size > 1_000_000 for size in sizes) == 1


class _Cut:
    """A socket that hangs up after so many bytes."""

    def __init__(self, sock: net.Socket, most: int) -> None:
        self._sock, self._left = sock, most

    def recv(self, size: int) -> bytes:
        if self._left <= 0:
            raise ConnectionResetError
        found = self._sock.recv(min(size, self._left))
        self._left -= len(found)
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._sock, name)


def test_a_cut_in_the_middle_loses_nothing_and_brings_nothing_twice(
    house: House, servers: Mailservers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = _mailbox(house, servers, address)
    for n in range(5):
        servers.put(address, raw_mail(f"{n}" * 3_000), f"{n}")
    connect, cuts = net.connect, iter([2_000, 5_000, 7_000, 10**9])
    monkeypatch.setattr(net, "connect", lambda *a, **k: _Cut(connect(*a, **k), next(cuts)))
    for _ in range(3):
        with pytest.raises(FetchFailed, match="lost"):
            _fetch(servers, box)
    _fetch(servers, box)

    assert ArrivedMail.objects.count() == 5


def test_a_mail_that_always_breaks_does_not_hold_up_the_others(
    house: House, servers: Mailservers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.rooms.delivery.imap import Session

    box, fetch, trouble = _mailbox(house, servers, address), Session.fetch, Counter[int]()
    for n in range(3):
        servers.put(address, raw_mail(f"{n}通目"), f"{n}")

    def breaks(self: Session, uid: int, *, most: int, head: bool = False) -> bytes | None:
        if uid == 2 and not head:
            raise ConnectionResetError
        return fetch(self, uid, most=most, head=head)

    monkeypatch.setattr(Session, "fetch", breaks)
    for _ in range(4):
        try:
            with session(_account(servers, address)) as opened:
                fetch_new(opened, box.id, trouble)
        except FetchFailed:
            pass

    codes = sorted(ArrivedMail.objects.values_list("state", "code"))
    assert codes == [("aside", "could-not-fetch"), ("waiting", ""), ("waiting", "")]


def test_it_waits_for_more_and_is_told_at_once(house: House, servers: Mailservers, address: str) -> None:
    _mailbox(house, servers, address)
    stopping = threading.Event()
    thread = threading.Thread(target=watch_mailboxes, args=(stopping,))
    thread.start()
    try:
        until(lambda: Mailbox.objects.filter(looked_at__isnull=False).exists())
        servers.put(address, raw_mail("待っていたもの"), "1")
        until(ArrivedMail.objects.exists, fetching.POLL_SECONDS / 2)  # sooner than any poll
    finally:
        stopping.set()
        thread.join(30)
    assert not thread.is_alive()
    connection.close()


def test_a_mailbox_that_fails_says_since_when_and_mends_itself(
    house: House, servers: Mailservers, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_FIRST_WAIT", 0.1)
    admin, box = viewer_of(house.staff["admin"]), _mailbox(house, servers, address)
    wrong = replace(_setup(servers, address), password="wrong")
    change_mailbox(viewer=admin, id=box.id, setup=wrong)
    stopping = threading.Event()
    thread = threading.Thread(target=watch_mailboxes, args=(stopping,))
    thread.start()
    try:
        until(lambda: Mailbox.objects.filter(code="auth", failing_since__isnull=False).exists())
        change_mailbox(viewer=admin, id=box.id, setup=_setup(servers, address))
        until(lambda: Mailbox.objects.filter(looked_at__isnull=False, failing_since=None, code="").exists())
        pause_mailbox(viewer=admin, id=box.id, active=False)
    finally:
        stopping.set()
        thread.join(30)
    connection.close()
