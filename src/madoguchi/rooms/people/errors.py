"""Why a code does not open anything, in words that tell nobody whether there is anything behind it."""

from madoguchi.foundation.lib.errors import Refusal


class WrongCode(Refusal):
    """The same for a wrong, a spent and an old code, and where there never was one."""

    code = "wrong-code"
    status = 422
    default = (
        "確認コードが違うか、期限が過ぎています。メールの6桁の数字をお確かめください。"
        "合わないときは、新しいコードをお求めください。"
    )


class TooManyCodes(Refusal):
    code = "too-many-codes"
    status = 429
    default = "確認コードを続けてお送りしました。届いていないか、迷惑メールのフォルダーもお確かめください。新しいコードは、1時間ほどたってからお求めいただけます。"


class SignedOut(Refusal):
    code = "signed-out"
    status = 403
    default = "時間がたったため、いったん閉じました。お手数ですが、もう一度、確認コードをお求めください。"
