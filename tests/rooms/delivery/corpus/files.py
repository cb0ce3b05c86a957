"""Attached files: their names in every way of writing them, and mails inside mails."""

from tests.rooms.delivery.corpus.building import (
    FROM,
    MIME,
    SUBJECT,
    TO,
    UTF8,
    Case,
    b64,
    file_part,
    jis,
    joined,
    mail,
    multipart,
    nested,
    part,
    text_part,
    word,
)  # fmt: skip

BODY = "添付します。"
PDF = b"Content-Type: application/pdf"


def named(name: str, *fields: bytes, expected: str) -> Case:
    raw = multipart(
        text_part(BODY),
        file_part(*(fields if any(b"ontent-Type" in each for each in fields) else (PDF, *fields))),
    )
    return Case(name, raw, BODY, files=((expected, 13),))


INNER = (
    b"\r\n".join((b"From: Sato <sato@example.jp>", b"Subject: =?UTF-8?B?5YWD44Gu5Lu2?=", MIME, UTF8))
    + b"\r\n\r\n"
    + "内側の本文".encode()
)
ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"

CASES = [
    named("rfc 2231", b"Content-Disposition: attachment; filename*=UTF-8''%E8%A6%8B%E7%A9%8D.pdf", expected="見積.pdf"),
    named("rfc 2231 in pieces", b"Content-Disposition: attachment;\r\n filename*0*=utf-8''%E8%A6%8B;\r\n filename*1*=%E7%A9%8D;\r\n filename*2=\".pdf\"", expected="見積.pdf"),
    named("rfc 2231 pieces out of order", b"Content-Disposition: attachment; filename*1*=%E7%A9%8D.pdf; filename*0*=utf-8''%E8%A6%8B", expected="見積.pdf"),
    named("rfc 2231 cut inside a character", b"Content-Disposition: attachment; filename*0*=utf-8''%E8%A6; filename*1*=%8B%E7%A9%8D.pdf", expected="見積.pdf"),
    named("rfc 2231 with a language", b"Content-Disposition: attachment; filename*=utf-8'ja'%E8%A6%8B%E7%A9%8D.pdf", expected="見積.pdf"),
    named("rfc 2231 shift_jis with vendor signs", b"Content-Disposition: attachment; filename*=shift_jis''%87%40%87%8A.pdf", expected="①㈱.pdf"),
    named("rfc 2231 jis with vendor signs", b"Content-Disposition: attachment; filename*=iso-2022-jp''%1B%24B%2D%21%1B%28B.pdf", expected="①.pdf"),
    named("rfc 2231 without charset", b"Content-Disposition: attachment; filename*=%E8%A6%8B%E7%A9%8D.pdf", expected="見積.pdf"),
    named("rfc 2231 in quotes", b"Content-Disposition: attachment; filename*=\"utf-8''%E8%A6%8B%E7%A9%8D.pdf\"", expected="見積.pdf"),
    named("rfc 2231 before its fallback", b"Content-Disposition: attachment; filename=\"__.pdf\"; filename*=UTF-8''%E8%A6%8B%E7%A9%8D.pdf", expected="見積.pdf"),
    named("rfc 2231 in the type", b"Content-Type: application/pdf; name*=UTF-8''%E8%A6%8B%E7%A9%8D.pdf", b"Content-Disposition: attachment", expected="見積.pdf"),
    named("plain pieces", b"Content-Disposition: attachment; filename*0=\"a long \"; filename*1=\"name.pdf\"", expected="a long name.pdf"),
    named("percent signs without a star", b"Content-Disposition: attachment; filename=\"%E8%A6%8B%E7%A9%8D.pdf\"", expected="見積.pdf"),
    named("percent sign that is one", b"Content-Disposition: attachment; filename=\"100%25 sure.pdf\"", expected="100%25 sure.pdf"),
    named("word in filename", b'Content-Disposition: attachment; filename="=?UTF-8?B?6KaL56mNLnBkZg==?="', expected="見積.pdf"),
    named("word in name", b'Content-Type: application/pdf; name="=?ISO-2022-JP?B?' + word(jis("見積①.pdf"), b"").split(b"?")[3] + b'?="', expected="見積①.pdf"),
    named("words in filename, folded", b'Content-Disposition: attachment;\r\n filename="' + word("見積書の".encode(), b"UTF-8") + b"\r\n " + word("最終版.pdf".encode(), b"UTF-8") + b'"', expected="見積書の最終版.pdf"),
    named("words cut inside a character in filename", b'Content-Disposition: attachment; filename="' + word("見積".encode()[:4], b"UTF-8") + b" " + word("見積".encode()[4:] + b".pdf", b"UTF-8") + b'"', expected="見積.pdf"),
    named("word without quotes", b"Content-Disposition: attachment; filename==?UTF-8?B?6KaL56mNLnBkZg==?=", expected="見積.pdf"),
    named("raw utf-8", 'Content-Disposition: attachment; filename="見積 書.pdf"'.encode(), expected="見積 書.pdf"),
    named("raw cp932", 'Content-Disposition: attachment; filename="一覧表.pdf"'.encode("cp932"), expected="一覧表.pdf"),
    named("raw cp932 ending in a backslash byte", 'Content-Disposition: attachment; filename="予定表"'.encode("cp932"), expected="予定表"),
    named("raw jis", b'Content-Disposition: attachment; filename="' + jis("見積①書.pdf") + b'"', expected="見積①書.pdf"),
    named("raw euc", 'Content-Disposition: attachment; filename="見積書.pdf"'.encode("euc_jp"), expected="見積書.pdf"),
    named("raw without quotes", "Content-Disposition: attachment; filename=見積 書.pdf; size=13".encode(), expected="見積 書.pdf"),
    named("decomposed kana", "Content-Disposition: attachment; filename=\"か\u3099そ\u3099うハ\u309aス.pdf\"".encode(), expected="がぞうパス.pdf"),
    named("decomposed kana by rfc 2231", b"Content-Disposition: attachment; filename*=UTF-8''%E3%81%8B%E3%82%99.pdf", expected="が.pdf"),
    named("old letter forms kept", b"Content-Disposition: attachment; filename*=UTF-8''%EF%A8%99%E7%A4%BE.pdf", expected="\ufa19社.pdf"),
    named("windows path", rb'Content-Disposition: attachment; filename="C:\Users\yamada\a b.pdf"', expected="a b.pdf"),
    named("unix path", b'Content-Disposition: attachment; filename="../../etc/passwd"', expected="passwd"),
    named("bidi trick", "Content-Disposition: attachment; filename=\"invoice\u202efdp.exe\"".encode(), expected="invoicefdp.exe"),
    named("control characters", b"Content-Disposition: attachment; filename*=utf-8''a%00b%0D%0Ac.pdf", expected="abc.pdf"),
    named("semicolon in quotes", b'Content-Disposition: attachment; filename="a;b=c.pdf"', expected="a;b=c.pdf"),
    named("quotes in the name", rb'Content-Disposition: attachment; filename="a \"b\".pdf"', expected='a "b".pdf'),
    named("spaces and apostrophes", b"Content-Disposition: attachment; filename=\"It's a test.pdf\"", expected="It's a test.pdf"),
    named("disposition before type", b'Content-Type: application/pdf; name="old.pdf"', b'Content-Disposition: attachment; filename="new.pdf"', expected="new.pdf"),
    named("name only in the type", b'Content-Type: application/pdf; name="a.pdf"', expected="a.pdf"),
    named("in capitals", b"CONTENT-DISPOSITION: ATTACHMENT; FILENAME=\"a.pdf\"", expected="a.pdf"),
    named("calendar file", b"Content-Type: text/calendar; charset=utf-8; name=\"kaigi.ics\"; method=REQUEST", expected="kaigi.ics"),
    named("tnef", b"Content-Type: application/ms-tnef; name=\"winmail.dat\"", expected="winmail.dat"),
    named("tnef without a name", b"Content-Type: application/ms-tnef", expected="winmail.dat"),
    Case(
        "calendar as an alternative",
        multipart(text_part(BODY), part(b"Content-Type: text/calendar; charset=utf-8; method=REQUEST", body=ICS), kind=b"alternative"),
        BODY, files=(("invite.ics", len(ICS)),),
    ),
    Case("text file", multipart(text_part(BODY), part(b"Content-Type: text/plain; charset=utf-8", b'Content-Disposition: attachment; filename="log.txt"', body=b"abc\r\n")), BODY, files=(("log.txt", 5),)),
    Case("csv file", multipart(text_part(BODY), part(b'Content-Type: text/csv; name="a.csv"', body=b"a,b")), BODY, files=(("a.csv", 3),)),
    Case("html file", multipart(text_part(BODY), part(b"Content-Type: text/html", b"Content-Disposition: attachment; filename=a.html", body=b"<p>x</p>")), BODY, files=(("a.html", 8),)),
    Case("two files in order", multipart(text_part(BODY), file_part(PDF, b"Content-Disposition: attachment; filename=b.pdf"), file_part(b"Content-Type: image/png", b"Content-Disposition: attachment; filename=a.png", content=b"\x89PNG")), BODY, files=(("b.pdf", 13), ("a.png", 4))),
    Case("empty file", multipart(text_part(BODY), file_part(PDF, b"Content-Disposition: attachment; filename=0.pdf", content=b"")), BODY, files=(("0.pdf", 0),)),
    Case("file alone", mail(PDF, b"Content-Disposition: attachment; filename=a.pdf", b"Content-Transfer-Encoding: base64", body=b64(b"12345")), "", files=(("a.pdf", 5),)),
    Case("picture in html", multipart(nested(b"related", b"r1", part(b"Content-Type: text/html; charset=utf-8", body='<p>図です</p><img src="cid:a">'), file_part(b"Content-Type: image/png; name=zu.png", b"Content-ID: <a>", b"Content-Disposition: inline; filename=zu.png"))), "図です", files=(("zu.png", 13),)),
    Case("alternative inside mixed", multipart(nested(b"alternative", b"a1", text_part("本文"), part(b"Content-Type: text/html; charset=utf-8", body="<b>本文</b>")), file_part(PDF, b"Content-Disposition: attachment; filename=a.pdf")), "本文", files=(("a.pdf", 13),)),
    Case("mixed inside alternative", multipart(text_part("本文"), nested(b"mixed", b"a1", part(b"Content-Type: text/html; charset=utf-8", body="<b>本文</b>"), file_part(PDF, b"Content-Disposition: inline; filename=a.pdf")), kind=b"alternative"), "本文", files=(("a.pdf", 13),)),
    Case("text, file, text", multipart(text_part("前半\n"), file_part(PDF, b"Content-Disposition: inline; filename=a.pdf"), text_part("後半\n")), "前半\n\n後半", files=(("a.pdf", 13),)),
    Case("nested eml without a name", multipart(text_part(BODY), part(b"Content-Type: message/rfc822", body=INNER)), BODY, files=(("元の件.eml", len(INNER)),)),
    Case("nested eml with a name", multipart(text_part(BODY), part(b"Content-Type: message/rfc822", b'Content-Disposition: attachment; filename="=?UTF-8?B?6Lui6YCBLmVtbA==?="', body=INNER)), BODY, files=(("転送.eml", len(INNER)),)),
    Case("nested eml in base64", multipart(text_part(BODY), part(b"Content-Type: message/rfc822; name=a.eml", b"Content-Transfer-Encoding: base64", body=b64(INNER))), BODY, files=(("a.eml", len(INNER)),)),
    Case("eml inside eml", multipart(text_part(BODY), part(b"Content-Type: message/rfc822", body=b"Subject: outer\r\n" + nested(b"mixed", b"n1", text_part("中"), part(b"Content-Type: message/rfc822", body=INNER)))), BODY, files=(("outer.eml", len(b"Subject: outer\r\n" + nested(b"mixed", b"n1", text_part("中"), part(b"Content-Type: message/rfc822", body=INNER)))),)),
    Case("digest", multipart(b"\r\n" + INNER, kind=b"digest"), "", files=(("元の件.eml", len(INNER)),)),
    Case("signed", multipart(text_part("署名付き"), file_part(b"Content-Type: application/pkcs7-signature; name=smime.p7s", b"Content-Disposition: attachment; filename=smime.p7s"), kind=b"signed"), "署名付き", files=(("smime.p7s", 13),)),
    Case("uuencoded", multipart(text_part(BODY), part(b"Content-Type: application/octet-stream; name=a.txt", b"Content-Transfer-Encoding: x-uuencode", body=b"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n")), BODY, files=(("a.txt", 3),)),
    Case("boundary never closed", mail(b"Content-Type: multipart/mixed; boundary=x", body=b"--x\r\n" + text_part(BODY) + b"\r\n--x\r\n" + file_part(PDF, b"Content-Disposition: attachment; filename=a.pdf")), BODY, files=(("a.pdf", 13),)),
    Case("boundary not named", mail(b"Content-Type: multipart/mixed", body=joined(b"q9", text_part(BODY), file_part(PDF, b"Content-Disposition: attachment; filename=a.pdf"))), BODY, files=(("a.pdf", 13),)),
    Case("boundary that begins like its parent", multipart(nested(b"alternative", b'"=_b11"', text_part("本文"))), "本文"),
    Case("multipart that is none", mail(b"Content-Type: multipart/mixed; boundary=x", body="ただの文です。"), "ただの文です。"),
    Case("part without fields", multipart(b"\r\n" + BODY.encode()), BODY),
    Case("words around the parts are not read", mail(b"Content-Type: multipart/mixed; boundary=x", body=b"This is MIME.\r\n" + joined(b"x", text_part(BODY)) + b"end"), BODY),
    Case("type without a slash", b"\r\n".join((FROM, TO, SUBJECT, b"Content-Type: text")) + b"\r\n\r\n" + BODY.encode(), BODY),
    Case("a hundred files", multipart(text_part(BODY), *(file_part(PDF, b"Content-Disposition: attachment; filename=%d.pdf" % at) for at in range(100))), BODY, files=tuple((f"{at}.pdf", 13) for at in range(100))),
]  # fmt: skip
