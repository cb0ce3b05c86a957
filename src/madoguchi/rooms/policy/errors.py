"""Refusals about versions."""

from datetime import datetime

from madoguchi.foundation.lib import calendar
from madoguchi.foundation.lib.errors import NotFound, Refusal


class NoPolicy(Refusal):
    code = "no-policy"
    status = 503
    default = "プライバシーポリシーがまだ公開されていません。"


class UnreadablePolicy(Refusal):
    code = "unreadable-policy"
    status = 422
    default = (
        "条文の切れ目を見つけられませんでした。「第1条」や「1.」のように番号を付けた見出しで始めてください。"
    )


class NoDraft(NotFound):
    default = "この下書きは見つかりませんでした。"


class DraftOpenAlready(Refusal):
    code = "draft-open-already"
    default = "進めている下書きがあります。先に公表するか、取りやめてください。"


class DraftClosed(Refusal):
    code = "draft-closed"
    default = "この下書きは、すでに公表したか、取りやめています。"


class ChangedMeanwhile(Refusal):
    code = "changed-meanwhile"
    default = "ご覧になったあとに、下書きが変わりました。新しい内容をお確かめのうえ、もう一度進めてください。"


class BindingsUnconfirmed(Refusal):
    code = "bindings-unconfirmed"
    default = "条文と約束の結び付きを、先にお確かめください。"


class NotClassed(Refusal):
    code = "not-classed"
    status = 422
    default = "変わる条文について、お客様への影響を選んでください。"


class TooEarly(Refusal):
    code = "too-early"
    status = 422
    default = "施行日が過ぎています。公表より前に施行することはできません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="これからの日付にするか、「公表と同時に」を選んでください。")


class AskedBefore(Refusal):
    code = "asked-before"
    default = "承認をお願いしたあとに、別の版が公表されたか、施行されたか、会社の情報が変わりました。"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message, next_step="いまの版との違いをお確かめのうえ、もう一度、承認をお願いしてください。"
        )


class FactsHoldAtOnce(Refusal):
    code = "facts-hold-at-once"
    status = 422
    default = "会社の情報は、公表と同時に新しくなります。変わる日に公表してください。"


class NotYetPublic(Refusal):
    code = "not-yet-public"
    status = 422
    default = (
        "公表した日が、これからの日付です。これから公表する版は、公表した日を付けずに取り込んでください。"
    )


class PublishedHereSince(Refusal):
    code = "published-here-since"
    default = "この窓口で公表した版より新しい版は、引き継げません。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="公表した日を付けずに、本文の改定として取り込んでください。")


class NotAsked(Refusal):
    code = "approval-not-asked"
    default = "承認の依頼がまだです。"


class SecondPersonNeeded(Refusal):
    code = "second-person-needed"
    default = "ご自身で作った下書きです。公表には、もう一人の承認が要ります。"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message,
            next_step="まだ手を入れていない個人情報管理者か管理者に、承認をお願いしてください。"
            "全員が手を入れているときは、取りやめて、お一人が作り直すと、ほかの方が承認できます。",
        )


class NameNeeded(Refusal):
    """The command line approves in nobody's name; that ends as soon as somebody has a name."""

    code = "name-needed"
    default = "公表には、個人情報管理者か管理者の承認が要ります。"


class AloneTooSoon(Refusal):
    code = "alone-too-soon"

    def __init__(self, *, alone_from: datetime) -> None:
        self.alone_from = alone_from
        super().__init__(
            f"承認する方がほかにいないため、時間をおいて見直してから公表します。{calendar.japanese_date(alone_from)}から公表できます。"
        )


class ReasonMissing(Refusal):
    code = "reason-missing"
    status = 422
    default = "お一人で公表する理由を書いてください。版の記録に残ります。"


class NotAttested(Refusal):
    code = "not-attested"
    status = 422
    default = "この版を公表していたことを、お名前で申告してください。"
