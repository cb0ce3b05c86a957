"""A stored mail as a person reads it: when somebody asks what is held of them (clause 8)."""

import json
from email import message_from_bytes, policy


def recipient_in_words(envelope: bytes) -> str:
    return str(json.loads(envelope)["to"])


def mail_in_words(content: bytes) -> str:
    """Subject and text, decoded."""
    mail = message_from_bytes(content, policy=policy.default)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    return f"件名：{mail['Subject'] or ''}\n\n{text}".strip().replace("\r\n", "\n")
