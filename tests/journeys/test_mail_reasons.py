"""Why a mail has not arrived, in words: every stage and reply of a relay has a sentence and a next step."""

import pytest

from madoguchi.faces.staff_site.mail_reasons import reason


@pytest.mark.parametrize(
    ("state", "code", "says", "mend"),
    [
        ("refused", "rcpt-550", "アドレスが見つからない", "別の方法でご連絡"),
        ("refused", "bounce-5.1.1", "アドレスが見つからない", "別の方法でご連絡"),
        ("refused", "bounce-5.2.2", "いっぱいです", "時間をおいて"),
        ("refused", "end-552", "大きすぎる", "添付ファイルを減らす"),
        ("refused", "rcpt-552", "いっぱいです", "時間をおいて"),
        ("refused", "bounce-5.3.4", "大きすぎる", "添付ファイルを減らす"),
        ("refused", "end-554", "受け取りませんでした", "もう一度送る"),
        ("refused", "bounce-unknown", "戻ってきました", "もう一度送る"),
        ("refused", "recipient-malformed", "形が正しくありません", "確かめて"),
        ("queued", "rcpt-450", "いまは受け取れない", "自動で送り直して"),
        ("queued", "mail-421", "いまは受け取れない", "自動で送り直して"),
        ("queued", "connect-lost", "つながりません", "自動で送り直して"),
        ("queued", "body-lost", "途中で切れました", "自動で送り直して"),
        ("queued", "end-lost", "返事がありませんでした", "同じメールを"),
        ("queued", "auth-535", "設定に問題", "管理者に"),
        ("queued", "starttls-untrusted", "証明書", "管理者に"),
        ("queued", "", "まだ送っていません", ""),
        ("held", "", "止めています", "「送る」"),
        ("held", "address-returns-mail", "続けて戻ってきた", "「送る」"),
        ("stopped", "erased", "消去された", ""),
        ("sent", "end-250", "", ""),
    ],
)
def test_reasons(state: str, code: str, says: str, mend: str) -> None:
    found = reason(state, code)

    assert says in found.says
    assert mend in found.mend


@pytest.mark.parametrize(
    "stage", ["tls", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "end"]
)
@pytest.mark.parametrize(
    "code", ["421", "450", "451", "452", "530", "550", "551", "552", "553", "554", "lost"]
)
def test_nothing_is_without_words(stage: str, code: str) -> None:
    for state in ("queued", "refused"):
        found = reason(state, f"{stage}-{code}")
        assert found.says.endswith("。")
        assert found.mend.endswith("。")
