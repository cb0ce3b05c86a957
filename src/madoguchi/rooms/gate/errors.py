"""Why something may not leave, each with the next step."""

from madoguchi.foundation.lib.errors import Refusal


class Stopped(Refusal):
    code = "stopped"
    default = "この方から利用停止のお申し出があるため、お送りできません。"


class Suppressed(Refusal):
    code = "suppressed"
    default = "このアドレスへのご案内は、受け取らないとのお申し出をいただいています。"
