"""What the desk says of mail that arrived: why it was put aside, what came back and why, what is wrong with a mailbox."""

from collections.abc import Mapping

from madoguchi.rooms.inquiries.queries.one import Line

CODES = ("came-by-mail", "auto-reply", "bounced")

# Why a mail is in 要確認, or was put away silently.
ASIDE: Mapping[str, str] = {
    "other-sender": "お問い合わせの続きのようですが、差出人が異なります",
    "own-address": "この窓口のアドレスから届きました",
    "no-sender": "差出人が書かれていません",
    "loop": "同じメールが行き来しています",
    "breaker": "自動のメールが続いたため、止めています",
    "automatic": "自動で送られたメールです",
    "bounce-unknown": "どのメールが戻ってきたのか分かりません",
    "bounced": "職員へのメールが戻ってきました",
    "could-not-read": "読み取れませんでした",
    "could-not-fetch": "途中で切れるため、件名と差出人だけを取り込みました",
    "too-large": "大きすぎます（40MBまで）",
    "too-many-parts": "中身の数が多すぎます",
    "too-many-attachments": "添付ファイルの数が多すぎます",
    "text-too-long": "本文が長すぎます",
    "too-deep": "転送が重なりすぎています",
    "header-too-long": "件名などが長すぎます",
    "unreadable": "読み取れませんでした",
    "erased": "消去されました",
}
FETCHING: Mapping[str, str] = {
    "connect": "メールサーバーにつながりません。サーバーの名前とポートをお確かめください。",
    "tls": "メールサーバーの証明書を確かめられません。サーバーの名前か、つなぎかたをお確かめください。",
    "greeting": "メールサーバーが応えません。ポートとつなぎかたをお確かめください。",
    "auth": "サインインできません。利用者名とパスワードをお確かめください。",
    "folder": "フォルダを開けません。フォルダの名前をお確かめください。",
    "no-imap": "つながった先は、IMAP のサーバーではないようです。ポートをお確かめください。",
    "lost": "途中で切れました。しばらくしてから、もう一度試します。",
    "store": "届いたメールを保存できません。データベースとディスクの空きをお確かめください。",
}
_OTHER = "理由は分かりませんでした"
_RETURNED = {
    "5.1.1": "宛先のアドレスがありません",
    "5.1.10": "宛先のアドレスがありません",
    "5.1.2": "宛先のドメインがありません",
    "5.2.1": "宛先は、いまメールを受け取っていません",
    "5.2.2": "宛先の受信箱がいっぱいです",
    "4.2.2": "宛先の受信箱がいっぱいです",
    "5.2.3": "大きすぎるため、受け取られませんでした",
    "5.3.4": "大きすぎるため、受け取られませんでした",
    "5.4.1": "宛先のサーバーが見つかりません",
    "5.4.4": "宛先のサーバーが見つかりません",
}


def aside(code: str) -> str:
    return ASIDE.get(code, "人の目での確認が必要です")


def fetching(code: str) -> str:
    return FETCHING.get(code, "読めませんでした。しばらくしてから、もう一度試します。")


def event(line: Line) -> str:
    match line.code:
        case "came-by-mail":
            return f"メールで届きました（{sender(line.head)}）"
        case "auto-reply":
            return "自動返信のメールが届きました（お返事はしていません）"
        case _:
            return returned(
                str(line.details.get("status", "")), permanent=bool(line.details.get("permanent"))
            )


def returned(status: str, *, permanent: bool) -> str:
    why = _RETURNED.get(status) or (
        "宛先のサーバーが受け取りを断りました" if status.startswith("5.7") else _OTHER
    )
    if permanent:
        return f"お送りしたメールが戻ってきました（{why}）"
    return "お送りしたメールのお届けが遅れている、との知らせが届きました"


def sender(head: Mapping[str, str]) -> str:
    """Name and address as they were written."""
    name, address = head.get("from_name", ""), head.get("from_address", "")
    return f"{name} <{address}>" if name and address else name or address or "差出人不明"
