"""Vault (鍵と封緘).

Values are sealed under one key a file; without the key nobody reads them. Clauses 6-6, 9-2.
"""
