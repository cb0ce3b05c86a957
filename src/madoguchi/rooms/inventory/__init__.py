"""Inventory (取扱台帳).

What is held, why and for how long, read from the declarations of every table. Clauses 2, 9-2.
"""
