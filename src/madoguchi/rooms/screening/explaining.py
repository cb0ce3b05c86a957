"""Why a message lies where it lies, in words a person understands. No percentage, no name of a sender, no blame."""

import re
from collections.abc import Mapping

from madoguchi.foundation.lib.calendar import japanese_day
from madoguchi.rooms.screening import model, reading, signals
from madoguchi.rooms.screening.rules import Band, Decision, Reason, Stage

MOST_LINES = 3
_TIED = 0.05  # sentences this near to the most telling one are shown with it
_LONG = 30
_CLAUSE = "、。！？!?\n"
_ENDING = re.compile(f"[{_CLAUSE}]")

_OFFERS: Mapping[str, str] = {
    "free": "無料や割引で誘う言い方があります",
    "limited": "期限や残り数で急がせる言い方があります",
    "price": "料金や売り値を示しています",
    "service": "自社の商品やサービスを案内しています",
    "able": "差出人の側でできることを述べています",
    "effect": "効果や実績を示しています",
    "suggest": "利用を勧める言い方があります",
    "bait": "返信や電話、登録を求めています",
    "meeting": "面談や訪問の時間を求めています",
    "saw": "当社のサイトなどを見たと述べて、話を始めています",
    "pain": "困りごとや今のやり方を尋ねています",
    "sends": "資料や見本を送ると述べています",
    "others": "ほかの会社での利用を示しています",
    "stop": "今後の案内を断る方法を添えています",
    "we": "差出人の会社を主語にした文があります",
    "to_whom": "役職やご担当者に宛てた、相手を選ばない書き出しです",
}  # fmt: skip
_ASKS: Mapping[str, str] = {
    "question": "当社への質問らしい文があります",
    "wants": "当社への希望らしい文があります",
    "seeks": "何かを探している、または検討している文があります",
    "trouble": "困っていることを伝える文があります",
    "papers": "契約や支払いにかかわる言葉があります",
    "earlier": "以前のやり取りに触れています",
    "quote": "見積もりの依頼らしい文があります",
    "buys": "購入や申し込みにかかわる文があります",
}
_GUARDS: Mapping[str, str] = {
    "known": "以前にお客様として対応した方からの連絡です",
    "allowed": "「お客様でした」とされた方からの連絡です",
    "rights": "ご自分の情報や、案内を止めることへの請求らしい文があります",
    "law": "法律や役所の手続きにかかわる連絡らしい文があります",
    "complaint": "苦情やお困りごとらしい文があります",
    "business": "注文や契約、支払いなど、進んでいる用件に触れています",
    "trouble": "商品やサービスの不具合、返品、解約らしい文があります",
    "neighbour": "近くにお住まいの方からの連絡らしい文があります",
    "supports": "福祉事業所からの、仕事の相談らしい文があります",
    "applicant": "働きたい方からの連絡らしい文があります",
    "institution": "役所や学校、地域の団体からの連絡らしい文があります",
    "student": "学生や児童からの連絡らしい文があります",
    "press": "取材の連絡らしい文があります",
    "answer": "当社の募集や案内への返事らしい文があります",
    "invites": "謝礼のある依頼やお招きらしい文があります",
    "asks": "当社へのご依頼やご質問らしい文があります",
}
_SPAM: Mapping[str, str] = {
    "markup": "リンクを埋め込むための記号が並んでいます",
    "probe": "システムを試す命令が書かれています",
    "scam": "リンクの販売や詐欺に多い言葉が、リンクとともに並んでいます",
    "links": "リンクだけで、文がありません",
    "foreign": "当社の使わない言語で、宣伝に多い言葉が並んでいます",
    "mashing": "どの言語の言葉にもならない文字の並びです",
    "inheritance": "遺産や大金を譲ると持ちかける文面です",
    "phishing": "アカウントの停止を告げて、番号の入力を求める文面です",
    "parcel": "荷物の不在を装って、リンクへ誘う文面です",
    "prize": "当選を告げて、手数料や口座を求める文面です",
    "benefit": "給付金を装って、番号や支払いを求める文面です",
    "side-job": "簡単に高収入が得られると誘う文面です",
    "investment": "必ずもうかると投資に誘う文面です",
    "extortion": "録画を公開すると脅して、送金を求める文面です",
    "wallet": "暗号資産の受け取りに、先の送金を求める文面です",
    "dating": "出会いやお礼の金銭で誘う文面です",
    "money-for-love": "会うことへの大金で誘う文面です",
    "windfall": "大金を受け取れると告げて、手数料や口座を求める文面です",
    "threat": "端末を乗っ取ったと脅して、送金を求める文面です",
    "box-of-gold": "海外の大金を預けたいと持ちかける文面です",
    "dead-client": "亡くなった人の大金の受取人になるよう持ちかける文面です",
    "shame": "人に見られたくない画像を広めると脅す文面です",
    "false-office": "役所などを装って、支払いや番号の入力を求める文面です",
    "mailbox": "メールが使えなくなると告げて、パスワードを求める文面です",
    "domain": "ドメインなどの失効を告げて、急いで支払わせる文面です",
    "survey": "アンケートの謝礼をうたって、カードの入力を求める文面です",
    "accounts": "口座や通帳の売買に誘う文面です",
    "old-friend": "知り合いを装って、写真や登録へ誘う文面です",
    "guest-post": "リンクを置くための記事を売り買いする文面です",
    "crowd": "フォロワーや閲覧数の販売の文面です",
    "page-one": "検索の順位を請け合う、一斉送信の文面です",
    "flirt": "出会いを装って、連絡を誘う文面です",
    "games": "オンラインカジノなどへ誘う文面です",
    "essays": "論文や課題の代筆の販売の文面です",
    "locked": "利用の停止を告げて、認証やカードの入力を求める文面です",
    "surely-rich": "必ずもうかる取引に誘う文面です",
    "easy-money": "自宅で簡単に稼げると誘う文面です",
    "unpaid": "覚えのない料金の未納を告げて、脅す文面です",
    "pills": "医薬品などの、正規でない販売の文面です",
    "wallet-key": "暗号資産の鍵を入力させる文面です",
    "gift-cards": "内密に電子マネーを買わせる文面です",
    "lawless-job": "違法な仕事や口座の売買に誘う文面です",
    "infected": "端末の感染を告げて、電話や導入を求める文面です",
    "luck": "開運や高額当選をうたう文面です",
    "chain": "ほかの人に回すよう求める文面です",
    "vice-list": "賭け事や偽ブランド品などの宣伝を並べた文面です",
    "replica": "偽ブランド品の販売の文面です",
    "drugs": "医薬品などの、正規でない販売の文面です",
    "casino": "オンラインカジノなどへ誘う文面です",
    "adult": "成人向けの宣伝の文面です",
    "loan": "審査なしの融資をうたう文面です",
    "bill": "覚えのない未納を告げて、急いで支払わせる文面です",
    "chief": "上役を装って、グループの作成や送金を求める文面です",
    "spun": "差し込みの記号が残った、機械の文面です",
    "trap": "人には見えない欄が埋められていました",
    "fast": "人が書くより早く送られていました",
    "reads-like-junk": "迷惑なメールに多い文の運びです",
}  # fmt: skip
_AGAIN: Mapping[str, str] = {
    "text": "同じ文面が",
    "domain": "同じ会社のアドレスからの連絡が",
    "phone": "同じ電話番号の連絡が",
    "link": "同じリンク先の連絡が",
    "host": "同じリンク先の連絡が",
}
CODES = frozenset(
    {"reads-like", *_GUARDS, *_SPAM}
    | {f"offers-{code}" for code in _OFFERS}
    | {f"asks-{code}" for code in _ASKS}
    | {f"again-{code}" for code in _AGAIN}
)


