"""madoguchi (窓口): an inquiry form, the desk behind it and the privacy desk beside it."""

import sys

# SQLite before 3.51.3 can corrupt a WAL database when two connections checkpoint at once; most
# system Pythons carry such a version. The wheel's copy must be in place before Django imports it.
try:
    import pysqlite3
except ImportError:  # no wheel for this platform: config.checks decides whether the system's copy is safe
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

__version__ = "0.1.0"
