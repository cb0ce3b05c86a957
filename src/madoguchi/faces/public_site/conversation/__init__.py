"""The visitor's side of an inquiry: a code to their mailbox, then the whole conversation with a box to answer."""
