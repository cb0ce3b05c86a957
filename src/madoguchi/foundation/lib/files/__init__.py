"""What a file that somebody attached is: by its first bytes, never by its name alone.

Nothing is unpacked and nothing is run: a look at the beginning, and names inside an archive as they lie there.
"""

from madoguchi.foundation.lib.files.kinds import OTHER, kind_of, said
from madoguchi.foundation.lib.files.names import fitting_name
from madoguchi.foundation.lib.files.warnings import careful, mismatched

__all__ = ("OTHER", "careful", "fitting_name", "kind_of", "mismatched", "said")
