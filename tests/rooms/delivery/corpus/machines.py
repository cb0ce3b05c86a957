"""Mail that no person wrote: automatic answers, lists, bounces of many servers, loops; and people's that look alike."""

from tests.rooms.delivery.corpus.building import (
    ANSWERS,
    FROM,
    MIME,
    RE,
    RE_SUBJECT,
    TO,
    UTF8,
    Case,
    jis,
    joined,
    mail,
    part,
    text_mail,
    text_part,
    word,
)  # fmt: skip

BODY = "ただいま不在にしております。"
DAEMON = b"From: Mail Delivery System <MAILER-DAEMON@mx.example.ne.jp>"
NULL = b"Return-Path: <>"
RETURNED = (
    b"\r\n".join(
        (
            b"From: desk@madoguchi.example",
            b"To: gone@example.co.jp",
            b"Subject: test",
            b"Message-ID: <1f00@madoguchi.example>",
        )
    )
    + b"\r\n\r\n"
    + b"Hello"
)


def auto(name: str, *fields: bytes, subject: bytes = b"Subject: Auto", kind: str = "auto") -> Case:
    shown = subject.partition(b": ")[2].decode() if subject.isascii() and b"=?" not in subject else ""
    return Case(
        name, text_mail(BODY, *fields, subject=subject), BODY, shown or "自動応答: お問い合わせ", kind=kind
    )


AUTO_JA = b"Subject: " + word("自動応答: お問い合わせ".encode(), b"utf-8")


def dsn(
    name: str,
    text: bytes,
    status: bytes,
    *,
    sender: bytes = DAEMON,
    who: tuple[str, str] = ("Mail Delivery System", "MAILER-DAEMON@mx.example.ne.jp"),
    subject: bytes = b"Subject: Undelivered Mail Returned to Sender",
    kind: str = "bounce",
    returned: bytes = b"message/rfc822",
) -> Case:
    body = joined(
        b"d1",
        part(b"Content-Type: text/plain; charset=us-ascii", b"Content-Description: Notification", body=text),
        part(b"Content-Type: message/delivery-status", body=status),
        part(
            b"Content-Type: " + returned,
            body=RETURNED if returned == b"message/rfc822" else RETURNED.partition(b"\r\n\r\n")[0] + b"\r\n",
        ),
    )
    raw = mail(
        NULL,
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="d1"',
        body=body,
        sender=sender,
        subject=subject,
    )
    return Case(
        name,
        raw,
        text.decode().replace("\r\n", "\n").rstrip(),
        subject.partition(b": ")[2].decode(),
        *who,
        kind=kind,
    )


def prose(
    name: str,
    subject: str,
    text: str,
    *fields: bytes,
    sender: bytes = DAEMON,
    who: tuple[str, str] = ("Mail Delivery System", "MAILER-DAEMON@mx.example.ne.jp"),
) -> Case:
    content = jis(text.replace("\n", "\r\n"))
    raw = mail(
        b"Content-Type: text/plain; charset=ISO-2022-JP",
        *fields,
        body=content,
        sender=sender,
        subject=b"Subject: " + word(jis(subject), b"ISO-2022-JP"),
    )
    return Case(name, raw, text, subject, *who, kind="bounce")


POSTFIX = b"Reporting-MTA: dns; mx.example.ne.jp\r\nArrival-Date: Sun, 22 Nov 2026 10:00:00 +0900\r\n\r\nFinal-Recipient: rfc822; gone@example.co.jp\r\nOriginal-Recipient: rfc822;gone@example.co.jp\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mail.example.co.jp\r\nDiagnostic-Code: smtp; 550 5.1.1 <gone@example.co.jp>: User unknown\r\n"
QMAIL = "Hi. This is the qmail-send program at mx.example.ne.jp.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<gone@example.co.jp>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <desk@madoguchi.example>\nMessage-ID: <1f00@madoguchi.example>\nSubject: test\n\nHello"
DOCOMO = "次のあて先へのメッセージはエラーのため送信できませんでした。\n\n<gone@docomo.ne.jp>\n550 Unknown user gone@docomo.ne.jp\n\n------ 以下は送信メールです ------\nMessage-ID: <1f00@madoguchi.example>\nSubject: test"
AU = "送信先メールアドレスが見つからなかったため、お届けできませんでした。\n\ngone@ezweb.ne.jp\n\n宛先のアドレスをご確認ください。"

