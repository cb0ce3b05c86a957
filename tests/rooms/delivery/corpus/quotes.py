"""Older mail under newer: how mail programs quote, in Japanese and in English, and what only looks like it."""

from tests.rooms.delivery.corpus.building import RE_SUBJECT, Case, answer, jis, mail, text_mail, word

NEW = "承知しました。\n11月25日に伺います。"
OLD = "お世話になっております。\n窓口です。"
MARKED = "> お世話になっております。\n> \n> 窓口です。"
EN = "Thank you.\nSee you on Wednesday."


def cut(name: str, below: str, new: str = NEW, gap: str = "\n\n") -> Case:
    """New text on top, `below` is cut."""
    return Case(name, answer(new + gap + below), new, RE_SUBJECT, kind="reply")


def kept(name: str, text: str) -> Case:
    """A first mail that stays whole."""
    return Case(name, text_mail(text), text)


def answered(name: str, body: str, expected: str) -> Case:
    return Case(name, answer(body), expected, RE_SUBJECT, kind="reply")


def forwarded(name: str, body: str, expected: str | None = None) -> Case:
    subject = b"Subject: Fwd: =?UTF-8?B?44GK5ZWP44GE5ZCI44KP44Gb?="
    return Case(
        name, text_mail(body, subject=subject), body if expected is None else expected, "Fwd: お問い合わせ"
    )


RULE = "_" * 32
BLOCK_JA = "差出人: 窓口 <desk@madoguchi.example>\n送信日時: 2026年11月22日 10:00\n宛先: 山田 太郎 <yamada@example.co.jp>\n件名: お問い合わせ"
BLOCK_EN = "From: Desk <desk@madoguchi.example>\nSent: Sunday, November 22, 2026 10:00 AM\nTo: Taro Yamada <yamada@example.co.jp>\nSubject: Inquiry"

