"""Why a change of the policy cannot be told now, each with what can be done."""

from madoguchi.foundation.lib.errors import NotFound, Refusal


class NoChange(NotFound):
    code = "no-change"
    default = "お知らせできる変更が見つかりません。"


class AnnouncedAlready(Refusal):
    code = "announced-already"
    default = "この変更は、すでにお知らせを始めています。"


class NotInForce(Refusal):
    code = "policy-overtaken"
    default = "この版は、ほかの版に置き換わりました。お知らせは、新しい版から始めてください。"


class LinkMissing(Refusal):
    code = "link-missing"
    status = 422
    default = "本文に、変更のページへの案内（{{change_url}}）がありません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message, next_step="お返事をいただくページの場所なので、本文のどこかに残してください。"
        )


class TextMissing(Refusal):
    code = "text-missing"
    status = 422
    default = "件名と本文の両方を書いてください。"


class LinkOver(NotFound):
    code = "link-over"
    default = "このご案内のリンクは、お使いいただけません。ご案内のあと、いただいた情報を消去した場合も、この表示になります。"
