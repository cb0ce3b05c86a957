"""Telling people (お知らせ).

What the operator sends on its own account, to those whom the gate lets it send to: that the policy changes.
Serves notice 1 and clauses 3-6 and 11.
"""
