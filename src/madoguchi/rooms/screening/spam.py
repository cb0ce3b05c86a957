"""Stage A: machine and fraud text. No single word moves anything: each family needs its whole combination, and who
reports or asks about such a text is not its sender. A foreign language alone is no sign at all.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_LINK = re.compile(r"(?:https?://|www\.)[!-~]{3}")
_LINK_RUN = re.compile(r"(?:https?://|www\.)[!-~]+")
_ADDRESS = re.compile(r"[a-z0-9]@[a-z0-9]")
_KANA = re.compile("[ぁ-んァ-ヶ]")
_HAN = re.compile("[一-龠]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a text is 迷惑: a code, and the words that showed it."""

    code: str
    start: int
    end: int


# -- without any kana: markup, probes, vocabulary of link sellers and scams

_MARKUP = re.compile(
    r"\[/?(?:url|link)\b|\[/?img\b|<a\s{1,4}href|</a>|<script\b|<img\s{1,4}src|<svg|\bon(?:error|load)\s?=|\bjavascript:|<iframe\b|\[/?size\b"
)
_PROBE = re.compile(
    r"\bunion\s{1,4}select\b|'\s?or\s?'1'\s?=\s?'1|\bdrop\s{1,4}table\b|\bsleep\s?\([0-9]|\band\s{1,4}sleep|waitfor\s{1,4}delay|information_schema"
    r"|select\s{1,4}\*\s{1,4}from|\{\{[^{}]{1,20}\}\}|\$\{(?:jndi|[0-9])|<%=|/etc/(?:passwd|hosts)|(?:\.\./){2}|%0d%0a|%00|%3cscript|<script|onerror=|\$\(\{|;\s?(?:cat|wget|curl)\s"
)
_SCAM = {
    "links": r"back\s?links?|do-?follow|\b(?:da|dr|pbn)\s?[0-9]{2}|guest post(?:s|ing)? (?:sites?|available|list)|link building|rank(?:ing)? (?:guarantee|tomorrow|today)|first page|instant ranking|seo (?:gig|package)",
    "games": r"casino|jackpot|free spins?|\bslots?\b|betting|poker|no deposit|bonus code|sportsbook",
    "pills": r"\bpills?\b|p1lls|viagra|cialis|no prescription|\bno rx\b|\brx\b|\bmeds\b|cheap tabs|tablets online|stamina|st@mina|weight loss",
    "coins": r"\bbtc\b|bitcoin|crypto|airdrop|(?:your|a) wallet|secret bot|trading bot",
    "money": r"passive income|\$\s?[0-9][0-9,.]* (?:per|a|every) day|without work|turned \$|payday|loans? (?:online|fast)|online loans?|make money|earn \$ ?[0-9]|\$ ?[0-9]{3,9} (?:per|a) (?:day|week|month)|double your",
    "goods": r"replica|luxury bags|outlet|essay writer|cheap (?:bags|shoes|watches|concrete)",
    "mass": r"(?:contact|web) ?forms? (?:for|blast|market|submit)|form blast|visitors to your (?:web)?site|[0-9]{4,9} (?:visitors|emails|leads|followers)|human traffic|bulk discount|email list of|million (?:contact|sites|emails)|unsubscribe https?",
    "blog": r"bookmark(?:ed)? (?:your|this)|nice (?:article|post|blog)|great (?:post|blog)|wonderful post|thanks? for (?:great|share|sharing)|visit my (?:page|site|web)|my web ?site:",
    "heir": r"next of kin|barrister|late (?:engineer|client|husband|father)|inheritance|beneficiary|widow|donate \$|consignment|trunk box|die(?:d)? with (?:your|the) same",
    "date": r"lonely|my photos|no card needed|hot (?:girls|women)|your profile.{0,20}dear|dear.{0,30}your profile",
    "urge": r"click (?:here|now)|claim|limited spots|order (?:now|today)|expires?|\bbuy now\b|100% (?:real|guaranteed)|hurry",
}
_SCAM_WORDS = {code: re.compile(pattern) for code, pattern in _SCAM.items()}
_FOREIGN = {
    "cyrillic": (
        re.compile("[а-яё]"),
        re.compile("казино|займ|продвижени|сайт[а-я]* в топ|рассылк|ссылк|бонус|фриспин|заработ|без вложени|ставк|прогон|накрутк|игровые автоматы|депозит|база (?:форум|форм|сайт)|виагра|купить онлайн|из запоя|круглосуточно|недорого|каталогам|без отказа|кредит|прогноз|зеркало|телеграм|позици"),
    ),
    "hangul": (
        re.compile("[가-힣]"),
        re.compile("카지노|토토|바카라|먹튀|놀이터|가입코드|슬롯|첫충|대출|출장|바다이야기|성인|홀덤|충전|사설"),
    ),
    "chinese": (
        re.compile("[一-龠㐀-䶵]"),
        re.compile("发票|票据|百家乐|提款|存送|首存|彩金|娱乐平台|老虎机|体育投注|外链|收录|快速排名|开票|代开|加微信|微信|注册(?:即|就)?送|真人|诚招代理|秒到账|贷款|办证|刷单|棋牌|点数优惠|税点|增粉|博彩|色情"),
    ),
}  # fmt: skip

