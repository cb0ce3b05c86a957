"""The document of a request: what the requester says of themselves and of what they want."""

from typing import NamedTuple


class Question(NamedTuple):
    key: str
    label: str
    announced: str  # the row of clause 2


# `name`, `email`, `phone` are called as the form calls them: a correction and a search reach them here too.
ASKED: tuple[Question, ...] = (
    Question("name", "お名前", "2-1a"),
    Question("email", "メールアドレス", "2-1b"),
    Question("phone", "電話番号", "2-1b"),
    Question("postal", "ご住所", "2-1b"),
    Question("words", "ご請求の内容", "2-1e"),
    Question("about", "対象のお問い合わせ", "2-1e"),
    Question("ground", "お申し出の理由", "2-1e"),
    Question("item", "直す項目", "2-1e"),
    Question("value", "正しい内容", "2-1e"),
    Question("agent_name", "代理の方のお名前", "2-1a"),
    Question("agent_contact", "代理の方のご連絡先", "2-1b"),
)
