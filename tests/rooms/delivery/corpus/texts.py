"""Texts: flowed lines, HTML, and mails that are broken or empty."""

from tests.rooms.delivery.corpus.building import (
    ANSWERS,
    FROM,
    RE,
    RE_SUBJECT,
    SUBJECT,
    UTF8,
    Case,
    answer,
    html_mail,
    mail,
    multipart,
    part,
    text_mail,
    text_part,
)  # fmt: skip

FLOWED = b"Content-Type: text/plain; charset=utf-8; format=flowed"
DELSP = FLOWED + b"; delsp=yes"


def flowed(name: str, body: str, expected: str, field: bytes = FLOWED) -> Case:
    return Case(name, mail(field, body=body), expected)


def html(name: str, source: str, expected: str) -> Case:
    return Case(name, html_mail(source), expected)


OUTLOOK = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style><!--[if gte mso 9]><xml></xml><![endif]--></head>'
    "<body lang=JA><div class=WordSection1><p class=MsoNormal>山田様<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    "<p class=MsoNormal>承知しました。<o:p></o:p></p>"
)

CASES = [
    flowed("flowed", "This is one \nparagraph.\n\nNext.", "This is one paragraph.\n\nNext."),
    flowed("flowed with delsp", "これは一つの \n文です。\n次の行 \nです。", "これは一つの文です。\n次の行です。", DELSP),
    flowed("flowed without delsp keeps the space", "これは \n文です。", "これは 文です。"),
    flowed("flowed with stuffed lines", " From here\n  two", "From here\n two"),
    Case("flowed with a signature", mail(DELSP, body="本文 \nです\n-- \n山田"), "本文です\n-- \n山田"),
    Case("flowed quotation", mail(DELSP, ANSWERS, body="はい。\n\nOn 2026/11/22 10:00, Desk wrote:\n> 長い \n> 引用\n>> 古い", subject=RE), "はい。", RE_SUBJECT, kind="reply"),
    Case("spaces without flowed", text_mail("行末に空白 \nがあります。"), "行末に空白 \nがあります。"),
    html("html lines", "<div>一行目</div><div>二行目<br>三行目</div><div><br></div><div>四行目</div>", "一行目\n二行目\n三行目\n\n四行目"),
    html("html paragraphs", "<p>一つ目。</p>\n<p>二つ目。</p>", "一つ目。\n\n二つ目。"),
    html("html spaces", "<p>  A\n  <b>B</b>  C&nbsp;D </p>", "A B C D"),
    html("html list", "<p>次の通り</p><ul><li>一</li><li>二</li></ul><ol><li>甲</li><li>乙</li></ol>", "次の通り\n\n・一\n・二\n\n1. 甲\n2. 乙"),
    html("html table", "<table><tr><th>品名</th><td>机</td></tr><tr><th>数</th><td>2</td></tr></table>", "品名\t机\n数\t2"),
    html("html link", '<p>詳しくは<a href="https://example.jp/a?b=1&amp;c=2">こちら</a>です。<a href="https://example.jp/">https://example.jp/</a></p>', "詳しくはこちらです。https://example.jp/"),
    html("html mail link", '<a href="mailto:a@example.jp">a@example.jp</a>', "a@example.jp"),
    html("html script and style", "<style>p{}</style><script>alert('<p>x</p>')</script><p>本文</p><!-- <p>隠れ</p> -->", "本文"),
    html("html hidden text", '<div style="display:none">見えない</div><p>本文</p>', "本文"),
    html("html preformatted", "<pre>a\n  b</pre>", "a\n  b"),
    html("html title is no text", "<html><head><title>題</title></head><body>本文</body></html>", "本文"),
    html("html of outlook", OUTLOOK + "</div></body></html>", "山田様\n\n承知しました。"),
    html("html heading", "<h1>見出し</h1>本文<hr>終わり", "見出し\n\n本文\n終わり"),
    html("html broken", "<p>一<b>二</p><i>三", "一二\n\n三"),
    html("html without tags", "ただの文 &amp; 記号", "ただの文 & 記号"),
    html("html less-than sign", "<p>1 < 2 です</p>", "1 < 2 です"),
    Case("html when the text is empty", multipart(text_part(""), part(b"Content-Type: text/html; charset=utf-8", body="<p>本文</p>"), kind=b"alternative"), "本文"),
    Case("html first", multipart(part(b"Content-Type: text/html; charset=utf-8", body="<p>HTML</p>"), text_part("テキスト"), kind=b"alternative"), "テキスト"),
    Case("gmail html", html_mail('<div dir="ltr">承知しました。<br></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">2026年11月22日(日) 10:00 窓口 &lt;<a href="mailto:desk@madoguchi.example">desk@madoguchi.example</a>&gt;:<br></div><blockquote class="gmail_quote" style="margin:0"><div>お世話になります。</div></blockquote></div>', ANSWERS, subject=RE), "承知しました。", RE_SUBJECT, kind="reply"),
    Case("gmail html, answered below", html_mail('<div class="gmail_quote"><div class="gmail_attr">2026年11月22日(日) 10:00 窓口 &lt;desk@madoguchi.example&gt;:<br></div><blockquote class="gmail_quote">お世話になります。</blockquote></div><div>下に書きます。</div>', ANSWERS, subject=RE), "下に書きます。", RE_SUBJECT, kind="reply"),
    Case("outlook html", html_mail(OUTLOOK + '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0mm 0mm 0mm"><p class=MsoNormal><b>差出人:</b> 窓口 &lt;desk@madoguchi.example&gt;<br><b>送信日時:</b> 2026年11月22日 10:00<br><b>宛先:</b> 山田 &lt;yamada@example.co.jp&gt;<br><b>件名:</b> お問い合わせ</p></div></div><p class=MsoNormal>古い本文</p></div></body></html>', ANSWERS, subject=RE), "山田様\n\n承知しました。", RE_SUBJECT, kind="reply"),
    Case("outlook on the web", html_mail('<div>承知しました。</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><font><b>差出人:</b> 窓口<br><b>送信日時:</b> 2026年11月22日 10:00<br><b>件名:</b> お問い合わせ</font></div><div>古い本文</div>', ANSWERS, subject=RE), "承知しました。", RE_SUBJECT, kind="reply"),
    Case("thunderbird html", html_mail('<p>承知しました。</p><div class="moz-cite-prefix">On 2026/11/22 10:00, 窓口 wrote:<br></div><blockquote type="cite" cite="mid:x@y"><p>古い本文</p></blockquote>', ANSWERS, subject=RE), "承知しました。", RE_SUBJECT, kind="reply"),
    Case("apple mail html", html_mail('承知しました。<br><div><br><blockquote type="cite"><div>2026/11/22 10:00、窓口 &lt;desk@madoguchi.example&gt;のメール:</div><br><div>古い本文</div></blockquote></div>', ANSWERS, subject=RE), "承知しました。", RE_SUBJECT, kind="reply"),
    Case("yahoo html", html_mail('<div>承知しました。</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>2026年11月22日日曜日 10:00:00 JST、窓口さんは書きました：</div><div>古い本文</div></div>', ANSWERS, subject=RE), "承知しました。", RE_SUBJECT, kind="reply"),
    Case("blockquote that is no mail", html_mail("<p>契約書に</p><blockquote>第一条</blockquote><p>とあります。</p>"), "契約書に\n\n第一条\n\nとあります。"),
    Case("empty body", text_mail(""), ""),
    Case("body of blank lines", text_mail("\n \n\n"), ""),
    Case("no body at all", mail(UTF8).removesuffix(b"\r\n"), ""),
    Case("nul in the text", text_mail("一\x00行目\n二行目"), "一行目\n二行目"),
    Case("other controls in the text", text_mail("一\x07行\x1b目\t字"), "一行目\t字"),
    Case("signature kept", text_mail("本文です。\n\n-- \n山田 太郎\n株式会社山田商店\n"), "本文です。\n\n-- \n山田 太郎\n株式会社山田商店"),
    Case("fields only", FROM + b"\r\n" + SUBJECT, ""),
    Case("no blank line before the body", FROM + b"\r\n" + SUBJECT + b"\r\n" + UTF8 + b"\r\n" + "本文です。\r\n二行目".encode(), "本文です。\n二行目"),
    Case("nothing", b"", "", "", "", ""),
    Case("text without fields", "こんにちは\r\n山田です".encode(), "こんにちは\n山田です", "", "", ""),
    Case("cut in the middle of base64", mail(UTF8, b"Content-Transfer-Encoding: base64", body=b"6KaL56mN44Gn44GZ44CCDQrk"), "見積です。\n\ufffd"),
    Case("one lost character", mail(UTF8, body="見積のお願いです。よろしくお願いいたします。".encode() + b"\xe3\x81" + "以上".encode()), "見積のお願いです。よろしくお願いいたします。\ufffd以上"),
    Case("line separators kept", text_mail("一\u2028二\u0085三"), "一\u2028二\u0085三"),
    Case("answer without a quotation", answer("承知しました。"), "承知しました。", RE_SUBJECT, kind="reply"),
]  # fmt: skip
