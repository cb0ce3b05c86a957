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


class NotNamed(Refusal):
    """The same for another name, and where no name is held."""

    code = "not-named"
    status = 422
    default = (
        "お名前を確かめられませんでした。お問い合わせのときに書かれたとおりに、もう一度お書きください。"
        "5回合わないと、いったん閉じます。"
    )


class WrongPasskey(Refusal):
    """The same for a key that is not known here, one of somebody else, and an answer that came too late."""

    code = "wrong-passkey"
    status = 422
    default = "パスキーを確かめられませんでした。もう一度お試しになるか、メールのコードでお入りください。"


class TooManyPasskeys(Refusal):
    code = "too-many-passkeys"
    default = "登録できるパスキーは10個までです。お使いでないものを外してから、もう一度お試しください。"


class NoSuchPasskey(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのパスキーは見つかりませんでした。"