# -- Japanese fraud families, from public consumer warnings. Every group of a family must be there.

_GO = "https?://|www\\.|line ?id|友だち追加|友達追加"
_FAMILIES: dict[str, tuple[str, ...]] = {
    "inheritance": (
        "遺産|余命|未亡人|資産家|金塊|金の箱|亡き(?:夫|妻)|残した資金|資金があり|亡くなった(?:顧客|依頼)|故人の(?:口座|資金)|親族として|宝くじ協会",
        "受け?取|譲り|預け|差し上げ|あげます|受取人|送りたい|寄付したい",
        "口座|手数料|保証金|電子マネー|至急|急いで|秘密|億|万ドル|立て替え|line|権利が消滅|今日中|%",
    ),
    "phishing": (
        "アカウント|カード|口座|ログイン|会員情報|給付金|パスワード|お支払い(?:方法|情報)|自動更新|サービスのご利用|利用照会",
        "不正|停止|凍結|異常|制限|保留|失効|無効|失敗|問題が(?:あ|発|検)|期限切れ|解約され|更新(?:して|が必要)",
        "暗証|カード番号|口座番号|パスワードを|本人確認|ご?確認(?:は|が(?:ない|完了)|されない|ください|をお願い)|解除|更新してください|ログインして|手続き",
        "https?://|www\\.|[0-9]{1,9}時間以内|本日限り",
        "お客様|ご利用|会員様|あなた|【|お支払い(?:方法|情報)に|サービス",
    ),
    "parcel": (
        "荷物|お届け|配達|宅配|小包",
        "不在|持ち帰|宛先不明|住所が不明|返送|破棄|関税|再配達",
        "https?://|www\\.",
        "下記|こちら|↓|→|手数料|支払|確認",
    ),
    "prize": (
        "当選|抽選|受給権|受取人に選ばれ|あなた(?:は|が|様が)選ばれ|選ばれました",
        "億|万円|現金|賞金|[0-9,]{5,12}円|スマホ|特別|iphone|ギフト券|無料プレゼント",
        "手数料|電子マネー|受取|受け取|送料(?:だけ|のみ|は)|カード情報|口座|登録料を|ポイント",
        "https?://|www\\.|至急|期限|本日|口座|消滅",
        "当選|受取|受け取|受給権|送料|電子マネー|口座",
    ),
    "benefit": ("給付金|還付金|支援金", "口座番号|暗証|電子マネー|登録料|ポイント|受給権", "https?://|www\\.|手続き|本日|最終"),
    "side-job": (
        "スマホ|タップ|在宅|副業|誰でも|学生さん|未経験|初心者|ノウハウ",
        "日給|月収|月[0-9]{1,4}万|毎日[0-9]{1,9}万|稼げ|稼い|日払い",
        f"{_GO}|今すぐ登録|登録だけで|無料メルマガ",
        "万円|[0-9]{4,9}円",
    ),
    "investment": (
        "元本保証|必ず(?:勝|儲|もうか)|勝率|的中率|月利|損失ゼロ|[0-9]{1,9}万円が[^。]{0,12}[0-9]{1,9}万|億り人|[0-9]{1,9}倍になる|月収[0-9]{1,4}万",
        "銘柄|投資|自動売買|仮想通貨|ビットコイン|グループ|コイン|fx|バイナリー|予想",
        f"{_GO}|登録|招待|残り[0-9]{{1,9}}名",
    ),
    "extortion": (
        "録画|録音|盗撮|カメラ|ハッキング|侵入し|ウイルスを",
        "ビットコイン|仮想通貨|btc|ウォレット|暗号資産|ドルを(?:送|支払)",
        "動画|映像|画像|閲覧履歴|連絡先|恥ずかし|大人のサイト",
        "送(?:ら|り|って|金|信)|支払|払わ|公開|ばらま|拡散",
    ),
    "wallet": ("ウォレット|btc|ビットコイン|暗号資産", "出金|受領|残って|受け取", "先に送金|確認料|手数料|送金して", "https?://|www\\.|最終"),
    "dating": ("寂し|会える方|出会い|未亡人|人妻|写真見|おごって|体の関係|話し相手", "お礼|お渡し|[0-9]{{1,9}}万|無料|プレゼント", f"{_GO}|登録"),
    "replica": (
        "スーパーコピー|コピー(?:時計|品|財布|バッグ|商品|ブランド)|n級|正規品と同じ|(?:ブランド|ロレックス|ヴィトン|シャネル|グッチ|エルメス|プラダ|カルティエ)[^。!?]{0,6}コピー",
        "激安|通販|専門店|送料無料|国内発送|代引|先払い|新作|格安",
        "財布|時計|バッグ|ブランド|ロレックス|ヴィトン|シャネル|グッチ|エルメス|プラダ|カルティエ",
    ),
    "drugs": ("精力剤|バイアグラ|勃起|ダイエット薬|媚薬|睡眠薬", "個人輸入|激安|最安|秘密発送|処方箋なし|通販", "https?://|www\\.|クリック|line"),
    "casino": (
        "カジノ|バカラ|パチスロ|スロット|競馬|競輪|競艇|ブックメーカー|パチンコ",
        "ボーナス|入金不要|必勝|攻略|勝率|的中|必ず|裏ワザ|無料登録",
        f"https?://|www\\.|今すぐ登録|{_GO}",
    ),
    "adult": ("無修正|人妻|熟女|即会い|アダルト動画|エロ", "動画|無料|出会い|見放題", "https?://|www\\."),
    "loan": (
        "ブラックok|審査なし|審査不要|審査無し|誰でも借り|在籍確認なし|他社借入|融資",
        "融資|振込|貸し|借り",
        "保証料|無職|秘密厳守|即日|最短|https?://",
        "ブラック|無職|審査(?:なし|不要|無し|甘)|在籍確認なし|他社借入|主婦|誰でも",
    ),
    "bill": ("未納|未払い|滞納", "最終通告|最終通知|最終案内|本日中|本日[0-9]{1,9}時|法的|差し押さえ|送電を停止", "電子マネー|コンビニで|https?://|www\\.", "支払|連絡|手続"),
    "chief": ("チャット|グループ", "作成", "qrコード", "送|返信"),
    "spun": (r"\{[^{}|]{1,30}\|[^{}]{1,60}\}", r"%%[a-z_]{1,20}%%|\{[a-z_]{1,20}\}"),
}  # fmt: skip
_FAMILY = {code: tuple(re.compile(group) for group in groups) for code, groups in _FAMILIES.items()}
# Who tells us of such a text, or asks about it, writes like this.
_REPORTS = re.compile(
    "(?:メール|sms|ショートメッセージ|電話|連絡|dm|メッセージ|はがき|書類|案内|投稿|書き込み|広告|サイト)(?:が|を|は|で|も)?[^。!?\n]{0,14}(?:届|来(?:た|ま|て)|受け取|もら|あり(?:ま|、)|出(?:て|ま))"
    "|本物|偽(?:物|サイト|の|メ)|詐欺|なりすま|不審|怪しい(?:の|メ|サ|です)|フィッシング|騙|だまされ|のですが|んですが|表示され|できなくて|困って|(?:でしょう|です|ます|ません|た|の)か[。?\n ]|(?:でしょう|です|ます|ません)か$|教えて(?:ください|下さい|くだ)|問い合わせ|社名を(?:騙|名乗)|そちら(?:の|から|で)|御社|貴社|貴店"
)

