"""Refusals of the delivery room. None repeats the value that was refused: it may be somebody's name."""

from madoguchi.foundation.lib.errors import Refusal


class UnsafeHeader(Refusal):
    """A header value that could become a second header or a second recipient (CWE-93, CWE-113)."""

    code = "unsafe-header"
    status = 422

    def __init__(self, header: str) -> None:
        self.header = header
        super().__init__(
            f"メールの「{header}」に使えない文字や形が含まれています。",
            next_step="値を確かめて、書き直してください。",
        )


class AddressCapReached(Refusal):
    """One address gets only so many mails a day, whoever asks for them (CWE-406, CWE-799)."""

    code = "address-cap-reached"
    status = 429
    default = "この宛先へのメールは、1日に送れる数に達しました。"


class SiteCapReached(Refusal):
    code = "site-cap-reached"
    status = 429
    default = "1時間に送れるメールの数に達しました。"


class BadMailUrl(ValueError):
    """MADOGUCHI_MAIL_URL cannot be used. Says how to mend it and never repeats it: it holds a password."""
