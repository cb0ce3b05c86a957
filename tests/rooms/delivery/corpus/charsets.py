"""What stands in the table of verified defects (DESK §4.9): charsets, labels, and labels that lie."""

from tests.rooms.delivery.corpus.building import (
    Case,
    b64,
    file_part,
    html_mail,
    jis,
    mail,
    multipart,
    part,
    text_mail,
    text_part,
    word,
)  # fmt: skip

VENDOR = "見積①の件、㈱山田商店の髙橋です。"
KANA = "ありがとうございます。ニホン・カタログをおねがいします。"


def labelled(charset: bytes, content: bytes, *, subject: bytes = b"Subject: test") -> bytes:
    return mail(
        b"Content-Type: text/plain; charset=" + charset,
        b"Content-Transfer-Encoding: 8bit",
        body=content,
        subject=subject,
    )


def _jis_label(label: bytes) -> Case:
    raw = labelled(label, jis(VENDOR), subject=b"Subject: " + word(jis("見積①の件"), label))
    return Case(f"label {label.decode()}", raw, VENDOR, "見積①の件")


def _sjis_label(label: bytes) -> Case:
    raw = labelled(
        label, VENDOR.encode("cp932"), subject=b"Subject: " + word("㈱山田の件～".encode("cp932"), label)
    )
    return Case(f"label {label.decode()}", raw, VENDOR, "㈱山田の件～")


def _euc_label(label: bytes) -> Case:
    content = "お世話になります。\r\n山田です。".encode("euc_jp")
    raw = labelled(label, content, subject=b"Subject: " + word("御見積".encode("euc_jp"), label))
    return Case(f"label {label.decode()}", raw, "お世話になります。\n山田です。", "御見積")


