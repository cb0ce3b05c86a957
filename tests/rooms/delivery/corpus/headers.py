"""Subjects and senders: encoded words as programs really cut them, raw bytes, legacy addresses."""

from tests.rooms.delivery.corpus.building import FROM, MIME, SUBJECT, TO, UTF8, Case, jis, mail, word

BODY = "本文です。"


def subject(name: str, value: bytes, expected: str) -> Case:
    return Case(name, mail(UTF8, body=BODY, subject=b"Subject: " + value), BODY, expected)


def sender(name: str, field: bytes, from_name: str, from_address: str) -> Case:
    return Case(
        name, mail(UTF8, body=BODY, sender=field), BODY, from_name=from_name, from_address=from_address
    )


LONG = "お見積もりのご依頼について(株式会社山田商店)"
_HALF = LONG.encode()
_OPEN = jis("見積もりの", closed=False)

CASES = [
    subject("utf-8 cut inside a character", word(_HALF[:22], b"UTF-8") + b"\r\n " + word(_HALF[22:], b"UTF-8"), LONG),
    subject("utf-8 cut inside a character, in small and capital letters", word(_HALF[:22], b"UTF-8") + b"\r\n\t" + word(_HALF[22:], b"utf-8"), LONG),
    subject("jis word without closing escape", word(_OPEN, b"ISO-2022-JP") + b"\r\n " + word(jis("依頼①"), b"ISO-2022-JP"), "見積もりの依頼①"),
    subject("jis cut inside a pair", word(_OPEN[:-1], b"ISO-2022-JP") + b"\r\n " + word(_OPEN[-1:] + b"$G$9\x1b(B", b"ISO-2022-JP"), "見積もりのです"),
    subject("jis open, then ascii", word(_OPEN, b"ISO-2022-JP") + b" " + word(b"\x1b(Babc", b"ISO-2022-JP"), "見積もりのabc"),
    subject("cp932 cut inside a character", word("見積".encode("cp932")[:3], b"Shift_JIS") + b"\r\n " + word("見積".encode("cp932")[3:] + "です".encode("cp932"), b"Shift_JIS"), "見積です"),
    subject("words of two charsets", word("見積".encode(), b"UTF-8") + b" " + word(jis("①です"), b"ISO-2022-JP"), "見積①です"),
    subject("quoted-printable word", b"=?utf-8?Q?=E8=A6=8B=E7=A9=8D_1=2D2?=", "見積 1-2"),
    subject("plain between words keeps its spaces", b"Re: " + word("見積".encode(), b"UTF-8") + b" [No.12] " + word("至急".encode(), b"UTF-8"), "Re: 見積 [No.12] 至急"),
    subject("words without space between", word("見積".encode(), b"UTF-8") + word("至急".encode(), b"UTF-8"), "見積至急"),
    subject("word with a language", b"=?utf-8*ja?B?6KaL56mN?=", "見積"),
    subject("base64 without padding", b"=?UTF-8?B?44GC44GE44GGYQ?=", "あいうa"),
    subject("word folded inside", b"=?UTF-8?B?6KaL\r\n 56mN?=", "見積"),
    subject("word without its end", b"=?UTF-8?B?6KaL56mN", "見積"),
    subject("unknown charset in a word", b"=?x-none?B?6KaL56mN?=", "見積"),
    subject("utf-8 label on jis", word(jis("見積①"), b"UTF-8"), "見積①"),
    subject("subject in raw cp932", "【至急】表示について".encode("cp932"), "【至急】表示について"),
    subject("subject in raw utf-8", "【至急】表示について".encode(), "【至急】表示について"),
    subject("subject in raw jis", jis("【至急】見積①について"), "【至急】見積①について"),
    subject("subject in raw euc", "見積書について".encode("euc_jp"), "見積書について"),
    subject("raw beside a word", "至急".encode() + b" " + word("見積".encode(), b"UTF-8"), "至急 見積"),
    subject("folded plain text", b"A long subject that is\r\n folded here\r\n\tand there", "A long subject that is folded here and there"),
    subject("no subject at all", b"", ""),
    subject("question mark that is no word", b"Is this =? a word ?= or not?", "Is this =? a word ?= or not?"),
    subject("emoji and selectors", word("👨‍👩‍👧 葛󠄀城市".encode(), b"UTF-8"), "👨‍👩‍👧 葛󠄀城市"),
    subject("control characters go", word("件\x00名\x07".encode(), b"UTF-8"), "件名"),
    subject("line break in a word", word(b"A\r\nBcc: x@example.com", b"UTF-8"), "A Bcc: x@example.com"),
    subject("full-width space kept", word("　見積　二件".encode(), b"UTF-8"), "　見積　二件"),
    Case("subject field missing", mail(UTF8, body=BODY, subject=b""), BODY, ""),
    Case("fields in odd case", FROM.replace(b"From", b"FROM") + b"\nSUBJECT : " + word("見積".encode(), b"utf-8") + b"\nCONTENT-TYPE: TEXT/PLAIN; CHARSET=UTF-8\n\n" + BODY.encode(), BODY, "見積"),
    sender("name in quotes", '"山田 太郎" <yamada@example.co.jp>'.encode().join((b"From: ", b"")), "山田 太郎", "yamada@example.co.jp"),
    sender("word in quotes", b'From: "=?UTF-8?B?5bGx55Sw?=" <yamada@example.co.jp>', "山田", "yamada@example.co.jp"),
    sender("word whose text is quoted", b"From: " + word('"山田"'.encode(), b"utf-8") + b" <yamada@example.co.jp>", "山田", "yamada@example.co.jp"),
    sender("words in two pieces", b"From: =?ISO-2022-JP?B?" + b"GyRCOzNFRBsoQg==?=\r\n =?ISO-2022-JP?B?GyRCQkBPOhsoQg==?= <yamada@example.co.jp>", "山田太郎", "yamada@example.co.jp"),
    sender("name as comment", b"From: yamada@example.co.jp (=?UTF-8?B?5bGx55Sw?=)", "山田", "yamada@example.co.jp"),
    sender("raw name as comment", "From: yamada@example.co.jp (山田)".encode("cp932"), "山田", "yamada@example.co.jp"),
    sender("address alone", b"From: yamada@example.co.jp", "", "yamada@example.co.jp"),
    sender("address in brackets alone", b"From: <yamada@example.co.jp>", "", "yamada@example.co.jp"),
    sender("raw cp932 name with a backslash byte", b"From: " + "表 ソ十" .encode("cp932") + b" <omote@example.jp>", "表 ソ十", "omote@example.jp"),
    sender("raw jis name", b"From: " + jis("㈱髙橋") + b" <taka@example.jp>", "㈱髙橋", "taka@example.jp"),
    sender("raw jis name in quotes", b'From: "' + jis("髙橋") + b'" <taka@example.jp>', "髙橋", "taka@example.jp"),
    sender("vendor word", b"From: " + word(jis("㈱髙橋商店"), b"ISO-2022-JP") + b" <taka@example.jp>", "㈱髙橋商店", "taka@example.jp"),
    sender("two dots", b"From: taro..x@docomo.ne.jp", "", "taro..x@docomo.ne.jp"),
    sender("two dots in quotes", b'From: "taro..x"@docomo.ne.jp', "", "taro..x@docomo.ne.jp"),
    sender("dot at the end", b"From: taro.@ezweb.ne.jp", "", "taro.@ezweb.ne.jp"),
    sender("dot at the end in quotes and brackets", b'From: =?UTF-8?B?5bGx55Sw?= <"taro."@ezweb.ne.jp>', "山田", "taro.@ezweb.ne.jp"),
    sender("dot at the start", b"From: <.taro@docomo.ne.jp>", "", ".taro@docomo.ne.jp"),
    sender("comma in quotes", b'From: "Yamada, Taro" <yamada@example.co.jp>', "Yamada, Taro", "yamada@example.co.jp"),
    sender("comma without quotes", b"From: Yamada, Taro <yamada@example.co.jp>", "Yamada, Taro", "yamada@example.co.jp"),
    sender("comma in a word", b"From: =?UTF-8?Q?Yamada,_Taro?= <yamada@example.co.jp>", "Yamada, Taro", "yamada@example.co.jp"),
    sender("at sign in the name", b'From: "yamada@home" <yamada@example.co.jp>', "yamada@home", "yamada@example.co.jp"),
    sender("brackets in the name", b"From: " + word("山田(営業部)<課長>".encode(), b"utf-8") + b" <yamada@example.co.jp>", "山田(営業部)<課長>", "yamada@example.co.jp"),
    sender("quotes escaped", rb'From: "Taro \"Ty\" Yamada" <yamada@example.co.jp>', 'Taro "Ty" Yamada', "yamada@example.co.jp"),
    sender("several senders", b"From: =?UTF-8?B?5bGx55Sw?= <yamada@example.co.jp>, Sato <sato@example.co.jp>", "山田", "yamada@example.co.jp"),
    sender("group", b"From: =?UTF-8?B?5Za25qWt6YOo?=: Yamada <yamada@example.co.jp>, sato@example.co.jp;", "Yamada", "yamada@example.co.jp"),
    sender("sender only", b"Sender: Yamada <yamada@example.co.jp>", "Yamada", "yamada@example.co.jp"),
    sender("return path only", b"Return-Path: <yamada@example.co.jp>", "", "yamada@example.co.jp"),
    sender("nobody", b"X-Nobody: 1", "", ""),
    sender("whole value as one word", b"From: " + word("山田 <yamada@example.co.jp>".encode(), b"utf-8"), "山田", "yamada@example.co.jp"),
    sender("domain in capitals", b"From: Yamada <Taro.Yamada@EXAMPLE.CO.JP>", "Yamada", "Taro.Yamada@example.co.jp"),
    sender("no space before the bracket", b"From: =?UTF-8?B?5bGx55Sw?=<yamada@example.co.jp>", "山田", "yamada@example.co.jp"),
    sender("bracket left open", b"From: Yamada <yamada@example.co.jp", "Yamada", "yamada@example.co.jp"),
    sender("bidi sign in the name", b"From: " + word("山田\u202egpj".encode(), b"utf-8") + b" <yamada@example.co.jp>", "山田gpj", "yamada@example.co.jp"),
    sender("full-width space in the name", b"From: " + word("山田　太郎".encode(), b"utf-8") + b" <yamada@example.co.jp>", "山田　太郎", "yamada@example.co.jp"),
    sender("folded sender", b"From: Taro Yamada\r\n <yamada@example.co.jp>", "Taro Yamada", "yamada@example.co.jp"),
    Case("field twice", mail(UTF8, b"Subject: second", body=BODY), BODY),
    Case("no mime version", b"\r\n".join((FROM, TO, SUBJECT)) + b"\r\n\r\n" + BODY.encode(), BODY),
    Case("mbox line in front", b"From yamada Sun Nov 22 10:00:00 2026\n" + b"\n".join((FROM, SUBJECT, MIME, UTF8)) + b"\n\n" + BODY.encode(), BODY),
    Case("blank lines in front", b"\r\n\r\n" + mail(UTF8, body=BODY), BODY),
    Case("byte order mark in front", b"\xef\xbb\xbf" + mail(UTF8, body=BODY), BODY),
    Case("bare line feeds", mail(UTF8, body="一行目\n二行目").replace(b"\r\n", b"\n"), "一行目\n二行目"),
    Case("bare carriage returns", mail(UTF8, body="一行目\n二行目").replace(b"\r\n", b"\r"), "一行目\n二行目"),
    Case("doubled carriage returns", mail(UTF8, body=b"one\r\r\ntwo\r\r\n"), "one\ntwo"),
    Case("wrong date", mail(UTF8, body=BODY).replace(b"Sun, 22 Nov 2026 10:00:00 +0900", b"Foo, 99 Bar 20266 25:61:61 +9999"), BODY),
    Case("japanese date", mail(UTF8, body=BODY).replace(b"Sun, 22 Nov 2026 10:00:00 +0900", "2026年11月22日(日) 10:00".encode()), BODY),
]  # fmt: skip
