"""Staff sessions in the database, sealed: the table tells neither who nor what."""

import json
from typing import Any

from django.contrib.sessions.backends import db

from madoguchi.faces.staff_site.sealing import NotOurs, seal, unseal

_PURPOSE = "session"


class SessionStore(db.SessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal(_PURPOSE, json.dumps(session_dict, separators=(",", ":")))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was sealed under another key is no session of ours: its owner signs in again."""
        text = session_data if isinstance(session_data, str) else session_data.decode("ascii")
        try:
            content = json.loads(unseal(_PURPOSE, text))
        except NotOurs:
            return {}
        return content if isinstance(content, dict) else {}
