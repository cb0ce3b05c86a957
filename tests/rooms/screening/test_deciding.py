"""The table of lanes: every stage, with and without a guard, in every state; nothing moves without a reason."""

from datetime import date
from math import inf

import pytest

from madoguchi.rooms.screening import explaining, guards, model, reading, rules, signals
from madoguchi.rooms.screening.rules import Band, Facts, Lane, Message, Stage, State
from tests.rooms.screening import items

PITCH = (
    "突然のご連絡失礼いたします。弊社は飲食店様専門のホームページ制作会社です。今なら先着5社様に限り初期費用0円、"
    "月額9,800円でご提案しております。売上が2倍になった実績もございます。オンラインで15分だけお時間をいただけませんか。"
    "ご興味がございましたらご返信ください。"
)
SPAM = "スーパーコピー時計 N級品 財布 激安通販 https://a.example"
PLAIN = "来週の火曜に三人で伺います。よろしくお願いいたします。"
ASKS = "私の個人情報を削除してください。"
EARLIER = rules.Earlier("M-20261101-7K4P", date(2026, 11, 1), "domain")


def decide(text: str, facts: Facts = Facts(), state: State = State.ON) -> rules.Decision:  # noqa: B008
    return rules.decide(Message(text), facts, weights=model.shipped(), state=state)


@pytest.mark.parametrize(
    ("stage", "text", "facts", "lanes"),
    [
        (Stage.SPAM, SPAM, Facts(), (Lane.INBOX, Lane.JUNK, Lane.JUNK)),
        (Stage.REPEAT, PLAIN, Facts(earlier=EARLIER), (Lane.INBOX, Lane.SALES, Lane.SALES)),
        (Stage.MODEL, PITCH, Facts(), (Lane.INBOX, Lane.INBOX, Lane.SALES)),
        (Stage.NONE, PLAIN, Facts(), (Lane.INBOX, Lane.INBOX, Lane.INBOX)),
    ],
)
def test_what_moves_in_which_state(
    stage: Stage, text: str, facts: Facts, lanes: tuple[Lane, Lane, Lane]
) -> None:
    found = [decide(text, facts, state) for state in (State.OFF, State.BADGE, State.ON)]
    assert tuple(each.lane for each in found) == lanes
    assert found[2].stage == stage
    assert found[0] == rules.Decision()
    assert found[1].badge is (stage == Stage.MODEL)


@pytest.mark.parametrize("spared", [Facts(known=True), Facts(allowed=True), Facts(typed_in=True)])
@pytest.mark.parametrize("text", [SPAM, PITCH, PLAIN])
def test_whom_we_know_and_what_we_typed_is_never_moved(text: str, spared: Facts) -> None:
    facts = Facts(spared.known, spared.allowed, spared.typed_in, earlier=EARLIER)
    decision = decide(text, facts)
    assert (decision.lane, decision.badge) == (Lane.INBOX, True)


REQUESTS = [
    "私の個人データの開示を求めます。",
    "登録の住所の訂正をお願いします。",
    "会員情報を消去してください。",
    "個人情報の利用停止を請求いたします。",
    "第三者提供の停止を求めます。",
    "第三者提供記録の開示を請求します。",
    "利用目的の通知を求めます。",
    "メールの配信を停止してください。",
    "電話をかけてこないでください。",
    "同意を撤回します。",
    "個人情報の扱いに異議があります。",
    "代理人として開示を請求します。委任状は郵送します。",
    "亡くなった父の会員情報を消してください。",
    "弁護士です。依頼者の件で通知いたします。",
    "裁判所より書類を送りました。",
    "個人情報保護委員会の者です。",
    "他の人の住所が見えています。",
    "苦情です。迷惑しています。",
]


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("around", ["{}", PITCH + "{}", "{}" + PITCH, SPAM + "。{}"])
@pytest.mark.parametrize("facts", [Facts(), Facts(earlier=EARLIER), Facts(weak=frozenset({"trap", "fast"}))])
def test_a_request_gets_through_whatever_surrounds_it_and_whoever_sends_it(
    request_: str, around: str, facts: Facts
) -> None:
    assert decide(around.format(request_), facts).lane == Lane.INBOX


def test_a_sellers_own_offer_to_stop_does_not_save_it() -> None:
    text = PITCH + "ご不要の場合は、お手数ですが配信停止とご返信ください。以後のご案内を停止いたします。"
    assert decide(text).lane == Lane.SALES


def test_honeypot_and_speed_alone_are_nothing() -> None:
    assert decide(PLAIN, Facts(weak=frozenset({"trap", "fast"}))).stage == Stage.NONE


