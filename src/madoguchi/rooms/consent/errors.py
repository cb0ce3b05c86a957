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


class UnknownPurpose(Refusal):
    code = "unknown-purpose"
    status = 422
    default = "お選びの項目は、このフォームでは扱っていません。"
