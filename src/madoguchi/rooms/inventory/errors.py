"""Refusals of this room: what may not be collected, looked at or ended, each with the next step."""

from madoguchi.foundation.lib.errors import NotFound, Refusal


class OfficersOnly(Refusal):
    code = "officers-only"
    status = 403
    default = "この操作は、個人情報管理者が行います。個人情報管理者にお願いしてください。"


class KeepersOnly(Refusal):
    code = "keepers-only"
    status = 403
    default = "この画面は、個人情報管理者と管理者が開けます。ご覧になりたいときは、個人情報管理者にお願いしてください。"


class UnknownItem(NotFound):
    code = "unknown-item"
    default = "この項目は、取扱台帳にありません。"


class NotCollected(Refusal):
    code = "not-collected"
    default = (
        "この項目は、いまは取得していません。取得を始めるには、個人情報管理者が取扱台帳で切り替えてください。"
    )


class NotAnnounced(Refusal):
    code = "not-announced"
    default = "いまのポリシーには、この項目の記載が見つかりません。先にポリシーを改めて公開してから、取得を始めてください。"


class NotReady(Refusal):
    code = "not-ready"
    default = "この項目は、まだ取得を始められません。"


class NotKeptHere(Refusal):
    code = "not-kept-here"
    status = 422
    default = "この項目は、この方法では記録できません。取扱台帳で、どこから入る項目かをお確かめください。"


class StillCollected(Refusal):
    code = "still-collected"
    default = "この項目は、いま取得しています。まとめて消去するには、先に取得をやめてください。"


class NothingHeld(Refusal):
    code = "nothing-held"
    default = "この項目で、いま保存しているものはありません。"


class NobodyHere(NotFound):
    code = "nobody-here"
    default = "この方の情報は、いまは残っていません。新しいお問い合わせを受けてから記録してください。"


class CardNumber(Refusal):
    code = "card-number"
    status = 422
    default = "カード番号のような数字は保存できません。決済事業者が発行した参照番号をご記入ください。"


class UnfitValue(Refusal):
    code = "unfit-value"
    status = 422
    default = "参照番号は、空白を含まない100文字までの英数字と記号でご記入ください。"


class UnfitPicture(Refusal):
    code = "unfit-picture"
    status = 422
    default = "この写真は読み取れませんでした。JPEG、PNG、WebP のどれかで、8 MB までの写真をお選びください。"


class UnknownGround(Refusal):
    code = "unknown-ground"
    status = 422
    default = "理由を一覧からお選びください。"


class NothingChosen(Refusal):
    code = "nothing-chosen"
    status = 422
    default = "対象が選ばれていません。一件以上お選びください。"


class ArrivedMeanwhile(Refusal):
    """The person wrote again, or a colleague noted something, between the look and the click."""

    code = "arrived-meanwhile"
    default = "その間に新しいお問い合わせか記録が加わりました。画面を開き直して、もう一度お確かめください。"


class EndedMeanwhile(Refusal):
    """Somebody else erased it first: one deletion does the work, the second is told."""

    code = "ended-meanwhile"
    default = "選ばれた内容は、すでに消去されたか、消去が進んでいます。画面を開き直してお確かめください。"


class NotConfirmed(Refusal):
    """More was named than the officer had before their eyes."""

    code = "not-confirmed"
    default = "お確かめいただいていない内容が含まれています。画面を開き直して、もう一度お選びください。"


class HeldMeanwhile(Refusal):
    code = "held-meanwhile"
    default = "その間に保留が加わったか、解かれました。画面を開き直して、もう一度お確かめください。"


class NothingToCorrect(Refusal):
    code = "nothing-to-correct"
    default = (
        "選ばれた件にこの項目がないか、すでに同じ内容です。画面を開き直して、いまの内容をお確かめください。"
    )


class AddressTaken(Refusal):
    """Two people would become one: that is decided by a person, never by a correction."""

    code = "address-taken"
    default = (
        "このメールアドレスは、別の方としてお問い合わせをいただいています。同じ方かどうかをお確かめください。"
        "同じ方であれば、これからは新しいアドレスでお問い合わせいただくようご案内ください。"
    )


class NoSuchRecord(NotFound):
    code = "no-such-record"
    default = "お探しの廃棄記録は見つかりませんでした。"


class TooEarly(Refusal):
    """Its period is not over, or has not been decided: the ending is taken back before anything happened."""

    code = "too-early"
    default = "保存期間が終わっていないため、廃棄しません。"


class UnknownClass(NotFound):
    code = "unknown-class"
    default = "お探しの保存期間の区分は見つかりませんでした。"


class UnfitPeriod(Refusal):
    code = "unfit-period"
    status = 422
    default = "保存期間は、1日から30年までの数でご記入ください（例：180日、3年）。"


class Shortened(Refusal):
    """More becomes due than before: the officer looks at how much, then says so once more."""

    code = "shortened"
    default = "保存期間が短くなります。新しく廃棄の対象になる件数をお確かめのうえ、もう一度決めてください。"


class UnfitHold(Refusal):
    code = "unfit-hold"
    status = 422
    default = (
        "保留の期限は、明日から5年後までの日をお選びください。それより長く要るときは、期限の前に延ばせます。"
    )


class UnknownOwner(Refusal):
    code = "unknown-owner"
    status = 422
    default = "保留の担当者を一覧からお選びください。"


class NotHeld(Refusal):
    code = "not-held"
    default = "この件は保留になっていません。画面を開き直してお確かめください。"


class ChangedMeanwhile(Refusal):
    """A note, a hold or another deletion came between the look and the act: the next look decides anew."""

    code = "changed-meanwhile"
    default = "その間に内容が変わったため、今回は廃棄しません。"
