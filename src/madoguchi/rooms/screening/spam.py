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
# English families, as the Japanese ones below: every group of a family must be there.
_HREF = r"https?://|www\.|\b[a-z0-9-]{2,40}\.(?:com|net|org|io|info|biz|online|site|shop|xyz)\b"
_PHRASES: dict[str, tuple[str, ...]] = {
    "mailbox": (
        r"\bmailbox|\bwebmail|\be?-?mail account|\byour (?:e-?mail|storage|inbox)",
        r"\bfull\b|exceed|quota|storage limit|\bclos(?:e|ed|ure)|suspend|deactivat|terminat|expire",
        r"password|verify|validate|\blog ?in\b|\bsign in\b|confirm your",
        _HREF,
    ),
    "domain": (
        r"\byour (?:domain|hosting|website registration)",
        r"expire|final notice|terminat|\bcancel|\bfailure to\b",
        r"\bpay(?:ment)?\b|\brenewal (?:fee|here)|\$ ?[0-9]",
        _HREF,
    ),
    "prize": (
        r"congratulations|\byou (?:have been|were|are|was) (?:selected|chosen|awarded)|(?:company|e-?mail|number|address) (?:was |has been )?(?:selected|won)|\byou(?:'ve| have)? won\b|\b(?:lucky )?winner\b",
        r"\$ ?[0-9]|\busd\b|\beur\b|gift ?card|iphone|\bprize|\bmillion\b|\bcash\b|lottery",
        r"\bclaim|\bsurvey\b|bank (?:details|account)|full name|\bredeem",
    ),
    "loan": (
        r"\b(?:do you need|need an?|we (?:offer|give|provide)|apply for)\b[^.!?]{0,40}\bloans?\b",
        r"interest|collateral|credit check|\burgent|[0-9] ?%",
        r"full name|phone number|\bcountry\b|\bapply\b|whatsapp|contact us (?:today|now)",
        r"\$ ?[0-9]|\busd\b|\beuros?\b|amount|million",
    ),
    "extortion": (
        r"full access|hacked|i (?:have )?recorded|infected|downloaded your|your (?:website )?database",
        r"bitcoin|\bbtc\b|\bwallet\b|\bcrypto|\busdt\b",
        r"\bleak|\bpublish|\bsend (?:it|the video) to|\bdelete|\bexpose|within [0-9]{1,3} (?:hours|days)",
        r"\bpay\b|\bsend\b|\btransfer\b",
    ),
    "guest-post": (
        r"guest posts?|link insertions?|sponsored (?:posts?|articles?|guest)|do-?follow",
        r"casino|\bcbd\b|gambling|betting|[0-9],?[0-9]{3} (?:web)?sites|list of (?:our )?(?:web)?sites",
        r"price|\$ ?[0-9]|\bpay\b|accept|\bcost\b",
    ),
    "crowd": (
        r"\b(?:real|instant|cheap|buy|active|organic)\b[^.!?]{0,24}\b(?:followers|visitors|subscribers|likes|website traffic|views)\b|\b[0-9,]{4,9}\+? (?:real [a-z ]{0,9}(?:followers|visitors|subscribers|likes)|followers|subscribers|likes)\b",
        r"\$ ?[0-9]|\busd\b|cheap|instant",
        _HREF,
    ),
    "page-one": (
        r"\bseo\b|\bpage (?:#|no\.? ?)?(?:1|one)\b|\bfirst page\b|(?:critical|technical) errors",
        r"guarantee|\bfree (?:seo )?(?:audit|report|analysis)|money back|\bonly \$|\b(?:seo|critical|technical) errors",
        r"\breply (?:yes|with)\b|webmaster|(?:web)?site owner|dear (?:admin|sir)",
    ),
    "flirt": (
        r"\bhandsome\b|private photos|\bmy photos\b|\blonely\b|saw your profile|found your profile|good future (?:together)?|hot (?:girls|women)",
        r"\bchat\b|\bwrite (?:to )?me\b|\bfree sign ?up|\bmeet\b|\bprivate\b",
        rf"{_HREF}|[a-z0-9]@[a-z0-9]",
    ),
    "games": (
        r"casino|jackpot|free spins?|\bslots?\b|sportsbook|poker",
        r"no deposit|\bbonus code\b|\bclaim (?:your |the )?bonus|welcome bonus|free spins?",
        rf"{_HREF}|\bcode\b",
    ),
    "pills": (
        r"\bpills?\b|viagra|cialis|xanax|tramadol|\bmeds\b|ozempic|\btablets\b",
        r"(?:without|no) (?:a )?(?:prescription|rx)|overnight|discreet|[0-9]{2} ?% off|cheap",
        _HREF,
    ),
    "essays": (r"\bessays?\b|\bdissertations?\b|\bhomework\b", r"plagiarism|\bcheap|best (?:price|writers)", _HREF),
}  # fmt: skip
_PHRASE = {code: tuple(re.compile(group) for group in groups) for code, groups in _PHRASES.items()}
# Who tells of such a text in English, or asks about it.
_RELATES = re.compile(
    r"\b(?:received|got (?:a|an|this|one)|is (?:this|it) (?:real|genuine|legit|from you|yours|really)|scam|phishing|fake|fraud|suspicious|pretend(?:s|ing)|impersonat|(?:in|using|uses|use) your (?:company )?name|someone|did ?n.t enter|did not (?:enter|order|ask)|from your (?:company|address)|claim(?:s|ing) to be)\b"
)
_SCAM_WORDS = {code: re.compile(pattern) for code, pattern in _SCAM.items()}
_FOREIGN = {
    "cyrillic": (
        re.compile("[а-яё]"),
        re.compile("казино|займ|продвижени|сайт[а-я]* в топ|рассылк|ссылк|бонус|фриспин|заработ|без вложени|ставк|прогон|накрутк|игровые автоматы|депозит|база (?:форум|форм|сайт)|виагра|купить онлайн|из запоя|круглосуточно|недорого|каталогам|без отказа|кредит|прогноз|зеркало|телеграм|позици|дешев|диплом|скидк|лекарств|доход|знакомств|предоплат"),
    ),
    "hangul": (
        re.compile("[가-힣]"),
        re.compile("카지노|토토|바카라|먹튀|놀이터|가입코드|슬롯|첫충|대출|출장|바다이야기|성인|홀덤|충전|사설"),
    ),
    "arabic": (re.compile("[؀-ۿ]"), re.compile("عرض|خصم|كازينو|مجان|اربح|رخيص|استثمار")),
    "chinese": (
        re.compile("[一-龠㐀-䶵]"),
        re.compile("发票|票据|百家乐|提款|存送|首存|彩金|娱乐平台|老虎机|体育投注|外链|收录|快速排名|开票|代开|加微信|微信|注册(?:即|就)?送|真人|诚招代理|秒到账|贷款|办证|刷单|棋牌|点数优惠|税点|增粉|博彩|色情|批发|低价|名牌|代发"),
    ),
}  # fmt: skip

