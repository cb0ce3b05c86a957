"""Run as a process of its own in an installation's surroundings: what it holds, as JSON on stdout."""

import json
import os
import sys
from typing import Any

from tests.faults.ledger import digest


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
    import django

    django.setup()
    json.dump(_everything(), sys.stdout)


def _everything() -> dict[str, Any]:
    from madoguchi.rooms.inquiries.models import Inquiry
    from madoguchi.rooms.inquiries.queries.one import answers_of
    from madoguchi.rooms.organisation.models import Staff

    rows = []
    for inquiry in Inquiry.objects.iterator():
        values = answers_of(inquiry).values
        rows.append(
            {"number": inquiry.receipt_number, "email": values["email"], "digest": digest(values["body"])}
        )
    return {
        "stored": rows,
        "staff": list(Staff.objects.values_list("email", flat=True)),
        "integrity": _integrity(),
    }


def _integrity() -> str:
    from django.db import connection

    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
