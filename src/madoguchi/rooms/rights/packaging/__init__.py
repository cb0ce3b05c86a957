"""What is handed over (Art 33(2); Rule 30): an encrypted archive, or pages to print. Written piece by piece to a sink
that is never read back, so that nothing of it ever lies in a plain file and memory holds one piece (ADR 0023, 0024).

Nothing here asks the database: it is given what to write.
"""
