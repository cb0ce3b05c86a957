"""Gate (出口).

Nothing leaves without a permit that names recipient, purpose and basis, and no stop against it. Clauses 3, 4-2, 5, 7.
"""
