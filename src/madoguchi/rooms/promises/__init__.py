"""Promises (約束).

The catalogue of what the house promises, and who keeps each one. Holds no table. Serves every clause.
"""
