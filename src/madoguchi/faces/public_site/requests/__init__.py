"""ご自分の情報についてのご請求: what one may ask for, asking for it, how it stands, and what is handed over.

Nothing here tells whether anything is held of anybody (T-C8-2): one path, the same pages, no cookie, no script.
"""
