"""Policy (方針): the published versions of the privacy policy, kept word for word. Clauses 1, 3, 11."""
