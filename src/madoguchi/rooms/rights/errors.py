"""Refusals at the privacy desk."""

from collections.abc import Mapping

from madoguchi.foundation.lib.errors import Refusal


class NoSuchComplaint(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのお申し出は見つかりませんでした。"


class HandlersOnly(Refusal):
    code = "handlers-only"
    status = 403
    default = "この操作は、個人情報管理者と、このお申し出の担当者が行います。"


class DeskOnly(Refusal):
    code = "privacy-desk-only"
    status = 403
    default = "この画面は、個人情報管理者と管理者のためのものです。"


class NoOutcome(Refusal):
    """Neither the complaint nor the inquiry it came with ends before its outcome is written down."""

    code = "no-outcome"
    default = "個人情報についてのお申し出は、結果を記してから終えます。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="お問い合わせの画面の「結果を記して終える」からお進みください。")


class StaysInInbox(Refusal):
    code = "stays-in-inbox"
    default = "個人情報についてのお申し出は、終わるまで受信箱に置いておきます。"


class EmptyOutcome(Refusal):
    code = "empty-outcome"
    status = 422
    default = "どのように対応したかをお書きください。"


class ClosedAlready(Refusal):
    code = "complaint-closed"
    default = "このお申し出は、すでに終えています。続きのお申し出は、新しい受付としてご登録ください。"


class UnknownKind(Refusal):
    code = "unknown-kind"
    status = 422
    default = "お申し出の種類をお選びください。"


class UnknownReason(Refusal):
    code = "unknown-reason"
    status = 422
    default = "理由をお選びください。"


class UnfitDay(Refusal):
    code = "unfit-day"
    status = 422
    default = "期日は、今日から1年以内の日をお選びください。"


class UnfitOwner(Refusal):
    code = "unfit-owner"
    status = 422
    default = "担当者は、個人情報管理者か管理者の中からお選びください。"


# -- requests under the Act ---------------------------------------------------------------------------


class NoSuchRequest(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのご請求は見つかりませんでした。"


class UnknownRequestKind(Refusal):
    code = "unknown-request-kind"
    status = 422
    default = "ご請求の種類をお選びください。"


class UnknownChannel(Refusal):
    code = "unknown-channel"
    status = 422
    default = "受け取りかたをお選びください。"


class UnfitRequest(Refusal):
    """What was typed into the request page, a sentence a field."""

    code = "unfit-request"
    status = 422
    default = "ご確認いただきたいところがあります。"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__()
        self.fields = dict(fields)


class MovedMeanwhile(Refusal):
    """Somebody else was quicker: the page shows what there is now."""

    code = "moved-meanwhile"
    status = 409
    default = "このご請求は、その間に進みました。画面を開き直してください。"


class NotYetIdentified(Refusal):
    code = "not-yet-identified"
    default = "ご本人の確認が、まだ済んでいません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="「ご本人の確認」に、確かめたことを記してください。")


class UnfitWay(Refusal):
    code = "unfit-way"
    status = 422
    default = "その方法では確かめられません。お預かりしている情報と照らし合わせられるものをお選びください。"


class UnfitDocument(Refusal):
    code = "unfit-document"
    status = 422
    default = "ご覧になった書類の種類をお選びください。"


class NoFeeForThis(Refusal):
    code = "no-fee"
    default = "このご請求には、手数料をいただけません。"


class FeeNotShown(Refusal):
    code = "fee-not-shown"
    default = "手数料を、まだお知らせしていません。"


class FeeNotSettled(Refusal):
    code = "fee-not-settled"
    default = "手数料の確認が、まだ済んでいません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="入金を確かめるか、いただかない理由を選んでください。")


class UnfitPayment(Refusal):
    code = "unfit-payment"
    status = 422
    default = "お支払いの方法と、今日までの日をお選びください。"


class NoWaiver(Refusal):
    code = "no-waiver"
    status = 422
    default = "手数料をいただかない理由をお選びください。"


class NothingToRefund(Refusal):
    code = "nothing-to-refund"
    default = "お返しする手数料はありません。"


class UnknownDecision(Refusal):
    code = "unknown-decision"
    status = 422
    default = "決定をお選びください。"


class NoGround(Refusal):
    code = "no-ground"
    status = 422
    default = "根拠を、一覧からお選びください。"


class NoReason(Refusal):
    code = "no-reason"
    status = 422
    default = "ご本人にお伝えする理由をお書きください。"


class NothingInstead(Refusal):
    code = "nothing-instead"
    status = 422
    default = "代わりにとる措置をお書きください。"


class NotYetTold(Refusal):
    code = "not-yet-told"
    default = "ご本人へのお知らせが、まだ済んでいません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="「お知らせ」から、結果のお手紙をお送りください。")


class NotYetApproved(Refusal):
    code = "not-yet-approved"
    default = "件数が多いため、もう一人の確認が要ります。"


class SamePerson(Refusal):
    code = "same-person"
    default = "決めた方とは別の方が確かめます。一日たったあとは、理由を選んで、お一人でも進められます。"


class NotYetCollected(Refusal):
    code = "not-yet-collected"
    default = "対象のお問い合わせを、まだ確かめていません。"


class SomethingFound(Refusal):
    code = "something-found"
    default = (
        "対象として確かめた情報があります。該当する情報がないときは、対象をなしにしてから決定してください。"
    )


class UnfitReason(Refusal):
    code = "unfit-reason"
    status = 422
    default = "理由は、10,000文字までで、ふつうの文字でお書きください。"


class UnfitAccount(Refusal):
    code = "unfit-account"
    status = 422
    default = "お振込先は、1,000文字までで、ふつうの文字でお書きください。"


class NothingToExecute(Refusal):
    code = "nothing-to-execute"
    default = "応じないとき、該当する情報がないときは、実施することはありません。結果をお知らせください。"


class AcknowledgedAlready(Refusal):
    code = "acknowledged-already"
    default = "受付のお知らせは、すでにお送りしています。"


class UnfitTarget(Refusal):
    code = "unfit-target"
    status = 422
    default = "目標の日数は、1日から30日までの数でお書きください。"


class NotYetReady(Refusal):
    code = "package-not-ready"
    default = "お渡しするファイルを、まだ用意しています。"


class LinkSpent(Refusal):
    """One-time: it was used, replaced or is over."""

    code = "link-spent"
    status = 410
    default = "このリンクは、すでに使われたか、期限が過ぎました。お手数ですが、窓口にお知らせください。"


class UnfitLetter(Refusal):
    code = "unfit-letter"
    status = 422
    default = "お手紙に、書き入れていないところがあります。"


class EssentialItem(Refusal):
    """An item that the desk cannot answer without (clause 4-2): only giving up everything stops it."""

    code = "essential-item"
    default = "この情報がないと、お問い合わせにお答えできません。お取りやめには、お問い合わせの消去をご請求ください。"


class UnknownLetter(Refusal):
    code = "unknown-letter"
    status = 422
    default = "いまのご請求には、そのお手紙はお送りできません。お手紙の種類をお選びください。"


class TooEarlyForLetter(Refusal):
    code = "letter-too-early"
    default = "このお手紙をお送りする段階ではありません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="結果のお手紙は、決めたことを実施してからお送りします。")


class UnknownLetterChannel(Refusal):
    code = "unknown-letter-channel"
    status = 422
    default = "お送りする方法をお選びください。"


class NoLetterAddress(Refusal):
    code = "no-letter-address"
    default = "メールアドレスをいただいていないため、メールではお送りできません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="印刷して、郵送か手渡しでお送りください。")


class NotADisclosure(Refusal):
    code = "not-a-disclosure"
    default = "このご請求では、お渡しするファイルを作りません。"


class UnknownForm(Refusal):
    code = "unknown-form"
    status = 422
    default = "お渡しする形をお選びください。"


class RedactedIsPartial(Refusal):
    """Something is held back, so that not all was granted: the person is told on which ground (Art 33(3), 36)."""

    code = "redacted-is-partial"
    default = "伏せたところがあるため、「一部に応じる」と決めて、根拠と理由を記してください。"


class UnknownScope(Refusal):
    code = "unknown-scope"
    status = 422
    default = "止めるものをお選びください。"


class UnfitRedaction(Refusal):
    code = "unfit-redaction"
    status = 422
    default = "伏せる言葉か添付ファイルを一つ選び、根拠をお選びください。"


class NothingToCorrectIn(Refusal):
    """The request names no item that is held as one value."""

    code = "nothing-to-correct-in"
    default = "このご請求には、直す項目と正しい内容がありません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="「訂正」の画面で直してから、実施したことを記してください。")


class NothingToHandOver(Refusal):
    code = "nothing-to-hand-over"
    default = "このご請求には、お渡しするファイルがありません。"


class UnfitArrival(Refusal):
    code = "unfit-arrival"
    status = 422
    default = "届いた日は、今日までの日をお選びください。"
