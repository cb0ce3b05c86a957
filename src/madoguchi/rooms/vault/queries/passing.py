"""Keys for what only passes through the database, as the sessions of staff: they end with the epoch they are of.

What was typed there may name somebody who is erased later; under a key that nobody destroys, old backups
would go on telling it.
"""

import hmac

from madoguchi.rooms.vault.keyring import keyring


def newest() -> int:
    """The number of the newest epoch of which this process knows."""
    return keyring().numbers("index")[-1]


def passing_key(purpose: str, epoch: int) -> bytes:
    """Raises KeysUnusable once the epoch's key was destroyed."""
    return hmac.digest(keyring().key("index", epoch).secret, b"passing\x00" + purpose.encode(), "sha256")
