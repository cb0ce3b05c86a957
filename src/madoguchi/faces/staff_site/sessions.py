"""Staff sessions in the database, sealed: the table tells neither who nor what (see docs/adr)."""

from django.contrib.sessions.backends.db import SessionStore

__all__ = ["SessionStore"]
