"""Tables that leave as files, written row by row: XLSX, CSV for Excel, CSV for machines, JSON.

What Excel opens holds no formula: XLSX cells are text (inline strings), and a CSV cell that Excel would compute gets
a leading apostrophe (CWE-1236; DESK §5.5). Memory holds what was written since the last `take`.
"""

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import Any, Protocol
from xml.sax.saxutils import escape

_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_LONGEST_CELL = 32_767  # characters of one cell of Excel
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_GETA = "〓"  # the printers' mark for a character that is missing


class Writer(Protocol):
    """`row` after row, then `end`; `take` gives the bytes that are ready."""

    def row(self, cells: Sequence[str]) -> None: ...
    def end(self) -> None: ...
    def take(self) -> bytes: ...
    def size(self) -> int: ...


class _Bytes:
    def __init__(self) -> None:
        self._ready = bytearray()

    def take(self) -> bytes:
        ready, self._ready = bytes(self._ready), bytearray()
        return ready

    def size(self) -> int:
        return len(self._ready)

    def end(self) -> None:
        """Nothing follows the last row."""


def neutral(cell: str) -> str:
    """With an apostrophe before what Excel would take for a formula, also behind spaces of any width."""
    bare = cell.lstrip(" \u3000\u00a0\n\v\f")
    return f"'{cell}" if bare[:1] in _FORMULA and bare else cell


def _quoted(cells: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"


class ExcelCsv(_Bytes):
    """UTF-8 with a mark at its beginning, CRLF, every cell quoted."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self._ready += b"\xef\xbb\xbf"
        self.row(headings)

    def row(self, cells: Sequence[str]) -> None:
        self._ready += _quoted([neutral(cell) for cell in cells]).encode()


class Cp932Csv(_Bytes):
    """For programs that read nothing else. `lost`: characters that became 〓; `likened`: those that come back as
    another, like it (〜 as ～); `rows`: rows in which either happened."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self.lost, self.likened, self.rows = Counter[str](), Counter[str](), 0
        self.row(headings)

    def row(self, cells: Sequence[str]) -> None:
        text = _quoted([neutral(cell) for cell in cells])
        try:
            raw = text.encode("cp932")
        except UnicodeEncodeError:
            raw = "".join(map(self._kept, text)).encode("cp932")
            self.rows += 1
        else:
            self._liken(text, raw)
        self._ready += raw

    def _kept(self, letter: str) -> str:
        try:
            letter.encode("cp932")
        except UnicodeEncodeError:
            self.lost[letter] += 1
            return _GETA
        return letter

    def _liken(self, text: str, raw: bytes) -> None:
        back = raw.decode("cp932")
        if back != text:
            self.likened.update(one for one, other in zip(text, back, strict=True) if one != other)
            self.rows += 1


class PlainCsv(_Bytes):
    """For machines: UTF-8 without a mark, nothing neutralised."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self.row(headings)

    def row(self, cells: Sequence[str]) -> None:
        self._ready += _quoted(cells).encode()


class Json(_Bytes):
    """One object a row, by heading, in one list."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self._headings, self._rows = headings, 0
        self._ready += b"["

    def row(self, cells: Sequence[str]) -> None:
        self._ready += b",\n" if self._rows else b"\n"
        self._ready += json.dumps(dict(zip(self._headings, cells, strict=True)), ensure_ascii=False).encode()
        self._rows += 1

    def end(self) -> None:
        self._ready += b"\n]\n"


class _Sink(RawIOBase):
    """Where a zip is written that is never read back: it only grows."""

    def __init__(self, ready: bytearray) -> None:
        self.ready = ready

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.ready += data
        return len(data)


class Xlsx(_Bytes):
    """One sheet in which every cell is text and formatted as such, so that it stays text when it is edited."""

    def __init__(self, headings: Sequence[str], *, sheet: str = "お問い合わせ") -> None:
        super().__init__()
        self._sink = _Sink(self._ready)
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        for name, content in _parts(sheet):
            self._zip.writestr(name, content)
        self._sheet = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write((_HEAD + _SHEET.format(columns=_columns(len(headings)))).encode())
        self._write(headings, style=2)

    def row(self, cells: Sequence[str]) -> None:
        self._write(cells, style=1)

    def end(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._zip.close()

    def take(self) -> bytes:
        ready = bytes(self._ready)
        self._ready.clear()
        return ready

    def _write(self, cells: Sequence[str], *, style: int) -> None:
        shown = "".join(
            f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
            if cell
            else f'<c s="{style}"/>'
            for cell in cells
        )
        self._sheet.write(f"<row>{shown}</row>".encode())


def _text(cell: str) -> str:
    """What XML can hold (1.0 §2.2); `_x0041_` would be read as an escape (ECMA-376 22.9.2.19)."""
    fit = "".join(c for c in cell[:_LONGEST_CELL] if c >= " " or c in "\t\n\r")
    return escape(_ESCAPE.sub("_x005F_", fit.replace("\ufffe", "").replace("\uffff", "")))


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>'
)


def _columns(count: int) -> str:
    return f'<col min="1" max="{count}" width="20" style="1" customWidth="1"/>'


def _parts(sheet: str) -> Iterator[tuple[str, str]]:
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    yield (
        "xl/workbook.xml",
        (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    yield (
        "xl/styles.xml",
        (
            f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Yu Gothic"/></font>'
            '<font><b/><sz val="11"/><name val="Yu Gothic"/></font></fonts><fills count="2"><fill><patternFill '
            'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/>'
            '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
            '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
            '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
            "</styleSheet>"
        ),
    )
