"""Refusals about wording and choices."""

from madoguchi.foundation.lib.errors import Refusal


class WordingOutdated(Refusal):
    code = "wording-outdated"
    default = (
        "画面を開いてから、文面が新しくなりました。お手数ですが、内容をご確認のうえ、もう一度お送りください。"
    )


class NoNotice(Refusal):
    code = "no-notice"
    status = 503
    default = "フォームの文面がまだ用意されていません。"


class NoticeChanged(Refusal):
    code = "changed-meanwhile"
    default = (
        "ご覧になったあとに、ほかの方が案内文を変えました。いまの文面と見比べて、もう一度保存してください。"
    )


class UnknownPurpose(Refusal):
    code = "unknown-purpose"
    status = 422
    default = "お選びの項目は、このフォームでは扱っていません。"


class NotShown(Refusal):
    code = "purpose-not-shown"
    default = "この目的で使うことを、この方にはお見せしていません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="方針の変更をご案内し、同意をお願いできます。")


class NotChosen(Refusal):
    code = "not-chosen"
    default = "この方には、ご案内のメールを送れません。お申し込みをいただいていません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="お返事に、ご案内のお申し込みのページを添えられます。")


class NotAsked(Refusal):
    code = "consent-not-asked"
    status = 422
    default = "この変更では、同意をお願いしていません。"
