"""Delivery (送るメール).

One mail, one recipient, the same bytes until it arrived or somebody was told. Clause 3-4.
"""
