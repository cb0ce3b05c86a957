"""A day as people write it: 1980年5月1日, 昭和55年5月1日, 1980/5/1, 19800501, in any width."""

import re
from datetime import date

from madoguchi.foundation.lib.contact import Unreadable, narrow

# The year before the first of each era (元年 is 1).
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_SIGNS = dict(zip("MTSHR", _ERAS.values(), strict=True))
_LONGEST = 40
_DAY = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR])\s*)?(?P<year>\d{1,4}|元)\s*[年/.-]\s*(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})\s*日?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")


class UnreadableDate(Unreadable):
    pass


def read_date(typed: str, label: str = "日付") -> date:
    """Raises UnreadableDate with a sentence that says what to write."""
    wrong = UnreadableDate(f"{label}は、1980年5月1日 のように、年・月・日でお書きください。")
    if len(typed) > _LONGEST:
        raise wrong
    plain = narrow(typed)
    found = _PLAIN.fullmatch(plain) or _DAY.fullmatch(plain)
    if found is None:
        raise wrong
    try:
        return date(_year(found), int(found["month"]), int(found["day"]))
    except ValueError:
        raise UnreadableDate(f"{label}に、暦にない日が書かれています。お確かめください。") from None


def _year(found: re.Match[str]) -> int:
    parts = found.groupdict()
    era = parts.get("era")
    year = 1 if found["year"] == "元" else int(found["year"])
    if era:
        year += _ERAS.get(era) or _SIGNS[era.upper()]
    if not 1850 <= year <= 2150:
        raise ValueError
    return year
