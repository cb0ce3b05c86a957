"""The mail with a code: no word of the matter and no name, since it goes to an address that somebody typed."""

from collections.abc import Mapping

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id

KIND = "visitor-code"
_TEXT = """{name}です。

受付番号 {number} のやりとりをご覧になるための確認コードです。

  {code}

10分のうちに、コードをお求めになった画面に入力してください。一度使うと、使えなくなります。
画面を閉じてしまったときは、こちらからお開きください。

{url}

お心当たりがないときは、何もなさらないでください。コードをだれにも伝えなければ、やりとりが見られることはありません。

{name}
"""


def code_mail(facts: Mapping[str, str], *, recipient: str, number: str, code: str, url: str) -> RenderedMail:
    text = _TEXT.format(name=facts["name"], number=number, code=code, url=url)
    return compose(
        kind=KIND,
        sender_name=facts["sender_name"],
        sender_address=facts["sender_address"],
        recipient_name="",
        recipient=recipient,
        subject=f"【{facts['name']}】確認コードのお知らせ（受付番号 {number}）",
        text=text,
        message_id=new_message_id(facts["sender_address"].rpartition("@")[2]),
        date=clock.now(),
        reply_to=facts["email"] or None,
        auto=True,
    )
