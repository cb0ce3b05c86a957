"""Where mail goes: MADOGUCHI_MAIL_URL, read once.

`smtp://host:25`, `smtp+starttls://user:pass@host:587`, `smtps://user:pass@host:465`, each with an optional
`?ca=/path/to/authority.pem`; or `dir:///path`, which writes .eml files and sends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from madoguchi.rooms.delivery.errors import BadMailUrl

Security = Literal["smtp", "smtp+starttls", "smtps"]

_PORTS: Mapping[str, int] = MappingProxyType({"smtp": 25, "smtp+starttls": 587, "smtps": 465})


@dataclass(frozen=True, slots=True)
class Target:
    """A relay, or a folder when `folder` is set. `ca_file` replaces the system's authorities."""

    security: Security = "smtp"
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    folder: Path | None = None


def parse_target(url: str) -> Target:
    """Raises BadMailUrl, whose sentence says what to write instead."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise BadMailUrl(
            "ポートは 1〜65535 の数字で書いてください。パスワードの記号(/ # ? @ : など)は %2F のように書きます。"
        ) from None
    if parts.scheme == "dir":
        return _folder(parts)
    if parts.scheme not in _PORTS:
        raise BadMailUrl("smtp+starttls://、smtps://、smtp://、dir:/// のどれかで始めてください。")
    return _relay(parts, port)


def _folder(parts: SplitResult) -> Target:
    path = Path(unquote(parts.path))
    if parts.netloc or not path.is_absolute() or parts.query or parts.fragment:
        raise BadMailUrl("フォルダは dir:///var/mail/out のように、斜線三つと絶対パスで書いてください。")
    return Target(folder=path)


def _relay(parts: SplitResult, port: int | None) -> Target:
    host = parts.hostname or ""
    if not _is_host(host) or port == 0 or parts.path not in ("", "/") or parts.fragment:
        raise BadMailUrl("smtp+starttls://利用者:パスワード@mail.example.jp:587 の形で書いてください。")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise BadMailUrl("利用者とパスワードは両方書くか、両方省いてください(利用者:パスワード@ホスト)。")
    if "\0" in user + password:
        raise BadMailUrl("利用者とパスワードに NUL(%00)は使えません。")
    if user and parts.scheme == "smtp" and not _loopback(host):
        raise BadMailUrl(
            "パスワードを暗号化せずに送ることはできません。smtp+starttls:// か smtps:// を使ってください。"
        )
    security = cast(Security, parts.scheme)
    return Target(security, host, port or _PORTS[security], user, password, _authority(parts.query))


def _authority(query: str) -> str | None:
    options = parse_qs(query, keep_blank_values=True)
    paths = options.pop("ca", [])
    if options or len(paths) > 1:
        raise BadMailUrl("? の後に書けるのは ca=/認証局の証明書.pem だけです。")
    if paths and not Path(paths[0]).is_file():
        raise BadMailUrl("ca= の証明書ファイルが見つかりません。絶対パスを確かめてください。")
    return paths[0] if paths else None


def _is_host(host: str) -> bool:
    """ASCII labels that a resolver accepts, or an IP address."""
    try:
        return bool(host) and host.isascii() and bool(host.encode("idna"))
    except UnicodeError:
        return False


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