# -- Japanese fraud families, from public consumer warnings. Every group of a family must be there.

_GO = "https?://|www\\.|line ?id|友だち追加|友達追加"
_WEB = "https?://|www\\."
_DEVICE = "端末|パソコン|デバイス|スマホ|スマートフォン|カメラ|アカウント|コンピュータ|pc|システム"
_FORTUNE = "[0-9]{1,4}億|[0-9,]{9,15}円|[0-9]{3,5}万(?:円|ドル)|[0-9]{2},?000,000|[0-9]{1,3}百万(?:円|ドル)|1等|[0-9]{2,3},[0-9]{3}円の払"
# Two trades of this kind in one text.
_VICE = (
    "カジノ|スロット|バカラ|無修正|アダルト|出会い系|精力剤|バイアグラ|ブラックok|審査なし",
    "コピー(?:品|時計|商品)|時計 ?コピー|n級|スーパーコピー|被リンク|入金不要|人妻|熟女|処方箋なし|裏ワザ|必勝",
)
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
    "windfall": (
        "当選|受取人|受給|選ばれ|選出|譲渡|権利|払い?戻し|支援金|贈与|賞金|補償金",
        f"{_FORTUNE}",
        "手数料|電子マネー|送金|振込|振り込|保証金|登録料|税金(?:分|だけ|のみ)|入力|口座",
        "本日|至急|のみ|だけ|返信|期限|今すぐ|先に|[0-9]{1,3}時間|消滅|失効|無効",
        "貴方|あなた|貴殿|貴女|様(?:は|が|に|へ)|お客様|おめでとう|【|会員様",
    ),
    "threat": (
        f"{_DEVICE}",
        "録画|録音|動画|映像|盗撮|写真|閲覧|データ",
        "乗っ取|支配|侵入|ハッキング|ハック|感染|マルウェア|ウイルス|掌握|コントロール|盗み|盗んだ|入手し",
        "暗号|ビットコイン|仮想通貨|btc|ウォレット|usdt|[0-9](?:万)?円|[0-9](?:万)?ドル|送金",
        "しない(?:場合|と|なら)|なければ|なけれ|払いなさい|払え|払って|さもな|[0-9]{1,3}(?:時間|日)以内",
        "連絡先|家族|友人|同僚|全員(?:に|へ)|公開|ばらま|拡散|流出|晒",
    ),
    "box-of-gold": (
        "愛しい|愛する|親愛なる|ダーリン|ハニー|運命の|恋を?し|友よ|友人|最愛|神の(?:祝福|恵み)|こんにちは|ハロー|はじめまして|私は|私の名前",
        "軍医|軍人|兵士|中尉|大尉|少佐|大佐|将軍|陸軍|米軍|国連|シリア|アフガン|イエメン|戦地|石油(?:会社|採掘|プラット)|王子|外交官",
        "あなた|貴方|愛しい|友よ",
        "金の|金塊|金貨|箱|資金|遺産|財産|大金|ドル|小包|トランク|宝",
        "信頼(?:できる|する)|預け|保管|受け取|送り(?:たい|ます)|渡し(?:たい|ます)|分け",
        "住所|口座|銀行|返事|line|メール|@|連絡|手数料|運送料|立て替え",
    ),
    "dead-client": (
        "亡くなった(?:顧客|クライアント|依頼|お客|預金者)|死亡した(?:顧客|預金者)|相続人の(?:いない|ない)|休眠口座",
        "銀行|弁護士|口座|遺産",
        "万ドル|億|百万|万ユーロ",
        "相続人|受取人|取り分|[0-9]{2}%|あなたの名前|山分け|折半",
        "秘密|口座|返信|氏名|連絡|送金",
    ),
    "shame": (
        "裸|恥ずかしい|わいせつ|性的|アダルト|自慰",
        "写真|動画|画像|映像|姿",
        "払わ|払え|払って|送ら|送れ|送金|なければ|しないと|支払",
        "[0-9]万|電子マネー|ビットコイン|仮想通貨|暗号|ドル|btc",
        "拡散|公開|ばらま|送信|晒|ネットに",
    ),
    "false-office": (
        "国税|税務署|年金機構|水道局|電力会社|etc|マイナ(?:ポイント|ンバー)|総務省|検察|通行料|住民税",
        "未払い|未納|滞納|還付|受け?取り?期限|差し?押|無効|失効",
        f"{_WEB}",
        "納付|支払|手続|登録|確認|更新",
        "本日|期限が|[0-9]{1,3}時間|至急|最終|差し?押|口座|カード",
        "こちら|下記|以下|→|↓|リンク",
    ),
    "mailbox": (
        "メール|容量|ストレージ|受信箱",
        "容量|上限|超え|超過|いっぱい|満杯|有効期限|期限切れ|保留|未着信|停止|失効",
        "パスワード|暗証|ログイン情報|認証情報",
        f"{_WEB}",
        "削除|消去|停止|失効|受信でき|使えな|ご?利用(?:いただけ|でき)|無効|凍結|[0-9]{1,3}時間",
        "入力|下記|こちら|クリック|ログインして|以下の|再認証",
    ),
    "domain": (
        "ドメイン|サーバー契約|ホスティング",
        "有効期限|失効|期限切れ|更新(?:費|料)|未納|未払い",
        "[0-9]円|[0-9]ドル",
        f"{_WEB}",
        "停止|失効|法的|削除|[0-9]{1,3}時間以内",
        "支払|振込|振り込|納付|決済",
    ),
    "survey": (
        "アンケート",
        "当選|プレゼント|ギフト|[0-9]円",
        "カード(?:情報|番号)|送料",
        f"{_WEB}",
        "残り|先着|本日|限定|選ばれ",
    ),
    "locked": (
        "アカウント|カード|口座|会員(?:情報|資格|登録)|支払い?方法|サブスク|プライム会員|id|ポイント|マイページ|認証情報",
        "不正|停止|凍結|異常|制限|保留|失効|無効|期限切れ|失敗|ロック|第三者|承認でき|更新でき|消滅",
        f"{_WEB}",
        "暗証|カード(?:番号|情報)|口座番号|パスワード|本人(?:様)?確認|再認証|再登録|個人情報の(?:確認|更新)|ワンタイム|セキュリティコード|認証(?:を|して|手続)|支払い?(?:方法|情報)を(?:更新|登録|確認)",
        "入力|確認|手続|更新|登録|クリック|ログインして|アクセス",
        "お客様|会員様|ご利用|あなた|【|貴殿|重要|緊急|[0-9]{1,3}時間以内|本日",
    ),
    "surely-rich": (
        "絶対(?:に)?(?:損|儲|もう|勝|稼)|損(?:は|を)?し(?:ない|ません)|ノーリスク|リスク(?:なし|ゼロ|0)|元本(?:は)?保証|必ず(?:勝|儲|もう|利益|増)|勝率|的中率|月利|日利|配当(?:は|が)?(?:月|毎月)[0-9]{1,3}%|年利[1-9][0-9]%|損失(?:ゼロ|なし|0)|"
        "[0-9]{1,3}(?:日|週間|か月|ヶ月|カ月|時間)(?:で|後に|に)[0-9,.]{1,9}万|[0-9]万円?(?:が|から|を)[^。!?]{0,16}[0-9]{2,9}万|億り人|資産が[0-9]{1,4}倍",
        "取引|売買|投資|トレード|fx|仮想通貨|暗号資産|コイン|銘柄|運用|元手|配当|自動|バイナリー|株|予想|金融",
        f"{_GO}",
        "登録|参加|招待|募集|今すぐ|先着|送るだけ|友だち|残り|限定|無料|こちら|→|↓|円",
    ),
    "easy-money": (
        "自宅|在宅|スマホ|副業|誰でも|スキマ|すきま|コピペ|1日[0-9]{1,3}分|いいね(?:を)?押|動画(?:を)?(?:見|再生)|内職|ノルマなし",
        "毎日[0-9]{1,9}(?:万|,?000円)|日給|日収|日当|月収|月商|年収|[0-9]{1,4}万円(?:稼|の収入|もら|以上|も可能)|稼げ|稼い|不労所得",
        f"{_GO}",
        "万円|[0-9]{4,9}円|[0-9],[0-9]{3}円",
        "簡単|登録|絶対|!!|不問|確実|だけ|誰でも|今すぐ|保証|先着|追加",
    ),
    "unpaid": (
        "未納|未払い|滞納|延滞|未支払",
        "有料(?:動画|サイト|コンテンツ|番組|会員)|動画(?:の)?(?:閲覧|サイト|視聴)|アダルト|サイト(?:の)?(?:利用|閲覧|登録)|電子マネー|コンビニ|コンテンツ|情報(?:料|サイト)|消費料金|閲覧料|電子通信|出会い系|通行料|ギフトカード",
        "法的|差し押さえ|差押|訴訟|裁判|財産|強制|ブラックリスト|回収業者|身辺調査|告訴|送電を停止|法務局",
        "本日|最終|至急|[0-9]{1,3}時間以内|(?:ご?連絡|お支払い?)(?:な|が)|期日|即刻",
        "電話|連絡|支払|取り?下げ|相談|番号|手続",
    ),
    "pills": (
        "精力|勃起|ed(?:治療)?薬|バイアグラ|シアリス|レビトラ|媚薬|睡眠薬|睡眠導入剤|ダイエット(?:薬|サプリ)|痩せ薬|やせ薬|痩身薬|向精神薬|筋肉増強",
        "最安|激安|個人輸入|秘密|処方(?:箋|せん)(?:なし|不要|いらず)|%off|[0-9]%オフ|[0-9]割引|正規品|格安|通販|お得|まとめ買い|匿名",
        f"{_WEB}|クリック|line|(?:即日|秘密|匿名)(?:で)?発送|中身(?:が|の)(?:わから|分から)",
    ),
    "wallet-key": (
        "ウォレット|仮想通貨|暗号資産|取引所|トークン|エアドロップ|nft",
        "シードフレーズ|リカバリーフレーズ|復元フレーズ|秘密鍵|ウォレットを(?:接続|同期|検証|認証)",
        f"{_WEB}",
        "入力|確認|検証|同期|復元|接続|受け取",
    ),
    "gift-cards": (
        "電子マネー|ギフトカード|ギフト券|プリペイドカード|itunes|アップルカード|グーグルプレイ",
        "購入して|買って|買い上げ|用意して|調達",
        "番号|コード|裏面|写真",
        "内密|秘密|内緒|他の(?:人|社員|者)に|誰にも|会議中|電話に出られ",
    ),
    "lawless-job": (
        "高収入|高額(?:報酬|案件|バイト)|即日(?:現金|払い|報酬|[0-9]{1,3}万)|日当[0-9]{1,3}万|ホワイト案件|裏バイト|闇バイト",
        "運ぶだけ|運び(?:屋|の仕事|[ 　])|受け取るだけ|受取だけ|届けるだけ|引き出す|名義|口座(?:を)?(?:貸|売|買)|通帳|携帯(?:を)?契約|身分証",
        "テレグラム|telegram|秘匿アプリ|シグナル|signal|line|dm|https?://|連絡",
    ),
    "accounts": (
        "(?:法人|銀行|個人|使って(?:い)?ない)(?:の)?口座|通帳|キャッシュカード",
        "買い?取り|買います|高く買|売ってください|貸して(?:くだ|いただ|もら)",
        "即金|即日|即払い|[0-9]万",
        "郵送|名義|カード|口座1つ",
    ),
    "old-friend": (
        "覚えて(?:い)?(?:る|ます)|(?:ひさ|久)し(?:ぶ|振)り|忘れられな|目が合|前にお会い|間違えて送",
        "写真|アドレス(?:を)?(?:変え|が変わ|消え)",
        f"{_GO}",
        "置い|見て|見せ|登録|パスは|ここ|→|連絡",
    ),
    "infected": (
        "(?:あなた|お客様|貴方|ご使用|お使い)の(?:パソコン|pc|端末|スマホ|スマートフォン|コンピュータ|ブラウザ)",
        "ウイルス|トロイ|マルウェア|スパイウェア",
        "感染|検出|発見",
        "今すぐ|至急|直ちに|ただちに|電源を切らない|[0-9]{1,2}分以内",
        "電話|サポート|0[0-9]{1,3}-|https?://|ダウンロード|インストール",
    ),
    "luck": (
        "霊|運気|金運|開運|波動|引き寄せ|守護|鑑定|占い|前世",
        "億|[0-9]{2,9}万円|高額当選|宝くじ|ロト|大金",
        f"{_GO}",
        "鑑定|ブレスレット|財布|お守り|数珠|プレゼント|無料|届きま|待ってい",
        "あなた|貴方|今すぐ|今だけ|本日|!!|選ばれ",
    ),
    "chain": (
        "(?:この|同じ)(?:メール|文|文章|メッセージ)を[0-9]{1,3}人|[0-9]{1,3}人(?:以上)?に(?:転送|回し|送)",
        "不幸|死|呪|幸せ|願い|幸運",
        "[0-9]{1,3}(?:時間|日)以内|止め|送らな|回さな|転送し",
    ),
    "vice-list": (_VICE[0], _VICE[1], f"{_WEB}", "激安|無料|ボーナス|通販|安|おすすめ|登録|比較|[0-9]本|攻略|最新|ランキング"),
    "extortion": (
        "録画|録音|盗撮|カメラ|ハッキング|侵入し|ウイルスを",
        "ビットコイン|仮想通貨|btc|ウォレット|暗号資産|ドルを(?:送|支払)",
        "動画|映像|画像|閲覧履歴|連絡先|恥ずかし|大人のサイト",
        "送(?:ら|り|って|金|信)|支払|払わ|公開|ばらま|拡散",
    ),
    "wallet": ("ウォレット|btc|ビットコイン|暗号資産", "出金|受領|残って|受け取", "先に送金|確認料|手数料|送金して", "https?://|www\\.|最終"),
    "dating": ("寂し|会える方|出会い|未亡人|人妻|写真見|おごって|体の関係|話し相手", "お礼|お渡し|無料|プレゼント", f"{_GO}|登録"),
    "money-for-love": (
        "寂し|会える方|出会い|一緒に過ご|会ってくれ|お?相手(?:に|を)|セレブ|人妻|未亡人|逆援|割り切|ママ活|パパ活|不倫",
        "[0-9]{1,9}万|[0-9]{1,4}億|[0-9]{2,4},000円|高額",
        "差し上げ|あげ(?:ます|る)|お渡し|お礼|謝礼|報酬|プレゼント|援助|支給|お支払い",
        f"{_GO}|登録|メールください|返信",
        "今すぐ|今夜|夜|登録|秘密|ここ|こちら|→|↓",
    ),
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
    "|本物(?!と(?:区別|同じ|同等|見分け|変わら))|偽(?:物|サイト|の|メ)|詐欺|なりすま|不審(?:な(?:メール|電話|sms|人|連絡|サイト|dm)|に思|で(?:す|し))|怪しい(?:の|メ|サ|です)|フィッシング|騙|だまされ|のですが|んですが|表示され|できなくて|困って|(?:でしょう|です|ます|ません|た|の)か[。?!\n ]|(?:でしょう|です|ます|ません)か$|てしまいまし|問い合わせ|社名を(?:騙|名乗)|と言われ|とのこと|はず(?:です|なの|だ)|書いてあ|ログイン(?:が)?でき(?:ません|ない)[。、]|消えました|脅され|被害|相談(?:した|して|を)"
)
_TOLD = re.compile(
    "本物(?:です|の(?:画面|メ|サイト|案内|連絡)|でしょう|か[?。])|偽(?:サイト|の|メ|物(?:です|でしょう|か))|詐欺|なりすま|不審|怪しい(?:の|メ|サ|です)|フィッシング|騙され|だまされ|通報し|」と(?:出|表示|書)|"
    "てしまいまし|取り消せ(?:ま|る)|どうしたら|チェックこれ|保証期間|直してくだ"
)
_TO_US = re.compile("そちら(?:の|から|で)|御社|貴社|貴店")
_WANTS_TOLD = re.compile("教えて(?:ください|下さい|くだ)")
_EVEN_ASKING = frozenset({"inheritance", "box-of-gold", "windfall", "money-for-love", "gift-cards", "chief"})
_EVEN_TO_US = frozenset({"mailbox", "domain"})  # these write to firms, and name them politely

