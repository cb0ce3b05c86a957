"""Each guard: who it keeps, whom it leaves alone, and a seller who borrows its words."""

import pytest

from madoguchi.rooms.screening import guards, model, reading, rules
from tests.rooms.screening import items


def kinds(text: str) -> set[str]:
    return {hit.kind for hit in guards.hits(reading.read(text).plain)}


KEPT = [
    # every request under the Act, and the stop of mailings, in the words of people
    ("rights", "私の個人データの開示を求めます。"),
    ("rights", "登録の住所が古いので訂正をお願いします。"),
    ("rights", "会員情報を全部削除してください。"),
    ("rights", "私の情報の利用停止を請求します。"),
    ("rights", "個人データの第三者への提供の停止を求めます。"),
    ("rights", "個人情報を何に使っているのか、利用目的を教えてください。"),
    ("rights", "個人データを誰に渡したか、記録の開示をお願いします。"),
    ("rights", "メルマガの配信を停止してください。"),
    ("rights", "もう営業の電話をかけてこないでください。"),
    ("rights", "カタログを送らないでほしい。"),
    ("rights", "名簿から外してください。"),
    ("rights", "個人情報保護法33条に基づく請求です。"),
    ("rights", "このアドレスをどこで手に入れたのか説明してください。"),
    ("rights", "unsubscribe me pls"),
    ("rights", "Please delete my account and all data about me."),
    ("rights", "I want a copy of everything you have about me."),
    ("rights", "I no longer want to receive your catalogue. Stop emailing me."),
    ("rights", "Where did you get my address?"),
    ("rights", "Take me off your list, please."),
    ("rights", "Please remove my name from the member list."),
    ("complaint", "You charged my card twice and nobody answers. Refund me!"),
    ("complaint", "I want to complain about the driver of Saturday."),
    ("business", "About my reservation for the 14th: we come an hour later."),
    ("trouble", "Since the update our tills do not connect. ValueError: invalid token"),
    ("law", "当職は山田氏の代理人として連絡いたします。"),
    ("law", "労働基準監督署の田中と申します。調査のご連絡です。"),
    ("law", "消費生活センターに相談しました。"),
    ("law", "他の人の注文履歴が見えています。"),
    ("complaint", "店員の態度がひどい。謝ってください。"),
    ("complaint", "夜中の騒音で眠れません。"),
    ("business", "注文番号 A-20381 はいつ発送ですか。"),
    ("business", "先週お電話いただいた佐藤です。"),
    ("business", "請求書がまだ届いていません。"),
    ("business", "提案書を受け取りました。社内で見ます。"),
    ("trouble", "届いた皿が割れていました。交換してください。"),
    ("trouble", "マイページにログインできません。"),
    ("trouble", "画面が真っ白のまま動きません。"),
    ("applicant", "求人に応募します。履歴書を送ります。"),
    ("applicant", "内定を辞退させてください。"),
    ("institution", "北山市 高齢介護課の大野です。調査票の件です。"),
    ("student", "大学3年の中村です。卒論で聞き取りをお願いしたいです。"),
    ("press", "中央新聞の木下と申します。朝市の記事でお話を伺えますか。"),
    ("answer", "協力業者募集を拝見し、応募いたします。"),
    ("supports", "就労継続支援B型の事業所です。封入のお仕事をいただけませんか。"),
    ("neighbour", "裏に住む者です。うちの塀に水がかかります。"),
    ("invites", "講師をお願いできませんか。謝礼は3万円をご用意しております。"),
    ("asks", "看板の見積もりをお願いします。"),
    ("asks", "味噌を20個購入したいのですが。"),
    ("asks", "御社の包丁を仕入れさせていただきたいです。"),
    ("asks", "送料はいくらですか。"),
    ("asks", "名前を入れて作ってもらえますか?"),
    ("neighbour", "隣のビルの管理の者です。来月から足場を組みますので、ご説明に伺います。"),
    ("business", "先日お申し込みいただきました設備資金の件、書類が不足しておりました。"),
    ("business", "講座の名簿が1名足りません。"),
    ("business", "貴社株式を1,200株保有しております。"),
    ("business", "お部屋の賃料を来月から改めさせていただきます。"),
    ("business", "昨日納品いたしました牛乳に不具合の可能性がございます。ご使用を中止してください。"),
    ("trouble", "御社の会計ソフトを使い始めて2か月です。連携が止まっております。"),
    ("supports", "あおぞら作業所の岡と申します。利用者の仕事を探しています。"),
    ("asks", "見積もりは無料ですか"),
    ("asks", "ヘッドセット120台の法人価格を返信ください。"),
    ("asks", "くすりを とどけて もらえませんか"),
    ("asks", "今だけ半額のチラシ、まだ有効ですか"),
    ("asks", "分割にできますか?"),
    ("asks", "貴館の空き区画の内覧を希望されています。"),
    ("press", "みなと新聞です。修理の現場を取材させてください。"),
    ("applicant", "56歳ですが元気です。人が足りなければ働きます。"),
]


