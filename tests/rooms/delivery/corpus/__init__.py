"""Raw messages of our own, with what must be read from each."""

from tests.rooms.delivery.corpus import charsets, files, headers, machines, odd, quotes, texts

ALL = [
    *charsets.CASES,
    *headers.CASES,
    *files.CASES,
    *texts.CASES,
    *quotes.CASES,
    *machines.CASES,
    *odd.CASES,
]
