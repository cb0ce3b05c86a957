"""Staff sessions in the database, sealed: the table tells neither who nor what.

They remember words that were searched for, so they are sealed under a key of the epoch, which ends on its day.
"""

import json
from typing import Any

from django.contrib.sessions.backends import db

from madoguchi.faces.staff_site.sealing import NotOurs, seal_passing, unseal_passing

_PURPOSE = "session"


class SessionStore(db.SessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal_passing(_PURPOSE, json.dumps(session_dict, separators=(",", ":")))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was sealed under another key, or one that is gone, is no session of ours: its owner signs in again."""
        text = session_data if isinstance(session_data, str) else session_data.decode("ascii")
        try:
            content = json.loads(unseal_passing(_PURPOSE, text))
        except NotOurs:
            return {}
        return content if isinstance(content, dict) else {}
