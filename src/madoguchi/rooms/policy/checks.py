"""Counted from the tables: does each stored version still have the digest it was published with?"""

from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.promises.rules import Count


def kept_word_for_word() -> Count:
    good = [sha256(version.html.encode()) == version.digest for version in PolicyVersion.objects.all()]
    return Count(sum(good), len(good) - sum(good))
