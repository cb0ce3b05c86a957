"""Refusals at the counter and at the desk."""

from collections.abc import Mapping, Sequence

from madoguchi.foundation.lib.errors import Refusal


class DraftChanged(Refusal):
    """The same draft was sent before with another text: the visitor confirms once more, as a new inquiry."""

    code = "draft-changed"
    default = (
        "この内容は、先ほどお送りいただいたものと異なります。内容をご確認のうえ、あらためてお送りください。"
    )


class NoSuchInquiry(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのお問い合わせは見つかりませんでした。"


class InquiryErased(NoSuchInquiry):
    """The visitor's own link, after the person was erased or the period was over."""

    default = (
        "このお問い合わせの内容は、消去されています。"
        "あらためてのご用件は、お手数ですがフォームからお送りください。"
    )


class WrongMove(Refusal):
    code = "wrong-move"
    default = "このお問い合わせは、いまこの状態にはできません。画面を開き直してお確かめください。"


class AlreadyDeclined(Refusal):
    code = "already-declined"
    default = "この方には、お断りのメールをすでにお送りしています。"


class NotSales(Refusal):
    code = "not-sales"
    default = "お断りのメールは、「営業」に分けたお問い合わせにだけお送りできます。画面を開き直してお確かめください。"


class SettledAlready(Refusal):
    code = "settled-already"
    default = "完了したお問い合わせの担当は変えられません。対応中に戻してから、お決めください。"


class NoSuchMail(NoSuchInquiry):
    default = "お探しのメールは見つかりませんでした。"


class EmptyText(Refusal):
    code = "empty-text"
    status = 422
    default = "本文をお書きください。"


class NoSubject(Refusal):
    code = "no-subject"
    status = 422
    default = "件名をお書きください。"


class SubjectTooLong(Refusal):
    code = "subject-too-long"
    status = 422
    default = "件名は、100文字までにしてください。"


class NobodyKnown(Refusal):
    code = "nobody-known"
    status = 422
    default = "このアドレスの方からは、お問い合わせをいただいていません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message,
            next_step="新しいメールをお送りできるのは、お問い合わせをくださった方だけです。"
            "電話や手紙でいただいたときは、先に「手紙・電話を登録する」でご登録ください。",
        )


class AnsweredMeanwhile(Refusal):
    code = "answered-meanwhile"
    default = "お書きになっている間に、ほかの職員がお返事を送りました。内容をお確かめください。"


class UnknownColleague(Refusal):
    code = "unknown-colleague"
    status = 422
    default = "その職員は見つかりませんでした。"


class SpecialCareCovered(Refusal):
    """Special-care text (要配慮個人情報, Art 2(3)) opens to the privacy officer and to the clerk in charge only."""

    code = "special-care-covered"
    status = 403
    default = (
        "配慮が必要な内容のため、開けるのは、個人情報管理者と、担当になっている窓口担当者です。"
        "対応が必要なときは、個人情報管理者にお知らせください。"
    )


class NumbersCovered(Refusal):
    code = "numbers-covered"
    status = 403
    default = "番号は伏せてあります。必要なときは、「伏せた番号を表示する」を押してください。"


class OfficerUncovers(Refusal):
    code = "officer-only"
    status = 403
    default = (
        "伏せるのをやめられるのは、個人情報管理者です。必要なときは、個人情報管理者にお願いしてください。"
    )


class TooMuchAsked(Refusal):
    code = "too-much-asked"
    status = 422
    default = "一度に探せるのは、200文字、10語までです。言葉を減らして、もう一度お探しください。"


class UnknownChannel(Refusal):
    code = "unknown-channel"
    status = 422
    default = "受け取りかたをお選びください。"


class UnfitArrival(Refusal):
    code = "unfit-arrival"
    status = 422
    default = "届いた日時を、西暦の年月日と時刻でお書きください。これから先の日時と、1年より前の日時は登録できません。"


class TooManyFiles(Refusal):
    code = "too-many-files"
    status = 422
    default = "添付できるファイルは、10個までです。ファイルを減らして、もう一度お選びください。"


class FileTooLarge(Refusal):
    code = "file-too-large"
    status = 413
    default = "ファイルが大きすぎて、添付できませんでした。1つ10MB、合わせて20MBまでにして、もう一度お選びください。"


class EmptyFile(Refusal):
    code = "empty-file"
    status = 422
    default = "中身のないファイルは添付できません。お確かめのうえ、もう一度お選びください。"


