"""Forms (何を尋ねるか): which fields a form asks, how answers are checked and shown back. The form, clause 2(1)."""
