"""Relays that many companies send through: what their own guides ask for, as a proposal and no more."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relay:
    """`spf` is the mechanism their guide names; `selectors`, the names they usually give a DKIM key."""

    name: str
    hosts: tuple[str, ...]
    spf: str
    selectors: tuple[str, ...] = ()
    guide: str = ""


KNOWN: Sequence[Relay] = (
    Relay(
        "Google Workspace", ("gmail.com", "google.com", "googlemail.com"), "include:_spf.google.com", ("google",),
        "管理コンソールの「アプリ → Google Workspace → Gmail → メールの認証」で鍵を作り、認証を開始します。",
    ),
    Relay(
        "Microsoft 365", ("office365.com", "outlook.com"), "include:spf.protection.outlook.com",
        ("selector1", "selector2"), "Microsoft Defender の「メール認証の設定 → DKIM」で、ドメインの署名を有効にします。",
    ),
    Relay("さくらのメール", ("sakura.ne.jp",), "a:{host}", (), "コントロールパネルの「メール → DKIM・DMARC 設定」で設定します。"),
    Relay(
        "エックスサーバー", ("xserver.jp", "xsrv.jp"), "include:spf.sender.xserver.jp", ("default",),
        "サーバーパネルの「DKIM設定」で有効にします。",
    ),
    Relay(
        "SendGrid", ("sendgrid.net",), "include:sendgrid.net", ("s1", "s2"),
        "「Settings → Sender Authentication」でドメインを認証し、示された CNAME を登録します。",
    ),
    Relay(
        "Amazon SES", ("amazonaws.com",), "include:amazonses.com", (),
        "「検証済み ID」で Easy DKIM とカスタム MAIL FROM を設定し、示された CNAME を登録します。",
    ),
)  # fmt: skip


def known(host: str) -> Relay | None:
    name = host.lower().rstrip(".")
    return next(
        (each for each in KNOWN if any(name == end or name.endswith(f".{end}") for end in each.hosts)), None
    )


def mechanism(host: str) -> str:
    """What an SPF record needs for mail that leaves by this host."""
    relay = known(host)
    return relay.spf.format(host=host) if relay else f"a:{host}"