class UnreadablePicture(Refusal):
    code = "unreadable-picture"
    status = 422
    default = "画像として読み取れませんでした。保存し直すか、PDFにして、もう一度お選びください。"


class NoSuchFile(NoSuchInquiry):
    default = "この添付ファイルは、もう残っていません。"


class FileSealed(Refusal):
    code = "file-sealed"
    status = 403
    default = "ウイルスの疑いがあるため、開けません。必要なときは、個人情報管理者にお知らせください。"


class OfficerDeletesFiles(Refusal):
    code = "officer-only"
    status = 403
    default = "添付ファイルを削除できるのは、個人情報管理者です。個人情報管理者にお願いしてください。"


class WhyDeleted(Refusal):
    code = "reason-needed"
    status = 422
    default = "削除する理由をお選びください。"


class NotOnTheDraft(Refusal):
    code = "not-on-the-draft"
    default = "このファイルは、いまお書きのお返事には付いていません。画面を開き直してお確かめください。"


class Unfilled(Refusal):
    """A merge field without a value, or a blank of a template that nobody filled in."""

    code = "unfilled"
    status = 422
    default = "埋まっていないところがあります。"

    def __init__(self, blanks: Sequence[str]) -> None:
        self.blanks = tuple(blanks)
        named = "、".join(f"「{blank}」" for blank in self.blanks)
        super().__init__(f"{named}が埋まっていません。埋めるか、消してから、お送りください。")


class NeedsConfirmation(Refusal):
    """Something is odd with a reply: not sent until somebody has looked and sends it all the same."""

    code = "needs-confirmation"
    default = "お送りする前に、お確かめください。"

    def __init__(self, odd: Mapping[str, str]) -> None:
        self.odd = dict(odd)
        super().__init__(
            f"{self.default}{''.join(odd.values())}",
            next_step="このままでよければ、confirm を true にして、もう一度送ってください。",
        )


class OnlyOthersSend(Refusal):
    code = "drafter-cannot-send"
    status = 403
    default = "作成担当者は、お送りできません。「承認を依頼する」を押すと、ほかの職員が確かめて送ります。"


class NeedsApproval(Refusal):
    code = "needs-approval"
    default = (
        "この窓口では、お返事を送る前に、ほかの職員が確かめます。「承認を依頼する」を押してください。"
        "承認のあとに書き直したときは、あらためて依頼してください。"
    )


class OwnProposal(Refusal):
    code = "own-proposal"
    status = 403
    default = "ご自分で依頼したものは、ご自分では承認できません。ほかの職員にお願いしてください。"


class DecidedAlready(Refusal):
    code = "decided-already"
    default = "この承認依頼は、すでに決まっています。画面を開き直してお確かめください。"


class AnotherWaits(Refusal):
    code = "another-waits"
    default = "このお問い合わせには、ほかの職員の承認依頼が先にあります。それが決まってから、お出しください。"


class NoReason(Refusal):
    code = "no-reason"
    status = 422
    default = "差し戻す理由をお書きください。書いた方に、そのまま伝わります。"


class BeingWritten(Refusal):
    """Somebody else has the pen: stop before the person gets two answers."""

    code = "being-written"
    default = "ほかの職員が返信を書いています。"

    def __init__(self, name: str = "") -> None:
        super().__init__(
            f"{name}さんが返信を書いています。" if name else "",
            next_step="書き終わるのを待つか、confirm を true にして送ってください。",
        )


class SentAlready(Refusal):
    code = "sent-already"
    default = "同じお返事を、すでにお送りしています。"


class TooLateToTakeBack(Refusal):
    code = "too-late"
    default = "お返事は、もう送信されています。訂正があるときは、あらためてお返事をお送りください。"


class NoSuchTemplate(NoSuchInquiry):
    default = "お探しのひな形は見つかりませんでした。"


class UnfitTemplate(Refusal):
    code = "unfit-template"
    status = 422
    default = "ひな形の名前と本文をお書きください。"


class TemplatesOfOthers(Refusal):
    code = "templates-not-yours"
    status = 403
    default = (
        "ひな形を整えるのは、窓口担当者、個人情報管理者、管理者です。ひな形は、そのままお使いいただけます。"
    )


class OnlyAdminsSet(Refusal):
    code = "admins-only"
    status = 403
    default = "返信のきまりを決めるのは、管理者です。変えたいときは、管理者にお願いしてください。"


