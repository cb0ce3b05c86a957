"""Refusals of the delivery room. None repeats the value that was refused: it may be somebody's name."""

from madoguchi.foundation.lib.errors import NotFound, Refusal


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


class MailTooLarge(Refusal):
    """Of the receiving side, most refuse what is larger: better said before than bounced."""

    code = "mail-too-large"
    status = 422
    default = "添付ファイルは、合わせて 15 MB までお送りできます。ファイルを減らすか、小さくしてください。"


class AddressCapReached(Refusal):
    """One address gets only so many mails a day, whoever asks for them (CWE-406, CWE-799)."""

    code = "address-cap-reached"
    status = 429
    default = "この宛先へのメールは、1日に送れる数に達しました。"


class SiteCapReached(Refusal):
    code = "site-cap-reached"
    status = 429
    default = "1時間に送れるメールの数に達しました。"


class MailboxUnfit(Refusal):
    """What was typed of a mailbox cannot be used; the sentence says what to write instead."""

    code = "mailbox-unfit"
    status = 422


class MailboxTaken(Refusal):
    code = "mailbox-taken"
    status = 422
    default = "このアドレスは、もう登録されています。一覧から開いて、直してください。"


class NoSuchMailbox(NotFound):
    code = "not-found"
    default = "お探しの受信の設定は見つかりませんでした。"


class NoSuchArrivedMail(NotFound):
    code = "not-found"
    default = "お探しのメールは見つかりませんでした。"


class UnknownCharset(Refusal):
    code = "unknown-charset"
    status = 422
    default = "文字コードを一覧からお選びください。"


class AddressReturnsMail(Refusal):
    """Mail to this address came back again and again."""

    code = "address-returns-mail"
    default = "このアドレスへのメールは、続けて戻ってきています。"
    next_step = "アドレスを確かめてください。それでも送るときは「送る」を押してください。"


class BadMailUrl(ValueError):
    """MADOGUCHI_MAIL_URL cannot be used. Says how to mend it and never repeats it: it holds a password."""
