"""Mail from outside, read exactly: bytes in, facts out (DESK §4.6, §4.9).

Pure and total: no table, no network, no clock, and no bytes for which it raises. Every pattern runs in linear
time, since strangers choose what it reads. The text is what was sent; nothing is normalised but file names.
"""