_TELLS = re.compile(
    r"\b(?:bugs?|errors?|broken|breaks?|buttons?|renders?|displays?|shows?|shown|escaped?|inputs?|fields?|report|instead|when i|does ?n.t|is ?n.t|expected|steps)\b"
)

# -- mashing: told by letter pairs

_ROWS = re.compile(
    "asd|sdf|dfg|fgh|ghj|hjk|jkl|kjh|lkj|qwe|wer|ert|rty|uio|iop|poi|oiu|zxc|xcv|cvb|vbn|bnm|mnb|nbv|zmx|qpw|ふじこ|ふぁ|ｆｇｈ"
)
_PAIRS = frozenset(
    ["th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is", "it", "al", "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de", "hi", "ri", "ro", "ic", "ne", "ea", "ra", "ce", "li", "ch", "ll", "be", "ma", "si", "om", "ur", "ca", "el", "ta", "la", "ns", "di", "fo", "ho", "pe", "ec", "pr", "no", "ct", "us", "ac", "ot", "il", "tr", "ly", "nc", "et", "ut", "ss", "so", "rs", "un", "lo", "wa", "ge", "ie", "wh", "ee", "wi", "em", "ad", "ol", "rt", "po", "we", "na", "ul", "ni", "ts", "mo", "ow", "pa", "im", "mi", "ai", "sh", "ir", "su", "id", "os", "iv", "ia", "am", "fi", "ci", "vi", "pl", "ig", "tu", "ev", "ld", "ry", "mp", "fe", "bl", "ab", "gh", "ty", "op", "wo", "sa", "ay", "ex", "ke", "ui", "ag", "up", "av", "pp", "ck", "ap", "ff", "gr", "ue", "oo", "bo", "ry", "ks", "do", "sp", "ow", "ye", "ey", "au", "bu", "ga", "go", "ok", "ko", "ka", "ki", "ku", "sa", "so", "su", "ya", "yo", "yu", "ru", "ri", "da", "ji", "zu", "fu", "mu", "nu", "hu", "ba", "bi", "bu", "be", "bo", "pu", "gi", "gu", "ge", "my", "by", "if", "ov", "ef", "ob", "ok", "ei", "eq", "qu", "iz", "ze", "az", "ni", "ju", "ja", "hy", "oi", "oy", "sc", "sk", "sm", "sn", "sw", "tw", "cl", "cr", "dr", "fl", "fr", "gl", "br"]
)  # fmt: skip


