"""Consent (告知と同意).

Which wording was shown, that the policy was acknowledged, and each choice apart. Notice 1, clauses 4, 11.
"""
