"""入力 → 確認 → 完了: nothing is stored and no cookie set before 「送信する」 is pressed."""
