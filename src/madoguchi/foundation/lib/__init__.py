"""Small tools without a table: one clock, ids, digests, text, links, declarations, the only sockets."""