def signs(plain: str, languages: Collection[str] = ("ja", "en")) -> list[Sign]:
    """What shows machine or fraud text, the strongest first; nothing for an ordinary message."""
    if not plain.strip():
        return []
    kana = len(_KANA.findall(plain))
    found = [*_mashed(plain)]
    if not found and kana:
        found = [*_families(plain)]
    if not found and kana < 8:
        found = [*_without_japanese(plain, kana, languages)]
    return found


def _without_japanese(plain: str, kana: int, languages: Collection[str]) -> Iterable[Sign]:
    links = list(_LINK.finditer(plain))
    words = _LINK_RUN.sub(" ", plain)
    letters = len(_LETTER.findall(words))
    yield from _probes(plain, letters)
    if kana:
        return
    yield from _scams(plain, words, len(links))
    yield from _foreign(plain, len(links), languages)
    if len(links) >= 2 and letters <= 12:
        yield Sign("links", *links[0].span())


def _probes(plain: str, letters: int) -> Iterable[Sign]:
    if _TELLS.search(plain):
        return
    marks, probes = list(_MARKUP.finditer(plain)), list(_PROBE.finditer(plain))
    if marks and (len(marks) >= 3 or letters <= 60):
        yield Sign("markup", *marks[0].span())
    if probes and (len(probes) >= 2 or letters <= 40) and letters <= 160:
        yield Sign("probe", *probes[0].span())


