"""Sheets of text for people who check: an XLSX file in memory, where no text is ever a formula or a link.

Every cell is written as text, so that a sheet shows what was there and computes nothing (CWE-1236).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

_LONGEST = 32_767  # characters of one cell
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns`: heading and width in characters of the standard font."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str]]


def workbook(sheets: Sequence[Sheet], *, title: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": title})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, head, body)
    return out.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, head: object, body: object) -> None:
    for column, (heading, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, heading, head)
    for number, row in enumerate(sheet.rows, 1):
        for column, text in enumerate(row):
            page.write_string(number, column, text[:_LONGEST], body)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
