"""Refusals of the screening, and what goes wrong with the shipped weights."""

from madoguchi.foundation.lib.errors import Refusal


class BadWeights(Refusal):
    code = "bad-weights"
    status = 503
    default = "選別に使う重みのファイルが壊れているか、この版のものではありません。選別を止め、すべて受信箱に置きます。"


class NeverDeletes(Refusal):
    """Whatever the machine thinks, it can only put something into a box."""

    code = "screening-never-deletes"
    default = "仕分けは、お問い合わせを消しません。箱を移すことだけができます。"


class MustGetThrough(Refusal):
    """A request under the Act, a complaint or what a person decided stays where people look first."""

    code = "must-get-through"
    default = "ご請求やお申し出は、どなたからのものでも、受信箱に残します。"


class LookFirst(Refusal):
    """The fuse blew: whoever switches on again has seen why."""

    code = "look-first"
    default = "受信箱へ戻された営業の一覧をご覧になってから、もう一度「有効」にしてください。"


class NoSuchState(Refusal):
    code = "no-such-state"
    status = 422
    default = "「停止」「バッジのみ」「有効」のどれかをお選びください。"


class UnfitDays(Refusal):
    code = "unfit-days"
    status = 422
    default = "覚えておく日数は、1日から730日までの数でお書きください。"


class NoSuchMark(Refusal):
    code = "not-found"
    status = 404
    default = "お探しの項目は見つかりませんでした。すでに外されているかもしれません。"


class NothingToTeach(Refusal):
    code = "nothing-to-teach"
    status = 422
    default = "このお問い合わせからは、仕分けを教えられません。"