@pytest.mark.parametrize(("kind", "text"), KEPT)
def test_who_asks_us_is_kept(kind: str, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "御社のホームページを作り直しませんか。月9,800円です。",
        "If you no longer wish to receive such offers, reply STOP and we remove your address.",
        "Could you take our group photo in the garden?",
        "Does your bus take us to the station?",
        "Please remove our logo from the old banner.",
        "If you are not interested, reply 'remove me' and we stop.",
        "Your invoice is overdue. Avoid legal action, pay now: https://a.example/pay",
        "Your mailbox stopped receiving mail. Verify your password: https://a.example",
        "We found that your website does not show up in search. We fix that for $300.",
        "Your order ships today, guaranteed: replica watches https://a.example",
        "電気代を2割下げるご提案です。検針票をお送りください。",
        "ご不要の場合は、お手数ですが配信停止とご返信ください。以後のご案内を停止いたします。",
        "ご興味がなければ、その旨ご返信くだされば今後のご連絡を控えます。",
        "貴院の承継を希望される医師がいらっしゃいます。一度お時間をいただけないでしょうか。",
        "まずは無料のお見積もりだけでもお気軽にご用命ください。",
        "弁護士です。顧問プランを月3万円で承っております。",
        "応募者を集める求人広告を、初月無料で掲載いたします。",
        "口コミの削除を代行します。1件3万円からです。",
        "隣の現場で足場を組んでいます。屋根の点検は無料です。",
        "利用者の作業所と契約し、月額3万円で雇用率を達成できます。弊社コンサルより。",
        "株式の譲渡をお考えの社長様へ、買い手をご紹介します。",
        "掲載は無料です。ご存じでしたか。",
        "今日はいい天気ですね。",
    ],
)
def test_who_offers_is_not(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "見積もりをお願いします、と言われて困っていませんか。無料で見積書を作る道具を、月980円でご案内しております。",
        "注文番号 A-1234 のように番号を打つ手間を減らします。初期費用0円、御社なら月8時間の削減です。ご返信ください。",
        "苦情ではありません。対応が遅いと言われる前に、弊社の電話代行を先着5社に無料でお試しいただけます。",
    ],
)
def test_a_seller_who_borrows_the_words_costs_one_read_at_most(text: str) -> None:
    """By design: with a guard or without, the message is in the inbox or in the tray, never gone, never in 迷惑."""
    decision = rules.decide(rules.Message(text), weights=model.shipped())
    assert decision.lane in (rules.Lane.INBOX, rules.Lane.SALES)
    assert decision.lane == rules.Lane.SALES or decision.badge or decision.guards


@pytest.mark.parametrize(
    ("company", "email", "public"),
    [
        ("桜瀬市 健康福祉部 高齢介護課", "", True),
        ("北山県庁", "", True),
        ("みなと小学校", "", True),
        ("", "tanaka@city.kitayama.lg.jp", True),
        ("", "a@cs.minato-u.ac.jp", True),
        ("株式会社みなと", "a@minato.co.jp", False),
        ("市川商店", "a@go.jp.example.com", False),
    ],
)
def test_public_bodies_and_schools_are_kept_by_their_name_or_domain(
    company: str, email: str, *, public: bool
) -> None:
    assert guards.public_body(company, email) is public


def test_guards_are_narrow_on_the_training_set() -> None:
    """Many more customers than sellers: half of the one, and one in nine of the other."""
    genuine = [bool(kinds(body)) for body in items.bodies("genuine")]
    pitches = [bool(kinds(body)) for body in items.bodies("pitch")]
    assert sum(genuine) / len(genuine) > 0.35
    assert sum(pitches) / len(pitches) < 0.12