CASES = [
    auto("auto-replied", b"Auto-Submitted: auto-replied", subject=AUTO_JA),
    auto("auto-replied with a parameter", b"Auto-Submitted: auto-replied; owner-email=\"a@example.jp\""),
    auto("auto-generated", b"Auto-Submitted: auto-generated"),
    auto("auto-notified", b"Auto-Submitted: AUTO-NOTIFIED"),
    auto("outlook away", b"X-Auto-Response-Suppress: All", b"Auto-Submitted: auto-generated", ANSWERS, subject=AUTO_JA),
    auto("outlook away by its words", b"X-Auto-Response-Suppress: All", ANSWERS, subject=AUTO_JA),
    auto("vacation by its words and thread", ANSWERS, subject=b"Subject: Out of Office: Inquiry"),
    auto("precedence bulk", b"Precedence: bulk"),
    auto("precedence junk", b"Precedence: Junk"),
    auto("precedence auto_reply", b"Precedence: auto_reply"),
    auto("x-autoreply", b"X-Autoreply: yes"),
    auto("x-autorespond", b"X-Autorespond: Inquiry"),
    auto("list", b"List-Id: <members.example.jp>"),
    auto("null path", NULL),
    auto("gmail vacation", b"Precedence: bulk", b"X-Autoreply: yes", b"Auto-Submitted: auto-replied", ANSWERS),
    Case("read receipt", mail(b'Content-Type: multipart/report; report-type=disposition-notification; boundary="d1"', body=joined(b"d1", text_part("開封しました。"), part(b"Content-Type: message/disposition-notification", body=b"Final-Recipient: rfc822; yamada@example.co.jp\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n")), subject=AUTO_JA), "開封しました。", "自動応答: お問い合わせ", kind="auto"),
    dsn("delivered", b"Your message was delivered.\r\n", POSTFIX.replace(b"failed", b"delivered").replace(b"5.1.1", b"2.0.0"), subject=b"Subject: Successful Mail Delivery Report", kind="auto"),
    # Bounces
    dsn("postfix", b"This is the mail system at host mx.example.ne.jp.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\r\n<gone@example.co.jp>: host mail.example.co.jp said: 550 5.1.1 User unknown\r\n", POSTFIX),
    dsn("postfix with headers only", b"Undeliverable.\r\n", POSTFIX, returned=b"text/rfc822-headers"),
    dsn("sendmail", b"   ----- The following addresses had permanent fatal errors -----\r\n<gone@example.co.jp>\r\n", POSTFIX, subject=b"Subject: Returned mail: see transcript for details"),
    dsn("exchange", b"Your message to gone@example.co.jp couldn't be delivered.\r\n", POSTFIX, sender=b"From: Microsoft Outlook <MicrosoftExchange329e71ec@example.co.jp>", who=("Microsoft Outlook", "MicrosoftExchange329e71ec@example.co.jp"), subject=b"Subject: Undeliverable: test"),
    dsn("gmail", b"** Address not found **\r\n\r\nYour message wasn't delivered to gone@example.co.jp.\r\n", POSTFIX, sender=b"From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>", who=("Mail Delivery Subsystem", "mailer-daemon@googlemail.example"), subject=b"Subject: Delivery Status Notification (Failure)"),
    dsn("delayed", b"Your message has not been delivered yet.\r\n", POSTFIX.replace(b"failed", b"delayed").replace(b"5.1.1", b"4.4.1"), subject=b"Subject: Delayed Mail (still being retried)"),
    Case("qmail", mail(NULL, UTF8, body=QMAIL, sender=b"From: MAILER-DAEMON@mx.example.ne.jp", subject=b"Subject: failure notice"), QMAIL, "failure notice", "", "MAILER-DAEMON@mx.example.ne.jp", kind="bounce"),
    prose("docomo bounce", "Mail System Error - Returned Mail", DOCOMO, NULL, sender=b"From: Mail Administrator <Postmaster@docomo.ne.jp>", who=("Mail Administrator", "Postmaster@docomo.ne.jp")),
    prose("au bounce", "メール送信エラー", AU, sender=b"From: MAILER-DAEMON@ezweb.ne.jp", who=("", "MAILER-DAEMON@ezweb.ne.jp")),
    prose("hosting firm", "配信不能のお知らせ", "宛先不明のため配信できませんでした。\n\n宛先: gone@example.co.jp", NULL, sender=b"From: postmaster@example.ne.jp", who=("", "postmaster@example.ne.jp")),
    Case("failed recipients field", mail(NULL, UTF8, b"X-Failed-Recipients: gone@example.co.jp", body="This message was created automatically by mail delivery software.", sender=b"From: Mail Delivery System <Mailer-Daemon@example.ne.jp>", subject=b"Subject: Mail delivery failed: returning message to sender"), "This message was created automatically by mail delivery software.", "Mail delivery failed: returning message to sender", "Mail Delivery System", "Mailer-Daemon@example.ne.jp", kind="bounce"),
    # Loops
    auto("our mark", b"X-Madoguchi-Loop: 1f00", kind="loop"),
    auto("another mark", b"X-Loop: desk@madoguchi.example", kind="loop"),
    auto("mark of a list in its own mail", b"List-Id: <ml.lists.example.jp>", b"X-Loop: ml@lists.example.jp"),
    auto("mark of somebody else in the mail of a list", b"List-Id: <ml.lists.example.jp>", b"X-Loop: desk@madoguchi.example", kind="loop"),
    auto("our mark on an automatic mail", b"X-Madoguchi-Loop: 1f00", b"Auto-Submitted: auto-replied", kind="loop"),
    auto("its own reference", b"References: <z@example.jp> <a1@example.co.jp>", kind="loop"),
    auto("too many hops", *(b"Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0900" for _ in range(30)), kind="loop"),
    auto("delivered to the same place again and again", *(b"Delivered-To: desk@madoguchi.example" for _ in range(3)), kind="loop"),
    Case("our own answer comes back", b"\r\n".join((b"From: desk@madoguchi.example", TO, b"Subject: Auto", b"Auto-Submitted: auto-replied", UTF8)) + b"\r\n\r\n" + BODY.encode(), BODY, "Auto", "", "desk@madoguchi.example", kind="loop"),
    dsn("bounce with our mark is a bounce of ours", b"Undeliverable.\r\n", POSTFIX),
    # People
    auto("auto-submitted no", b"Auto-Submitted: no", kind="new"),
    auto("precedence of a person", b"Precedence: normal", kind="new"),
    auto("vacation as a topic", subject=b"Subject: Vacation rental", kind="new"),
    auto("a few hops", *(b"Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0900" for _ in range(12)), kind="new"),
    auto("re: without any evidence", subject=b"Subject: Re: price", kind="new"),
    Case("about a bounce, by a person", text_mail("メールが送信できません。宛先不明と出ます。", subject=b"Subject: " + word("送信エラーについて".encode(), b"utf-8")), "メールが送信できません。宛先不明と出ます。", "送信エラーについて"),
    Case("answer by header", text_mail("はい。", ANSWERS, subject=RE), "はい。", RE_SUBJECT, kind="reply"),
    Case("answer by references alone", text_mail("はい。", b"References: <1f00@madoguchi.example>"), "はい。", kind="reply"),
    Case("answer by subject and quotation", text_mail("はい。\n\n2026年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n> 本当ですか", subject=RE), "はい。", RE_SUBJECT, kind="reply"),
    Case("answer of an old phone", b"\r\n".join((FROM, TO, b"Subject: Re:" + word(jis("見積①"), b"iso-2022-jp"), MIME, b"Content-Type: text/plain; charset=iso-2022-jp")) + b"\r\n\r\n" + jis("了解①") + b"\r\n\r\n>" + jis("見積です") + b"\r\n", "了解①", "Re:見積①", kind="reply"),
]  # fmt: skip