CASES = [
    *map(_jis_label, (b"iso-2022-jp", b"ISO-2022-JP", b"iso-2022-jp-ms", b"cp50220", b"CP50221", b"x-windows-50221")),
    *map(_sjis_label, (b"shift_jis", b"Shift-JIS", b"x-sjis", b"windows-31j", b"cp932", b"MS_Kanji", b"csShiftJIS")),
    *map(_euc_label, (b"euc-jp", b"x-euc-jp", b"eucjp-ms", b"cp51932", b"eucJP-win")),
    Case(
        "euc with vendor rows",
        labelled(b"x-euc-jp", b"\xad\xa1\xb2\xf3\xa4\xce\xad\xea"),
        "①回の㈱",
        "test",
    ),
    Case(
        "half-width kana by escape",
        labelled(b"iso-2022-jp", b"\x1b(I6@6E\x1b(B to \x1b$B%+%?%+%J\x1b(B"),
        "ｶﾀｶﾅ to カタカナ",
        "test",
    ),
    Case(
        "half-width kana with the eighth bit in JIS",
        labelled(b"iso-2022-jp", b"\x1b$B%F%9%H\x1b(B \xb6\xc5"),
        "テスト ｶﾅ",
        "test",
    ),
    Case(
        "half-width kana by shift out",
        labelled(b"cp50222", b"\x0e6E\x0f \x1b$B%F%9%H\x1b(B"),
        "ｶﾅ テスト",
        "test",
    ),
    Case("jis roman", labelled(b"iso-2022-jp", b"\x1b(JABC\x1b$@%F%9%H\x1b(J 123"), "ABCテスト 123", "test"),
    Case("jis x 0212", labelled(b"iso-2022-jp-1", b"\x1b$(D0!\x1b$B$G$9\x1b(B"), "丂です", "test"),
    Case("line end returns to ascii", labelled(b"iso-2022-jp", b"\x1b$B%F%9%H\r\nabc\r\n\x1b$B$G$9\x1b(B"), "テスト\nabc\nです", "test"),
    Case("jis without charset", mail(body=jis("お世話になっております。\n山田です。")), "お世話になっております。\n山田です。"),
    Case("jis labelled us-ascii", labelled(b"us-ascii", jis(VENDOR)), VENDOR, "test"),
    Case("jis labelled utf-8", labelled(b"utf-8", jis(VENDOR)), VENDOR, "test"),
    Case("jis labelled iso-8859-1", labelled(b"iso-8859-1", jis(VENDOR)), VENDOR, "test"),
    Case("jis labelled shift_jis", labelled(b"shift_jis", jis(VENDOR)), VENDOR, "test"),
    Case("eight-bit utf-8 without charset", mail(body="住所は〒100-0001、𠮷野家の隣です😀"), "住所は〒100-0001、𠮷野家の隣です😀"),
    Case("utf-8 labelled us-ascii", labelled(b"us-ascii", "見積のお願い".encode()), "見積のお願い", "test"),
    Case("utf-8 labelled iso-8859-1", labelled(b"iso-8859-1", "見積のお願い".encode()), "見積のお願い", "test"),
    Case("utf-8 labelled shift_jis", labelled(b"shift_jis", "見積のお願いです。よろしく。".encode()), "見積のお願いです。よろしく。", "test"),
    Case("utf-8 labelled iso-2022-jp", labelled(b"iso-2022-jp", "見積のお願い".encode()), "見積のお願い", "test"),
    Case("cp932 labelled utf-8", labelled(b"utf-8", VENDOR.encode("cp932")), VENDOR, "test"),
    Case("cp932 labelled iso-8859-1", labelled(b"iso-8859-1", "お世話になっております。".encode("cp932")), "お世話になっております。", "test"),
    Case("cp932 labelled iso-2022-jp", labelled(b"iso-2022-jp", VENDOR.encode("cp932")), VENDOR, "test"),
    Case("cp932 labelled euc-jp", labelled(b"euc-jp", "お世話になっております。".encode("cp932")), "お世話になっております。", "test"),
    Case("cp932 without charset", mail(body="請求書の件でご連絡いたします。".encode("cp932")), "請求書の件でご連絡いたします。"),
    Case("euc without charset", mail(body="請求書の件でご連絡いたします。".encode("euc_jp")), "請求書の件でご連絡いたします。"),
    Case("unknown charset", labelled(b"x-unknown", "請求書の件です。".encode()), "請求書の件です。", "test"),
    Case("charset nobody knows", labelled(b"klingon", "請求書の件です。".encode("cp932")), "請求書の件です。", "test"),
    Case("charset in quotes and comment", labelled(b'"iso-2022-jp" (Japanese)', jis(VENDOR)), VENDOR, "test"),
    Case("charset with an open quote", labelled(b'"shift_jis', VENDOR.encode("cp932")), VENDOR, "test"),
    Case("charset in single quotes", labelled(b"'utf-8'", VENDOR.encode()), VENDOR, "test"),
    Case("wave dash and minus of cp932", labelled(b"shift_jis", "10～20－5∥￠￡￢".encode("cp932")), "10～20－5∥￠￡￢", "test"),
    Case("wave dash of jis", labelled(b"iso-2022-jp", "10〜20−5‖".encode("iso2022_jp")), "10～20－5∥", "test"),
    Case("jis of the edition of 1990", labelled(b"iso-2022-jp", b"\x1b&@" + jis("請求書①です。")), "請求書①です。", "test"),
    Case("euc labelled as iso-8859-1", labelled(b"iso-8859-1", "御社の製品について教えてください。".encode("euc_jp")), "御社の製品について教えてください。", "test"),
    Case("spaces that were added behind quoted-printable lines", mail(b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: quoted-printable", body=b"=E8=A6=8B=E7=A9=8D=3D   \r\n=E4=BA=8C=20\r\n=E4=BB=B6= \r\n\t"), "見積=\n二 \n件"),
    Case("gb2312-labelled kana", labelled(b"gb2312", KANA.encode("gb2312"), subject=b"Subject: " + word("おみつもり".encode("gb2312"), b"gb2312")), KANA, "おみつもり"),
    Case("gb2312-labelled kana with a long vowel", labelled(b"gb2312", "スケジュールのデータをください。".encode("gbk")), "スケジュールのデータをください。", "test"),
    Case("gb2312 label beyond its rows", labelled(b"gb2312", "込山と働きます。".encode("gb18030")), "込山と働きます。", "test"),
    Case("big5", labelled(b"big5", "您好，請問價格".encode("big5")), "您好，請問價格", "test"),
    Case("euc-kr", labelled(b"ks_c_5601-1987", "안녕하세요".encode("cp949")), "안녕하세요", "test"),
    Case("windows quotes under iso-8859-1", labelled(b"iso-8859-1", b"It\x92s \x93fine\x94 caf\xe9"), "It’s “fine” café", "test"),
    Case("utf-8 with a byte order mark", labelled(b"utf-8", b"\xef\xbb\xbf" + VENDOR.encode()), VENDOR, "test"),
    Case("utf-7", labelled(b"utf-7", "見積です".encode("utf-7")), "見積です", "test"),
    Case("base64 cp932", mail(b"Content-Type: text/plain; charset=Shift_JIS", b"Content-Transfer-Encoding: base64", body=b64(VENDOR.encode("cp932"))), VENDOR),
    Case("quoted-printable utf-8", mail(b"Content-Type: text/plain; charset=UTF-8", b"Content-Transfer-Encoding: Quoted-Printable", body=b"=E8=A6=8B=E7=A9=8D=\r\n=E3=81=A7=E3=81=99=3D"), "見積です="),
    Case("quoted-printable jis", mail(b"Content-Type: text/plain; charset=iso-2022-jp", b"Content-Transfer-Encoding: quoted-printable", body=b"=1B$B%F%9%H=1B(B"), "テスト"),
    Case("eight-bit text under base64", mail(b"Content-Type: text/plain; charset=UTF-8", b"Content-Transfer-Encoding: base64", body="見積です。"), "見積です。"),
    Case("base64 with a list footer", mail(b"Content-Type: text/plain; charset=UTF-8", b"Content-Transfer-Encoding: base64", body=b64("見積です。\r\nA".encode()) + b"\r\n_______\r\nfooter!\r\n"), "見積です。\nA\n_______\nfooter!"),
    Case("html with meta only", mail(b"Content-Type: text/html", body='<html><head><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"></head><body>見積①です</body></html>'.encode("cp932")), "見積①です"),
    Case("softbank private letters survive", labelled(b"shift_jis", b"\x82\xa0\xf9\x8b"), "あ" + b"\xf9\x8b".decode("cp932"), "test"),
    Case("emoji joined from two halves", labelled(b"utf-8", b"\xe3\x81\x82\xed\xa0\xbd\xed\xb8\x80"), "あ😀", "test"),
    Case("text kept as sent", text_mail("　﨑と神と葛󠄀と㍻と…と～〜、ｶﾞ が か\u3099"), "　﨑と神と葛󠄀と㍻と…と～〜、ｶﾞ が か\u3099"),
    Case("two text parts of different charsets", multipart(part(b"Content-Type: text/plain; charset=iso-2022-jp", body=jis("前半①です。")), part(b"Content-Type: text/plain; charset=shift_jis", body="後半㈱です。".encode("cp932"))), "前半①です。\n\n後半㈱です。"),
    Case("html entities", html_mail("<p>A&amp;B &lt;C&gt; &#12354;&#x3044; &copy;</p>"), "A&B <C> あい ©"),
    Case("attachment beside jis", multipart(part(b"Content-Type: text/plain; charset=iso-2022-jp", body=jis("添付①です。")), file_part(b"Content-Type: application/pdf; name=a.pdf", b"Content-Disposition: attachment; filename=a.pdf")), "添付①です。", files=(("a.pdf", 13),)),
    Case("text part first", multipart(text_part("テキスト"), part(b"Content-Type: text/html; charset=utf-8", body="<p>HTML</p>"), kind=b"alternative"), "テキスト"),
]  # fmt: skip
