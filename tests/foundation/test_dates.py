"""Days as people write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib.dates import UnreadableDate, read_date


@pytest.mark.parametrize(
    "typed",
    [
        "1980年5月1日", "1980/5/1", "1980-05-01", "1980.5.1", "19800501", "１９８０年５月１日", "昭和55年5月1日",
        "S55.5.1", "s55/05/01", " 昭和 55年 5月 1日 ", "1980年5月1", "昭和５５年５月１日",
    ],
)  # fmt: skip
def test_one_day_in_many_ways(typed: str) -> None:
    assert read_date(typed) == date(1980, 5, 1)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)), ("平成31年4月30日", date(2019, 4, 30)), ("明治45年7月1日", date(1912, 7, 1)),
        ("T15.12.24", date(1926, 12, 24)), ("2000-02-29", date(2000, 2, 29)),
    ],
)  # fmt: skip
def test_eras_begin_where_they_begin(typed: str, day: date) -> None:
    assert read_date(typed) == day


@pytest.mark.parametrize(
    "typed", ["2月30日", "5/1", "1980", "きのう", "1980年5月", "1" * 1000, "80/5/1x", ""]
)
def test_what_is_no_day_says_what_to_write(typed: str) -> None:
    with pytest.raises(UnreadableDate, match="年・月・日"):
        read_date(typed, "生年月日")


@pytest.mark.parametrize(
    "typed",
    ["1981年2月29日", "1980/13/1", "1980/0/1", "0001-01-01", "9999/1/1", "55年5月1日", "昭和999年1月1日"],
)
def test_a_day_that_never_was_is_asked_again(typed: str) -> None:
    with pytest.raises(UnreadableDate, match="暦にない日"):
        read_date(typed)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with suppress(UnreadableDate):
        read_date(typed)


@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_every_day_reads_back(day: date) -> None:
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == day == read_date(f"{day:%Y%m%d}")
