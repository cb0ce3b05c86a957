"""The marks with which Japanese documents number what they list, in one place for reader and renderer."""

import re

# Named by kind: the same kind again is the same depth.
MARK = re.compile(
    r"(?P<sub>[0-9０-９]{1,2}[-‐－–][0-9０-９]{1,2}[.．、]?(?=\s))"
    r"|(?P<point>[0-9０-９]{1,2}\s?[.．、](?![0-9０-９]))"
    r"|(?P<paren>[(（][0-9０-９]{1,2}[)）])|(?P<half>[0-9０-９]{1,2}[)）])|(?P<circle>[①-⑳])"
    r"|(?P<kana>[(（][ア-オカ-コサ-ソ][)）]|[ア-オカ-コサ-ソ][)）.．、])|(?P<letter>[(（]?[a-z][)）])"
    r"|(?P<dot>[•・●○◦‣▪■]|-(?=\s))"
)
