"""People (本人): the claimed holder of an address, unverified until a link comes back. Clauses 2(1), 8."""
