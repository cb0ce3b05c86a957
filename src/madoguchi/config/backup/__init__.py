"""Backup and restore: one consistent copy, encrypted to an age recipient, opened again after writing.

The ledger of erasures never goes into a backup: it stays beside the keys, and a restore replays it
before anything is served, so that what was erased or withdrawn after the backup stays so (clause 9-2).
"""
