"""Inquiries (受付・受信箱・返信): an inquiry is received once, answered, and never lost. The form, clauses 2(1), 10."""
