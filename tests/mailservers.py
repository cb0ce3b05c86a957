"""A real Postfix and a real Dovecot, each an instance of our own on loopback, ended by the test run that started them.

Postfix delivers into the Maildirs that Dovecot shows. Its master process runs as root only.
"""

import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from trustme import CA

from tests.servers import free_port

SECRET = "mailbox-secret"  # of every mailbox
_ROOT = os.geteuid() == 0
_DAEMONS = Path("/usr/lib/postfix/sbin")


def _owner() -> tuple[int, int]:
    """Whose the mail is: Dovecot serves none that belongs to root."""
    if not _ROOT:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@dataclass
class Mailservers:
    """`boxes` lie under `mail`, each named by its address."""

    folder: Path
    imap: int
    imaps: int
    smtp: int

    def box(self, address: str) -> Path:
        """A Maildir for this address, empty at first."""
        box = self.folder / "mail" / address
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        for path in (box, *box.iterdir()):
            os.chown(path, *_owner())
        return box

    def put(self, address: str, raw: bytes, name: str) -> None:
        """As a mail server delivers: written aside, then moved in whole."""
        box = self.box(address)
        aside = box / "tmp" / name
        aside.write_bytes(raw)
        os.chown(aside, *_owner())
        aside.rename(box / "new" / name)

    def reading(self, address: str) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.imap)
        client.login(address, SECRET)
        client.select("INBOX")
        return client

    def mails(self, address: str) -> list[bytes]:
        with self.reading(address) as client:
            _, (found,) = client.search(None, "ALL")
            return [client.fetch(n, "(BODY.PEEK[])")[1][0][1] for n in found.decode().split()]

    def send(self, raw: bytes, *, sender: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp) as client:
            client.sendmail(sender, [to], raw)


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for something that other processes do."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise AssertionError("it did not happen")
        time.sleep(0.1)


@contextmanager
def mailservers(*, domains: str = "", postfix: bool = True, more: str = "") -> Iterator[Mailservers]:
    """`domains`: those that Postfix takes mail for, each as local@domain of its mailboxes. `more`: for Dovecot."""
    if shutil.which("dovecot") is None or (postfix and shutil.which("postfix") is None):
        raise RuntimeError("no mail servers: apt-get install postfix dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-mail-"))
    folder.chmod(0o755)
    servers = Mailservers(folder, free_port(), free_port(), free_port())
    (folder / "mail").mkdir()
    os.chown(folder / "mail", *_owner())
    processes = [_dovecot(servers, more)]
    try:
        if postfix:
            processes.append(_postfix(servers, domains.split()))
        until(lambda: all(_listens(port) for port in _ports(servers, postfix=postfix)))
        yield servers
    finally:
        if postfix:  # its master is no child of what was started
            subprocess.run(
                ["postfix", "-c", str(folder / "postfix"), "stop"], check=False, stderr=subprocess.DEVNULL
            )
        for process in processes:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _ports(servers: Mailservers, *, postfix: bool) -> list[int]:
    return [servers.imap, servers.imaps, *([servers.smtp] if postfix else [])]


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False


def _certificate(folder: Path) -> Path:
    """For localhost, by an authority of its own (ca.pem)."""
    authority = CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    leaf = authority.issue_cert("localhost")
    path = folder / "server.pem"
    leaf.private_key_and_cert_chain_pem.write_to_path(str(path))
    return path


def _dovecot(servers: Mailservers, more: str) -> "subprocess.Popen[bytes]":
    folder, (uid, gid), pem = servers.folder, _owner(), _certificate(servers.folder)
    (folder / "run").mkdir()
    users = (
        ""
        if _ROOT
        else f"default_internal_user = {pwd.getpwuid(uid).pw_name}\ndefault_login_user = {pwd.getpwuid(uid).pw_name}\n"
    )
    (folder / "dovecot.conf").write_text(
        f"""{users}
base_dir = {folder}/run
protocols = imap
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={SECRET}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {servers.imap}
  }}
  inet_listener imaps {{
    port = {servers.imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{more}
""",
        encoding="utf-8",
    )
    return subprocess.Popen(["dovecot", "-F", "-c", str(folder / "dovecot.conf")])


_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""


def _postfix(servers: Mailservers, addresses: list[str]) -> "subprocess.Popen[bytes]":
    folder, (uid, gid) = servers.folder, _owner()
    config, queue, data = (folder / name for name in ("postfix", "queue", "postfix-data"))
    for path in (config, queue, data):
        path.mkdir()
    shutil.chown(data, "postfix")
    for address in addresses:
        servers.box(address)
    domains = {address.partition("@")[2] for address in addresses}
    (config / "boxes").write_text("".join(f"{each} {each}/\n" for each in addresses), encoding="ascii")
    (config / "master.cf").write_text(_MASTER.format(port=servers.smtp), encoding="ascii")
    (config / "main.cf").write_text(
        f"""compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
mail_owner = postfix
daemon_directory = {_DAEMONS}
command_directory = /usr/sbin
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.madoguchi.test
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_auth_destination, reject
smtpd_recipient_restrictions =
virtual_mailbox_domains = {" ".join(sorted(domains))}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{config}/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 0
message_size_limit = 104857600
recipient_delimiter = +
smtp_host_lookup = native
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
""",
        encoding="ascii",
    )
    return subprocess.Popen(["postfix", "-c", str(config), "start-fg"], stderr=subprocess.DEVNULL)