def _scams(plain: str, words: str, links: int) -> Iterable[Sign]:
    hits = {code: hit for code, pattern in _SCAM_WORDS.items() if (hit := pattern.search(plain))}
    main = {code: hit for code, hit in hits.items() if code not in ("urge", "blog")}
    words_of = {found[0] for code in main for found in _SCAM_WORDS[code].finditer(plain)}
    bait = max(len(main), min(len(words_of), 2)) + ("blog" in hits) + ("urge" in hits)
    if (
        main
        and ((links and (bait >= 2 or "$" in plain)) or links >= 2 or (len(main) >= 2 and bait >= 3))
        and "?" not in words
    ):
        yield Sign("scam", *next(iter(main.values())).span())
    elif "blog" in hits and links:
        yield Sign("scam", *hits["blog"].span())
    elif "heir" in hits and re.search("bank|usd|million|fund|gold", plain):
        yield Sign("scam", *hits["heir"].span())
    elif "date" in hits and links:
        yield Sign("scam", *hits["date"].span())
    elif "links" in hits and links and re.search(r"\$|price|order|buy|discount", plain):
        yield Sign("scam", *hits["links"].span())


def _foreign(plain: str, links: int, languages: Collection[str]) -> Iterable[Sign]:
    for script, (letters, vocabulary) in _FOREIGN.items():
        if script in languages or not letters.search(plain):
            continue
        hits = {found[0] for found in vocabulary.finditer(plain)}
        if (len(hits) >= 2 or (hits and links)) and "?" not in plain:
            first = vocabulary.search(plain)
            assert first is not None
            yield Sign("foreign", *first.span())
            return


def _families(plain: str) -> Iterable[Sign]:
    if _REPORTS.search(plain):
        return
    for code, groups in _FAMILY.items():
        spans = [hit.span() for group in groups if (hit := group.search(plain))]
        if len(spans) == len(groups):
            yield Sign(code, *spans[0])


def _mashed(plain: str) -> Iterable[Sign]:
    text = plain.strip()
    latin = re.findall("[a-z]+", text)
    letters = "".join(latin)
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if han or len(text) > 300 or _LINK.search(text) or _ADDRESS.search(text):
        return
    if (
        (kana and letters and (_mixed(text) >= 3 or _repeats(text)))
        or (kana >= 12 and not letters and _stuck(text))
        or (not kana and len(letters) >= 9 and _unpronounceable(latin, text))
    ):
        yield Sign("mashing", 0, len(plain))


def _mixed(text: str) -> int:
    """How often kana and Latin letters change inside one run: あsdふぁ."""
    runs = re.findall("[ぁ-ん][a-z]{1,9}(?=[ぁ-ん;])|ふじこ|[a-z;][ぁ-ん](?=[a-z])", text)
    return len(runs)


def _repeats(text: str) -> bool:
    return (
        bool(re.search(r"([ぁ-んァ-ヶ])\1{6}|ふじこ.{0,9}ふじこ", text))
        and len(re.sub(r"(.)\1+", "", text)) < len(text) * 0.9
    )


def _stuck(text: str) -> bool:
    """Kana only, nothing of Japanese grammar in it."""
    bare = re.sub(r"[\s゛゜。、]", "", text)
    if re.search(r"(.)\1{7}", bare) and len(set(bare)) <= max(4, len(bare) // 5):
        return True
    glue = len(
        re.findall(
            "です|ます|した|して|する|ない|ませ|くだ|さい|から|ので|けど|ある|いる|れる|こと|もの|って|たい|ござ|おね|ねが|でん|どう|いつ|この|その|あの|わた|さん|とう|ありが|しい|[はがをにでともの](?=[ 　])|[かよね]$",
            text,
        )
    )
    odd = len(
        re.findall(
            "ぬ|ぺ|ぷ|へけ|けも|るる|りり|ゅわ|をん|むへ|わゆ|えお|ゆよ|ほへ|ぬふ|らこ|ひわ|ほぺ|くてゆ", bare
        )
    )
    return glue == 0 and odd >= 2


def _unpronounceable(latin: list[str], text: str) -> bool:
    letters = "".join(latin)
    pairs = [word[at : at + 2] for word in latin for at in range(len(word) - 1)]
    if not pairs:
        return False
    likely = sum(pair in _PAIRS for pair in pairs) / len(pairs)
    rows = sum(len(hit) for hit in _ROWS.findall(letters)) / len(letters)
    few = len(letters) < 24
    repeated = Counter(pairs).most_common(1)[0][1] > len(pairs) / 3 and len(set(letters)) <= 4
    return likely < (0.34 if few else 0.42) or (rows > 0.35 and likely < 0.7) or repeated or (rows > 0.6)
