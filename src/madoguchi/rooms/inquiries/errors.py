"""Refusals at the counter and at the desk."""

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


class AnsweredMeanwhile(Refusal):
    code = "answered-meanwhile"
    default = "お書きになっている間に、ほかの職員がお返事を送りました。内容をお確かめください。"


class UnknownColleague(Refusal):
    code = "unknown-colleague"
    status = 422
    default = "その職員は見つかりませんでした。"