@pytest.mark.parametrize(
    ("offers", "asking", "by"),
    [
        (0, False, inf),
        (0, True, inf),
        (1, False, 1),
        (1, True, 2),
        (2, False, 0),
        (5, False, 0),
        (5, True, 1),
    ],
)
def test_few_offers_and_a_plain_question_want_a_surer_model(offers: int, *, asking: bool, by: float) -> None:
    assert rules.surer_by(offers, asking=asking) == by * rules.SURER


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("まだ有効ですか", True), ("2名、来週から出せるか?", True), ("試用は無料?", True),
        ("一度お話しできませんか。", False), ("導入はいかがですか?", False), ("いただけませんでしょうか。", False),
        ("月額3万円です。", False), ("", False),
    ],
)  # fmt: skip
def test_an_invitation_is_no_plain_question(text: str, *, asks: bool) -> None:
    assert signals.asks_plainly(text) is asks


def test_one_kind_of_offer_has_to_be_surer_and_none_moves_nothing() -> None:
    for item in items.items():
        decision = decide(item["body"])
        if decision.stage == Stage.MODEL and decision.lane == Lane.SALES:
            plain = reading.read(item["body"]).plain
            offers = len(signals.offers(plain))
            by = rules.surer_by(offers, asking=signals.asks_plainly(plain))
            assert decision.logit is not None
            assert offers >= 1
            assert decision.logit >= model.shipped().kana.tray + by


def test_english_is_badged_at_most_and_has_no_probability() -> None:
    found = [(item, decide(item["body"])) for item in items.items() if item["language"] == "en"]
    pitches = [decision for item, decision in found if item["label"] == "pitch"]
    assert {decision.lane for decision in pitches} == {Lane.INBOX}
    assert {decision.probability for decision in pitches} == {None}
    assert sum(decision.badge for decision in pitches) / len(pitches) > 0.7


def test_a_text_with_little_kana_is_badged_at_most() -> None:
    text = PITCH[:60] + " We are a leading web agency and we would love to redesign your site. " * 12
    assert decide(text).lane == Lane.INBOX


def test_local_lines_only_ever_go_up() -> None:
    high = rules.decide(Message(PITCH), weights=model.shipped(), lines=rules.Lines(tray=50))
    low = rules.decide(Message(PLAIN), weights=model.shipped(), lines=rules.Lines(tray=-50, badge=-50))
    assert (high.lane, high.badge) == (Lane.INBOX, True)
    assert (low.lane, low.badge) == (Lane.INBOX, False)


def test_the_stress_set_is_left_alone() -> None:
    found = [
        rules.decide(Message(item["body"], item["company"], item["email"]), weights=model.shipped())
        for item in items.stress()
    ]
    assert [decision.lane for decision in found if decision.lane != Lane.INBOX] == []
    assert sum(decision.badge for decision in found) <= 15


def test_every_move_has_reasons_in_words_and_where_they_were_seen() -> None:
    for item in items.items():
        decision = decide(item["body"])
        if decision.lane == Lane.INBOX and not decision.badge:
            continue
        lines = explaining.told(decision, item["body"])
        assert 1 <= len(lines) <= explaining.MOST_LINES
        assert {reason.code for reason in decision.reasons} <= explaining.CODES
        for reason in decision.reasons + decision.against:
            assert 0 <= reason.start <= reason.end <= len(item["body"])


def test_a_guard_is_told_first() -> None:
    decision = decide(PITCH + ASKS)
    assert decision.badge
    assert explaining.told(decision, PITCH + ASKS)[0].endswith("そのため受信箱に残しました。")


def test_a_repeat_names_day_and_number() -> None:
    assert explaining.told(decide(PLAIN, Facts(earlier=EARLIER))) == [
        "同じ会社のアドレスからの連絡が、2026年11月1日(日)に営業とされています（M-20261101-7K4P）。"
    ]


def test_the_telling_sentence_is_the_one_that_sells() -> None:
    text = "先日はおいしい蕎麦をありがとうございました。月額9,800円でホームページを作りませんか。寒くなりましたね。"
    (start, end), *_ = explaining.telling(text, model.shipped())
    assert text[start:end] == "月額9,800円でホームページを作りませんか。"


def test_the_same_facts_give_the_same_decision() -> None:
    assert repr(decide(PITCH)) == repr(decide(PITCH))
    assert decide(PITCH).band == Band.HIGH


def test_fraud_passes_guards_of_the_text_and_never_what_we_know() -> None:
    """However its words read to the guards, once the weights are sure beyond doubt; a little less sure, the guards hold."""
    found = {text: rules.decide(Message(text), weights=model.shipped()) for text in items.bodies("spam")}
    sure = [text for text, each in found.items() if (each.stage, each.lane) == (Stage.MODEL, Lane.JUNK)]
    spoken_for = {text for text in found if any(True for _ in guards.hits(reading.read(text).plain))}
    assert {found[text].band for text in spoken_for.intersection(sure)} == {Band.HIGH}
    assert {found[text].band for text in set(sure) - spoken_for} == {Band.SOME, Band.HIGH}
    for facts in (rules.Facts(known=True), rules.Facts(allowed=True)):
        kept = [rules.decide(Message(text), facts, weights=model.shipped()).lane for text in sure]
        assert set(kept) == {Lane.INBOX}