def told(decision: Decision, text: str = "") -> list[str]:
    """Up to three lines: guards first, since they decide. With the text, the words that were matched are quoted."""
    if decision.against and decision.stage != Stage.NONE and decision.guards:
        kept = [f"{sentence(decision.against[0], text)}。そのため受信箱に残しました。"]
    else:
        kept = []
    said = [f"{sentence(reason, text)}。" for reason in decision.reasons]
    return (kept + said)[:MOST_LINES]


def counter(decision: Decision, text: str = "") -> list[str]:
    """What speaks for the sender, whether or not it was heard."""
    return [f"{sentence(reason, text)}。" for reason in decision.against[:MOST_LINES]]


def sentence(reason: Reason, text: str = "") -> str:
    """One reason without its full stop; a code of a later version is told in general."""
    kind, _, what = reason.code.partition("-")
    if kind == "again" and what in _AGAIN:
        day = f"{japanese_day(reason.on)}に" if reason.on else "以前に"
        number = f"（{reason.number}）" if reason.number else ""
        return f"{_AGAIN[what]}、{day}営業とされています{number}"
    table = {"offers": _OFFERS, "asks": _ASKS}.get(kind, {})
    said = table.get(what) or _GUARDS.get(reason.code) or _SPAM.get(reason.code)
    return (said or "営業の連絡に多い文の運びです") + _quoted(reason, text)


def band(decision: Decision) -> str:
    return {Band.HIGH: "高い", Band.SOME: "あり"}.get(decision.band, "–")


def telling(text: str, weights: model.Weights) -> list[tuple[int, int]]:
    """Where in the text the sentence stands that reads most like a pitch; two if they are as good as tied."""
    read = reading.read(text)
    part = weights.kana if read.kana else weights.latin
    scored = sorted(
        (
            (_score(part, read.plain[start:end]), read.span(start, end))
            for start, end in reading.sentences(read.plain)
            if len(read.plain[start:end].strip()) >= 4
        ),
        key=lambda each: (-each[0], each[1]),
    )[:2]
    if len(scored) == 2 and scored[0][0] - scored[1][0] > _TIED:
        del scored[1]
    return [span for _, span in scored]


def _score(part: model.Part, plain: str) -> float:
    return part.logit(reading.mask(plain), len(signals.offers(plain)), len(signals.asks(plain)))


def _quoted(reason: Reason, text: str) -> str:
    """The clause around the words, as it was written; nothing when that would be long."""
    if reason.start >= reason.end:
        return ""
    before, after = text[: reason.start], text[reason.end :]
    start = max((before.rfind(mark) for mark in _CLAUSE), default=-1) + 1
    rest = _ENDING.search(after)
    clause = " ".join(text[start : reason.end + (rest.start() if rest else len(after))].split())
    return f"（{clause.strip(_CLAUSE)}）" if 0 < len(clause) <= _LONG else ""