_TELLS = re.compile(
    r"\b(?:bugs?|(?<!seo )(?<!critical )(?<!technical )errors?|broken|breaks?|buttons?|renders?|displays?|shows?|shown|escaped?|inputs?|fields?|(?<!free )(?<!audit )(?<!seo )report|instead|when i|does ?n.t|is ?n.t|expected|steps)\b"
)

# -- mashing: told by letter pairs

_ROWS = re.compile(
    "asd|sdf|dfg|fgh|ghj|hjk|jkl|kjh|lkj|qwe|wer|ert|rty|uio|iop|poi|oiu|zxc|xcv|cvb|vbn|bnm|mnb|nbv|zmx|qpw|ふじこ|ふぁ|ｆｇｈ"
)
_PAIRS = frozenset(
    ["th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is", "it", "al", "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de", "hi", "ri", "ro", "ic", "ne", "ea", "ra", "ce", "li", "ch", "ll", "be", "ma", "si", "om", "ur", "ca", "el", "ta", "la", "ns", "di", "fo", "ho", "pe", "ec", "pr", "no", "ct", "us", "ac", "ot", "il", "tr", "ly", "nc", "et", "ut", "ss", "so", "rs", "un", "lo", "wa", "ge", "ie", "wh", "ee", "wi", "em", "ad", "ol", "rt", "po", "we", "na", "ul", "ni", "ts", "mo", "ow", "pa", "im", "mi", "ai", "sh", "ir", "su", "id", "os", "iv", "ia", "am", "fi", "ci", "vi", "pl", "ig", "tu", "ev", "ld", "ry", "mp", "fe", "bl", "ab", "gh", "ty", "op", "wo", "sa", "ay", "ex", "ke", "ui", "ag", "up", "av", "pp", "ck", "ap", "ff", "gr", "ue", "oo", "bo", "ry", "ks", "do", "sp", "ow", "ye", "ey", "au", "bu", "ga", "go", "ok", "ko", "ka", "ki", "ku", "sa", "so", "su", "ya", "yo", "yu", "ru", "ri", "da", "ji", "zu", "fu", "mu", "nu", "hu", "ba", "bi", "bu", "be", "bo", "pu", "gi", "gu", "ge", "my", "by", "if", "ov", "ef", "ob", "ok", "ei", "eq", "qu", "iz", "ze", "az", "ni", "ju", "ja", "hy", "oi", "oy", "sc", "sk", "sm", "sn", "sw", "tw", "cl", "cr", "dr", "fl", "fr", "gl", "br"]
)  # fmt: skip


