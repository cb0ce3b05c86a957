"""From the SQLite file to PostgreSQL: everything in one transaction, compared row by row, or nothing at all.

Here the target is Django's own database; the file is read by the driver alone, and never written.
"""
