"""Why something may not leave, each with the next step."""

from madoguchi.foundation.lib.errors import Refusal


class Stopped(Refusal):
    code = "stopped"
    default = "この方から利用停止のお申し出があるため、お送りできません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message,
            next_step="お伝えすることがあるときは、個人情報の窓口へ引き継いでください。"
            "ご本人が再開を希望されたら、停止を解いてからお返事できます。",
        )


class Suppressed(Refusal):
    code = "suppressed"
    default = "このアドレスへのご案内は、受け取らないとのお申し出をいただいています。"