def told(plain: str) -> bool:
    """Whether somebody tells of such a text or asks what it is, so that it only reads like one."""
    return bool(_TOLD.search(plain) or _TELLS.search(plain))


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
    yield from _phrased(plain)
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


def _phrased(plain: str) -> Iterable[Sign]:
    if _RELATES.search(plain):
        return
    for code, groups in _PHRASE.items():
        spans = [hit.span() for group in groups if (hit := group.search(plain))]
        if len(spans) == len(groups):
            yield Sign(code, *spans[0])


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
    to_us, asking = _TO_US.search(plain), _WANTS_TOLD.search(plain)
    for code, groups in _FAMILY.items():
        if (to_us and code not in _EVEN_TO_US) or (asking and code not in _EVEN_ASKING):
            continue
        spans = [hit.span() for group in groups if (hit := group.search(plain))]
        if len(spans) == len(groups):
            yield Sign(code, *spans[0])


def _mashed(plain: str) -> Iterable[Sign]:
    text = plain.strip()
    latin = re.findall("[a-z]+", text)
    letters = "".join(latin)
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if len(text) > 300 or _LINK.search(text) or _ADDRESS.search(text):
        return
    if _noise(text):
        yield Sign("mashing", 0, len(plain))
        return
    if han:
        return
    if (
        (kana and letters and (_mixed(text) >= 3 or _repeats(text)))
        or (kana >= 12 and not letters and _stuck(text))
        or (not kana and len(letters) >= 9 and _unpronounceable(latin, text))
    ):
        yield Sign("mashing", 0, len(plain))