CASES = [
    # Outlook
    cut("outlook ja", f"{BLOCK_JA}\n\n{OLD}"),
    cut("outlook ja with cc and a rule", f"{RULE}\n{BLOCK_JA.replace('件名', 'CC: 佐藤 <sato@example.co.jp>' + chr(10) + '件名')}\n\n{OLD}"),
    cut("outlook ja, bold fields", BLOCK_JA.replace("差出人:", "*差出人:*").replace("件名:", "*件名:*").replace("送信日時:", "**送信日時:**") + f"\n\n{OLD}"),
    cut("outlook ja, full-width colons", BLOCK_JA.replace(": ", "：") + f"\n\n{OLD}"),
    cut("outlook ja, many recipients", BLOCK_JA.replace("件名", "CC: 佐藤 <sato@example.co.jp>;\n 鈴木 <suzuki@example.co.jp>;\n <ito@example.co.jp>\n件名") + f"\n\n{OLD}"),
    cut("outlook en", f"{BLOCK_EN}\n\nHello,\nthis is the desk.", EN),
    cut("outlook, original message", f"-----Original Message-----\n{BLOCK_EN}\n\n{OLD}"),
    cut("outlook, original message, quoted below", f"-----Original Message-----\n{BLOCK_EN}\n\n{MARKED}"),
    cut("outlook, old message ja", f"-----元のメッセージ-----\n{BLOCK_JA}\n\n{OLD}"),
    cut("outlook, spaced old message ja", f"----- 元のメッセージ -----\n{BLOCK_JA}\n\n{OLD}"),
    cut("outlook mobile", f"{RULE}\n{BLOCK_JA}\n\n{OLD}", NEW + "\n\nOutlook for iOS を入手"),
    cut("outlook without subject field", f"{RULE}\n" + BLOCK_JA.rpartition("\n")[0] + f"\n\n{OLD}"),
    # Gmail
    cut("gmail ja", f"2026年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n{MARKED}"),
    cut("gmail ja, wrapped", f"2026年11月22日(日) 10:00 株式会社まどぐち お客様窓口\n<desk@madoguchi.example>:\n\n{MARKED}"),
    cut("gmail ja, old style", f"2026年11月22日 10:00 窓口 <desk@madoguchi.example>:\n\n{MARKED}"),
    cut("gmail ja, full-width brackets", f"2026年11月22日（日） 10:00 窓口 <desk@madoguchi.example>:\n\n{MARKED}"),
    cut("gmail ja, quotation without marks", f"2026年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n{OLD}"),
    cut("gmail ja, two levels", "2026年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n> はい。\n>\n> 2026年11月21日(土) 9:00 山田 <yamada@example.co.jp>:\n>\n>> もしもし\n>>\n>"),
    cut("gmail en", f"On Sun, Nov 22, 2026 at 10:00 AM Desk <desk@madoguchi.example> wrote:\n\n{MARKED}", EN),
    cut("gmail en, wrapped", f"On Sun, Nov 22, 2026 at 10:00 AM Customer Desk of Madoguchi <\ndesk@madoguchi.example> wrote:\n\n{MARKED}", EN),
    cut("gmail en, wrapped before wrote", f"On Sun, Nov 22, 2026 at 10:00 AM Customer Desk <desk@madoguchi.example>\nwrote:\n\n{MARKED}", EN),
    # Apple
    cut("apple mail ja", f"> 2026/11/22 10:00、窓口 <desk@madoguchi.example>のメール:\n> \n{MARKED}"),
    cut("apple mail ja, unmarked line", f"2026/11/22 10:00、窓口 <desk@madoguchi.example>のメール:\n\n{MARKED}"),
    cut("apple mail ja, with weekday", f"2026年11月22日(日) 10:00、窓口 <desk@madoguchi.example>のメール：\n\n{MARKED}"),
    cut("apple mail ja, name only", f"2026/11/22 10:00、窓口のメール：\n\n{MARKED}"),
    cut("apple mail en", f"> On Nov 22, 2026, at 10:00, Desk <desk@madoguchi.example> wrote:\n> \n{MARKED}", EN),
    cut("apple mail en, british", f"On 22 Nov 2026, at 10:00, Desk <desk@madoguchi.example> wrote:\n\n{MARKED}", EN),
    cut("iphone ja", f"2026年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n{MARKED}", NEW + "\n\niPhoneから送信"),
    cut("iphone ja, newer", f"2026/11/22 10:00、窓口 <desk@madoguchi.example>のメール:\n\n\ufeff{OLD}", NEW + "\n\niPhoneから送信"),
    cut("iphone en", f"> On Nov 22, 2026, at 10:00 AM, Desk <desk@madoguchi.example> wrote:\n>\n{MARKED}", EN + "\n\nSent from my iPhone"),
    # Thunderbird
    cut("thunderbird ja", f"On 2026/11/22 10:00, 窓口 wrote:\n{MARKED}"),
    cut("thunderbird ja, brackets", f"(2026/11/22 10:00), 窓口 wrote:\n{MARKED}"),
    cut("thunderbird ja, older", f"(2026年11月22日 10:00), 窓口 さんは書きました:\n{MARKED}"),
    cut("thunderbird ja, translated", f"窓口 さんは書きました:\n{MARKED}"),
    cut("thunderbird ja, 2026", f"2026/11/22 10:00、窓口 さんは書きました:\n{MARKED}"),
    cut("thunderbird en", f"On 11/22/2026 10:00 AM, Desk wrote:\n{MARKED}", EN),
    cut("thunderbird en, iso", f"On 2026-11-22 10:00, Desk wrote:\n{MARKED}", EN),
    # Others
    cut("yahoo ja", f"----- Original Message -----\nFrom: 窓口 <desk@madoguchi.example>\nTo: yamada@example.co.jp\nDate: 2026/11/22, Sun 10:00\nSubject: お問い合わせ\n\n{OLD}"),
    cut("yahoo ja, marked", f"----- Original Message -----\n> From: 窓口 <desk@madoguchi.example>\n> Date: 2026/11/22, Sun 10:00\n>\n{MARKED}"),
    cut("yahoo ja, older", f"--- desk@madoguchi.example wrote:\n\n{MARKED}"),
    cut("yahoo ja, newer", f"2026年11月22日日曜日 10:00:00 JST、窓口さん(desk@madoguchi.example)のメール:\n\n{OLD}"),
    cut("becky", f"On Sun, 22 Nov 2026 10:00:00 +0900\n窓口 <desk@madoguchi.example> wrote:\n\n{MARKED}"),
    cut("becky ja", f"2026/11/22 10:00:00 +0900\n窓口 <desk@madoguchi.example> さんは書きました:\n\n{MARKED}"),
    cut("shuriken", f"2026/11/22 10:00 に、窓口さんは書きました。\n\n{MARKED}"),
    cut("shuriken, original", f"----- Original Message -----\n差出人： \"窓口\" <desk@madoguchi.example>\n宛先： <yamada@example.co.jp>\n送信日時： 2026年11月22日 10:00\n件名： お問い合わせ\n\n{MARKED}"),
    cut("windows live mail", f"-----Original Message----- \nFrom: 窓口 \nSent: Sunday, November 22, 2026 10:00 AM \nTo: 山田 太郎 \nSubject: お問い合わせ \n\n{OLD}"),
    cut("outlook express", f"----- Original Message ----- \nFrom: \"desk\" <desk@madoguchi.example>\nTo: <yamada@example.co.jp>\nSent: Sunday, November 22, 2026 10:00 AM\nSubject: Inquiry\n\n\n{MARKED}"),
    cut("hotmail", f"Date: Sun, 22 Nov 2026 10:00:00 +0900\nFrom: desk@madoguchi.example\nTo: yamada@example.co.jp\nSubject: お問い合わせ\n\n{OLD}"),
    cut("hotmail, rule", f"{RULE}\nFrom: desk@madoguchi.example\nTo: yamada@example.co.jp\nSubject: お問い合わせ\nDate: Sun, 22 Nov 2026 10:00:00 +0900\n\n{OLD}"),
    cut("notes", f"-----窓口 <desk@madoguchi.example> wrote: -----\n\n宛先: yamada@example.co.jp\n差出人: 窓口 <desk@madoguchi.example>\n日付: 2026/11/22 10:00\n件名: お問い合わせ\n\n{OLD}"),
    cut("notes ja", f"-----\"窓口\" <desk@madoguchi.example> さんが書きました: -----\n宛先: yamada@example.co.jp\n差出人: 窓口\n日付: 2026/11/22 10:00\n件名: お問い合わせ\n\n{OLD}"),
    cut("notes fields", f"差出人:\t窓口 <desk@madoguchi.example>\n宛先:\tyamada@example.co.jp\n日付:\t2026/11/22 10:00\n件名:\tお問い合わせ\n\n{OLD}"),
    cut("cybozu", f"----- Original Message -----\n差出人: 窓口 <desk@madoguchi.example>\n日時: 2026/11/22 10:00\n件名: お問い合わせ\n\n{MARKED}"),
    cut("garoon", f"差出人：窓口 <desk@madoguchi.example>\n送信日時：2026/11/22 10:00\n宛先：yamada@example.co.jp\n件名：お問い合わせ\n\n{MARKED}"),
    cut("docomo", f"-----元のメッセージ-----\n件名: お問い合わせ\n日時: 2026/11/22 10:00\n差出人: desk@madoguchi.example\n\n{OLD}"),
    cut("docomo, marked", f"> From: desk@madoguchi.example\n> Date: 2026/11/22 10:00\n> Subject: お問い合わせ\n>\n{MARKED}"),
    cut("au", f"---------- 元のメッセージ ----------\nFrom: desk@madoguchi.example\nSubject: お問い合わせ\n\n{OLD}"),
    cut("softbank", f"------Original Message------\nFrom: desk@madoguchi.example\nTo: yamada@example.co.jp\nSubject: お問い合わせ\n{OLD}"),
    cut("carrier phone, marks only", ">お世話になっております。\n>窓口です。"),
    cut("full-width marks", "＞お世話になっております。\n＞窓口です。"),
    cut("samsung", f"-------- 元のメッセージ --------\n差出人： 窓口 <desk@madoguchi.example> \n日付： 2026/11/22 10:00 (GMT+09:00) \n宛先： yamada@example.co.jp \n件名： お問い合わせ \n\n{OLD}"),
    cut("android en", f"-------- Original message --------\nFrom: Desk <desk@madoguchi.example>\nDate: 11/22/26 10:00 AM (GMT+09:00)\nTo: yamada@example.co.jp\nSubject: Inquiry\n\n{OLD}", EN),
    cut("blackberry", f"------Original Message------\n{BLOCK_EN}\n{OLD}", EN),
    cut("reply message", f"----- Reply message -----\n差出人: \"窓口\" <desk@madoguchi.example>\n宛先: \"山田\" <yamada@example.co.jp>\n件名: お問い合わせ\n日付: 日, 11月 22, 2026 10:00\n\n{OLD}"),
    cut("wanderlust", f"At Sun, 22 Nov 2026 10:00:00 +0900,\n窓口 wrote:\n> \n{MARKED}"),
    cut("mew", f"From: 窓口 <desk@madoguchi.example>\nSubject: お問い合わせ\nDate: Sun, 22 Nov 2026 10:00:00 +0900\n\n{MARKED}"),
    cut("mutt", f"On Sun, Nov 22, 2026 at 10:00:00AM +0900, Desk wrote:\n{MARKED}", EN),
    cut("gnus", f"Desk <desk@madoguchi.example> writes:\n\n{MARKED}", EN),
    cut("horde", f"Quoting Desk <desk@madoguchi.example>:\n\n{MARKED}", EN),
    cut("roundcube ja", f"2026-11-22 10:00 に 窓口 さんは書きました:\n{MARKED}"),
    cut("al-mail", f"\"窓口\" <desk@madoguchi.example> さんは書きました:\n{MARKED}"),
    cut("our own way", f"2026年11月22日(日) 10:00 窓口 様:\n{MARKED}"),
    cut("our own way, without marks", f"2026年11月22日(日) 10:00 窓口 様:\n{OLD}"),
    cut("era date", f"令和8年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n{MARKED}"),
    cut("spark", f"2026年11月22日 10:00 +0900、窓口 <desk@madoguchi.example> のメール:\n{MARKED}"),
    cut("german", f"Am 22.11.2026 um 10:00 schrieb Desk <desk@madoguchi.example>:\n\n{MARKED}", EN),
    cut("chinese outlook", f"{RULE}\n发件人: 窓口 <desk@madoguchi.example>\n发送时间: 2026年11月22日 10:00\n收件人: yamada@example.co.jp\n主题: お問い合わせ\n\n{OLD}"),
    # Where the new text stands
    answered("answered below", f"2026年11月22日(日) 10:00 窓口 <desk@madoguchi.example>:\n\n{MARKED}\n\n{NEW}", NEW),
    answered("answered below, with a greeting on top", f"窓口様\n\nOn 2026/11/22 10:00, 窓口 wrote:\n{MARKED}\n\n{NEW}", f"窓口様\n\n{NEW}"),
    answered("answered in between", "山田です。\n\n> ご希望の日は?\n11月25日です。\n\n> 場所は?\n東京です。\n\nよろしくお願いします。", "山田です。\n\n11月25日です。\n\n東京です。\n\nよろしくお願いします。"),
    answered("answered in between, spaced", "> ご希望の日は?\n\n11月25日です。\n\n> 場所は?\n\n東京です。", "11月25日です。\n\n東京です。"),
    answered("signature below the quotation", f"{NEW}\n\nOn 2026/11/22 10:00, 窓口 wrote:\n{MARKED}\n\n-- \n山田 太郎", f"{NEW}\n\n-- \n山田 太郎"),
    answered("signature above the quotation", f"{NEW}\n\n----------\n山田 太郎\n----------\n\n{BLOCK_JA}\n\n{OLD}", f"{NEW}\n\n----------\n山田 太郎\n----------"),
    answered("original message, answered below its marks", f"-----Original Message-----\n{BLOCK_EN}\n\n{MARKED}\n\n{NEW}", NEW),
    answered("only a quotation", MARKED, MARKED),
    cut("zimbra in japanese", f'差出人: "窓口" <desk@madoguchi.example>\nTo: yamada@example.co.jp\nCc: \n送信済み: 2026年11月22日, 日曜日 午前 10:00:00\n件名: お問い合わせ\n\n{OLD}'),
    answered("only an outlook block", f"{BLOCK_JA}\n\n{OLD}", f"{BLOCK_JA}\n\n{OLD}"),
    answered("nothing quoted", NEW, NEW),
    Case("quoted in a mail of jis", mail(b"Content-Type: text/plain; charset=iso-2022-jp", b"In-Reply-To: <1f00@madoguchi.example>", body=jis("承知①です。\r\n\r\n-----元のメッセージ-----\r\n差出人: 窓口\r\n件名: 件\r\n\r\n古い"), subject=b"Subject: " + word(jis("Re: 見積①"), b"iso-2022-jp")), "承知①です。", "Re: 見積①", kind="reply"),
    # Forwards
    forwarded("forwarded without a word", f"---------- Forwarded message ---------\n{BLOCK_EN}\n\n{OLD}"),
    forwarded("forwarded ja without a word", f"-------- 転送されたメッセージ --------\n件名: お問い合わせ\n日付: Sun, 22 Nov 2026 10:00:00 +0900\n差出人: 窓口 <desk@madoguchi.example>\n宛先: yamada@example.co.jp\n\n{OLD}"),
    forwarded("forwarded with a signature only", f"iPhoneから送信\n\n転送されたメッセージ:\n\n差出人: 窓口 <desk@madoguchi.example>\n件名: お問い合わせ\n日付: 2026年11月22日 10:00:00 JST\n宛先: yamada@example.co.jp\n\n{OLD}"),
    forwarded("forwarded with a word", f"ご参考まで。\n\n---------- Forwarded message ---------\nFrom: 窓口 <desk@madoguchi.example>\nDate: 2026年11月22日(日) 10:00\nSubject: お問い合わせ\nTo: <yamada@example.co.jp>\n\n\n{OLD}", "ご参考まで。"),
    forwarded("forwarded ja with a word", f"ご参考まで。\n\n-------- 転送されたメッセージ --------\n件名: お問い合わせ\n日付: Sun, 22 Nov 2026 10:00:00 +0900\n差出人: 窓口\n宛先: yamada@example.co.jp\n\n{OLD}", "ご参考まで。"),
    forwarded("forwarded by apple", f"ご参考まで。\n\nBegin forwarded message:\n\nFrom: Desk <desk@madoguchi.example>\nSubject: Inquiry\nDate: November 22, 2026 at 10:00:00 JST\nTo: yamada@example.co.jp\n\n{OLD}", "ご参考まで。"),
    forwarded("forwarded by outlook", f"ご参考まで。\n\n{BLOCK_JA}\n\n{OLD}", "ご参考まで。"),
    # What only looks like it
    kept("sender as a word", "差出人: が空欄になるのですが、なぜでしょうか。\n件名も出ません。"),
    kept("a sentence about the sender", "メールの差出人を変更したいです。\n宛先は営業部です。"),
    kept("fields of a form", "件名: 見積のお願い\n日時: 2026年12月1日 10:00\n場所: 東京"),
    kept("greater-than signs in the text", "a > b のとき、画面の「設定 > 一般」を開きます。\n-> 次へ\n=> 完了"),
    kept("one line that begins with a mark", "次の式です。\n> 100 の場合\nよろしくお願いします。"),
    kept("quoted passage of a page", "貴社のページに\n> お電話は平日のみです。\n> 土日はお休みです。\nとありますが、本当ですか。"),
    kept("dates in a list", "2026年11月22日 10:00 受付開始:\n資料を配ります。\n2026年11月22日 11:00 説明会:\n質疑があります。"),
    kept("wrote in a sentence", "On Monday I wrote:\nplease call me.\nNobody did."),
    kept("original message in a sentence", "The original message was lost.\n元のメッセージが読めません。"),
    kept("rules in the text", "--------------------\n品名: 机\n数量: 2\n--------------------\n以上です。"),
    kept("underscores in the text", f"氏名\n{RULE}\n住所\n{RULE}\n以上です。"),
    kept("a colon at the end", "ご希望は次の通りです:\n・机\n・椅子"),
    kept("emoticon", "よろしくお願いします\n>_<\n山田"),
    answered("dates in an answer", "候補は次の通りです。\n2026年11月25日(水) 10:00\n2026年11月26日(木) 14:00\nよろしくお願いします。", "候補は次の通りです。\n2026年11月25日(水) 10:00\n2026年11月26日(木) 14:00\nよろしくお願いします。"),
    answered("the word of an old message in an answer", "元のメッセージを再送してください。\n差出人の名前も教えてください。", "元のメッセージを再送してください。\n差出人の名前も教えてください。"),
]  # fmt: skip
