"""A programming error, not a refusal: an event must not carry a value."""


class ValueInAudit(TypeError):
    """Details of an event hold codes, numbers and yes/no only; free text may carry a name (LAW 8.3)."""
