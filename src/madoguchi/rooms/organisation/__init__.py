"""Organisation (事業者と職員).

Who "we" are, and who at the desk may see what. Facts OP-1…OP-7, clauses 6-3, 7, 10.
"""
