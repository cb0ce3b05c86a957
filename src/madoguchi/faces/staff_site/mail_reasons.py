"""Why a mail has not arrived, said to a person: stage and reply of the relay become a sentence and a next step."""

import re
from dataclasses import dataclass

_REPLY = re.compile(r"(?P<stage>[a-z]+)-(?P<code>[2-5]\d\d)")
_STATUS = re.compile(r"bounce-(?P<family>[245])\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})")


@dataclass(frozen=True, slots=True)
class Reason:
    says: str
    mend: str = ""


_ADDRESS = Reason(
    "宛先のアドレスが見つからないと言われました。",
    "アドレスの誤りがないかを確かめ、電話など別の方法でご連絡ください。",
)
_REFUSED = Reason(
    "宛先のサーバーが、このメールを受け取りませんでした。",
    "時間をおいてもう一度送るか、電話など別の方法でご連絡ください。",
)
_FULL = Reason(
    "宛先のメールボックスがいっぱいです。", "時間をおいてもう一度送るか、電話など別の方法でご連絡ください。"
)
_LARGE = Reason(
    "メールが大きすぎると言われました。", "添付ファイルを減らすか、小さくして、あらためてお送りください。"
)
_LATER = Reason(
    "宛先のサーバーが、いまは受け取れないと言っています。", "自動で送り直しています。このままお待ちください。"
)
_SETTING = Reason(
    "送信サーバーの設定に問題があるため、送れずに待っています。",
    "管理者に「送信の設定」を確かめてもらってください。",
)
_OURS = frozenset({"tls", "greeting", "ehlo", "starttls", "auth"})
_KNOWN = {
    "recipient-malformed": Reason("宛先のアドレスの形が正しくありません。", "ご本人のアドレスを確かめて、直してください。"),
    "sender-malformed": Reason("送信元のアドレスの形が正しくありません。", "管理者に「会社の情報」を直してもらってください。"),
    "content-malformed": Reason("メールの中身に、送れない文字がありました。", "管理者にお知らせください。"),
    "no-mail-url": Reason("メールの送り先が決まっていません。", "管理者に MADOGUCHI_MAIL_URL を設定してもらってください。"),
    "folder-unwritable": Reason("メールを書き出すフォルダーに書けません。", "管理者にフォルダーを確かめてもらってください。"),
    "connect-lost": Reason("送信サーバーにつながりません。", "自動で送り直しています。続くときは、管理者にお知らせください。"),
    "auth-not-offered": _SETTING,
    "starttls-not-offered": _SETTING,
    "starttls-untrusted": Reason("送信サーバーの証明書を確かめられません。", "管理者に「送信の設定」を確かめてもらってください。"),
    "tls-untrusted": Reason("送信サーバーの証明書を確かめられません。", "管理者に「送信の設定」を確かめてもらってください。"),
    "end-lost": Reason("送信サーバーが受け取ったかどうか、返事がありませんでした。", "同じメールを自動で送り直しています。"),
    "bounce-unknown": Reason("届かずに戻ってきました。理由は書かれていませんでした。", _REFUSED.mend),
    "address-returns-mail": Reason(
        "このアドレスへのメールが続けて戻ってきたため、止めています。", "アドレスを確かめ、正しければ「送る」を押してください。"
    ),
    "erased": Reason("ご本人の情報が消去されたため、送るのをやめました。"),
    "file-erased": Reason("ご本人の情報が消去されたため、送るのをやめました。"),
    "stopped": Reason("ご本人が連絡を止めているため、送るのをやめました。"),
    "suppressed": Reason("ご本人が連絡を止めているため、送るのをやめました。"),
    "corrected": Reason("アドレスが訂正されたため、前のアドレスには送りません。"),
    "taken-back": Reason("送る前に取り消しました。"),
}  # fmt: skip


def reason(state: str, code: str) -> Reason:
    """Empty words for a mail that needs none."""
    if state == "sent":
        return Reason("")
    if state == "held" and code not in _KNOWN:
        return Reason(
            "同じ宛先や短い時間に続いたため、止めています。", "送ってよければ「送る」を押してください。"
        )
    if known := _KNOWN.get(code):
        return known
    if status := _STATUS.fullmatch(code):
        return _of_status(status["family"], int(status["subject"]), int(status["detail"]))
    if reply := _REPLY.fullmatch(code):
        return _of_reply(reply["stage"], int(reply["code"]))
    if code.endswith("-lost"):
        return Reason(
            "送信サーバーとのやりとりが、途中で切れました。",
            "自動で送り直しています。このままお待ちください。",
        )
    return Reason("まだ送っていません。") if state == "queued" else _REFUSED


def _of_status(family: str, subject: int, detail: int) -> Reason:
    """RFC 3463: the enhanced status of a bounce."""
    if (subject, detail) == (2, 2):
        return _FULL
    if (subject, detail) in ((2, 3), (3, 4)):
        return _LARGE
    if subject == 1:
        return _ADDRESS
    return _REFUSED if family == "5" else _LATER


def _of_reply(stage: str, code: int) -> Reason:
    """RFC 5321 §4.2.3, by the stage it was said at."""
    if stage in _OURS or code in (530, 534, 535, 538):
        return _SETTING
    if code == 552:
        return _LARGE if stage in ("mail", "end") else _FULL
    if code in (550, 551, 553) and stage == "rcpt":
        return _ADDRESS
    return _LATER if code < 500 else _REFUSED
