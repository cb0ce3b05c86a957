"""お問い合わせの状況: one's own page, by a code or link to the mailbox, or by a passkey.

The mailbox opens how things stand, and stops uses. No content of an inquiry shows, and nothing of it is stopped or
erased, before its name was named: a mailbox may be shared. One path for addresses that we know and that we do not.
"""