class UnfitDeskRules(Refusal):
    code = "unfit-rules"
    status = 422
    default = "取り消せる秒数は、0から120までの数でお書きください。"


class MergedAway(Refusal):
    """A verb on an inquiry that went into another one; the sentence names where it goes on."""

    code = "merged-away"
    default = "このお問い合わせは、ほかのお問い合わせに統合しました。統合した先でお続けください。"


class CannotMerge(Refusal):
    code = "cannot-merge"
    default = "この二つは統合できません。画面を開き直してお確かめください。"


class DifferentPeople(Refusal):
    code = "different-people"
    default = "アドレスかお名前が異なります。同じ方のご用件か、お確かめください。"


class NotMerged(Refusal):
    code = "not-merged"
    default = "このお問い合わせは、いまは統合していません。画面を開き直してお確かめください。"


class NotAMessage(Refusal):
    code = "not-a-message"
    default = "別件に分けられるのは、お客様から届いたものだけです。"


class UnfitLabel(Refusal):
    code = "unfit-label"
    status = 422
    default = "ラベルの名前を、20文字までで、ほかと重ならないようにお書きください。"


class UnfitView(Refusal):
    code = "unfit-view"
    status = 422
    default = "見かたの名前を、40文字までで、お書きください。"


class UnknownNarrowing(Refusal):
    code = "unknown-narrowing"
    status = 422
    default = "絞り込みの言葉が分かりませんでした。担当:佐藤　状態:保留　ラベル:展示会　期間:2026-11 のようにお書きください。"


class NothingChosen(Refusal):
    code = "nothing-chosen"
    status = 422
    default = "お問い合わせを、一つ以上お選びください。"


class ChangedMeanwhile(Refusal):
    code = "changed-meanwhile"
    default = "そのあと、ほかの職員が変えています。いまの状態をお確かめください。"


class NobodyToAnswer(Refusal):
    """A machine, a list, a no-reply address or we ourselves: an answer would go round in circles (RFC 3834 §2)."""

    code = "nobody-to-answer"
    default = "自動で送られたメールと、返信を受け取らないアドレスには、自動返信をお送りしません。"


class NoFormForMail(Refusal):
    code = "no-form-for-mail"
    status = 422
    default = "メールを取り込むフォームがありません。「メールの受信」の設定で、フォームをお選びください。"


class TakenInAlready(Refusal):
    code = "taken-in-already"
    default = "このメールは、もう取り込まれています。画面を開き直してお確かめください。"


class NotForExport(Refusal):
    code = "not-for-export"
    status = 403
    default = (
        "書き出しができるのは、窓口担当者、個人情報管理者、管理者です。必要なときは、お願いしてください。"
    )


class UnfitExport(Refusal):
    code = "unfit-export"
    status = 422
    default = "目的、使う人、期間、列をお選びください。"


class NoSuchExport(NoSuchInquiry):
    default = "お探しの書き出しは見つかりませんでした。"


class ExportGone(Refusal):
    code = "export-gone"
    status = 410
    default = "この書き出しは、期限が過ぎたため消去しました。必要なときは、もう一度書き出してください。"


class ExportStopped(ExportGone):
    """Somebody stopped every use since it was made."""

    code = "export-stopped"
    default = (
        "この書き出しのあとに利用停止のお申し出があったため、ファイルを消去しました。"
        "必要なときは、もう一度書き出してください。"
    )


class ExportOutdated(ExportGone):
    """Somebody was erased since it was made."""

    code = "export-outdated"
    default = (
        "この書き出しのあとに消去された情報があるため、ファイルを消去しました。"
        "必要なときは、もう一度書き出してください。"
    )


class UnfitImport(Refusal):
    code = "unfit-import"
    status = 422
    default = (
        "このファイルは読めませんでした。見出しの行がある CSV か、タブ区切りのファイルをお選びください。"
    )


class ImportUnderWay(Refusal):
    code = "import-under-way"
    default = "この取り込みは、いま進めているところです。終わってから、もう一度お試しください。"


class NoSuchImport(NoSuchInquiry):
    default = "お探しの取り込みは見つかりませんでした。"


class TooLongToSay(Refusal):
    code = "too-long"
    status = 422
    default = "本文は10,000文字までで、お書きください。長いときは、ファイルにして添付していただけます。"


class NoSuchWording(NoSuchInquiry):
    default = "お探しの文面は見つかりませんでした。"
