"""The mails with a code: no word of a matter and no name, since they go to an address that somebody typed."""

from collections.abc import Mapping

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.people import rules

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
_SIGN_IN_TEXT = """{name}です。

「お問い合わせの状況」をご覧になるための確認コードです。

  {code}

10分のうちに、コードをお求めになった画面に入力してください。
次のリンクを開き、「入る」を押しても、ご覧になれます。

{url}

コードとリンクは、どちらか一度だけ使えます。
お預かりしているものがあるかどうかは、お入りになるとわかります。

お心当たりがないときは、何もなさらないでください。
コードとリンクをだれにも伝えなければ、内容は見られません。

{name}
"""


def code_mail(facts: Mapping[str, str], *, recipient: str, number: str, code: str, url: str) -> RenderedMail:
    text = _TEXT.format(name=facts["name"], number=number, code=code, url=url)
    subject = f"【{facts['name']}】確認コードのお知らせ（受付番号 {number}）"
    return _mail(facts, KIND, recipient, subject, text)


def sign_in_mail(facts: Mapping[str, str], *, recipient: str, code: str, url: str) -> RenderedMail:
    """The same to everybody: it says neither that something is held nor that nothing is."""
    text = _SIGN_IN_TEXT.format(name=facts["name"], code=code, url=url)
    return _mail(facts, rules.SIGN_IN, recipient, f"【{facts['name']}】確認コードのお知らせ", text)


def _mail(facts: Mapping[str, str], kind: str, recipient: str, subject: str, text: str) -> RenderedMail:
    return compose(
        kind=kind,
        sender_name=facts["sender_name"],
        sender_address=facts["sender_address"],
        recipient_name="",
        recipient=recipient,
        subject=subject,
        text=text,
        message_id=new_message_id(facts["sender_address"].rpartition("@")[2]),
        date=clock.now(),
        reply_to=facts["email"] or None,
        auto=True,
    )