_HELD = re.compile(r"([ぁ-んァ-ヶーa-vx-z])\1{2,}|(?:([ぁ-んァ-ヶ])\2){2,}")
_TRIES = re.compile("てすと|テスト|test|tesuto|ほげ|hoge|foo|bar")
_NUMBERS = re.compile(r"[0-9]+|[^\w]|_")


def _noise(text: str) -> bool:
    """Hardly anything but held keys, struck keys and test words, at least two kinds of them."""
    held = {found[0] for found in _HELD.finditer(text)}
    rest = _HELD.sub(" ", text)
    tries = len(_TRIES.findall(rest))
    rest = _TRIES.sub(" ", rest)
    words = [word for word in re.findall("[a-z]{5,99}", rest) if len(set(word)) > 2]
    struck = [word for word in words if _unpronounceable([word], word)]
    rows = len(_ROWS.findall(rest))
    for word in struck:
        rest = rest.replace(word, " ", 1)
    left = len(_NUMBERS.sub("", _ROWS.sub(" ", rest)))
    kinds = (
        bool(held) + (len(held) >= 3) + (tries >= 2 or (tries > 0 and not left)) + (bool(struck) or rows >= 2)
    )
    return kinds >= 2 and left <= 0.2 * len(re.sub(r"\s", "", text))


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
