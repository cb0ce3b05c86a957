"""Which shelf stands beside this database."""

from django.db import connection

from madoguchi.rooms.vault.search import postgresql, sqlite
from madoguchi.rooms.vault.search.shelf import Shelf


def shelf() -> Shelf:
    return postgresql if connection.vendor == "postgresql" else sqlite
