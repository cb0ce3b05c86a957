"""Which SQLite may keep a WAL database: 3.7.0–3.51.2 can corrupt one at a checkpoint, but for backports."""

Version = tuple[int, int, int]


def safe_for_wal(version: Version) -> bool:
    """True from 3.51.3, and for the backports 3.50.7 and 3.44.6 (SQLite's WAL-reset fix)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
