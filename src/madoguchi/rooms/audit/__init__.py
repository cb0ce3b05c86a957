"""Audit (記録): what happened, to what, by whom; appended, never changed, without a single value. Clause 6-3."""
