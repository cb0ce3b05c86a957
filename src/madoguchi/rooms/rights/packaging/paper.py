"""The same on paper: a PDF that carries its own letters, so that it prints the same everywhere (ADR 0024)."""

from collections.abc import Iterator
from functools import lru_cache

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode
from noto_cjk_sans_jp_regular import FONT_PATH

from madoguchi.rooms.rights.packaging.telling import Fact, Record, Telling, moment

_GETA = "〓"  # the printers' mark for a letter that the font has not
_FONT, _LINE, _MARGIN, _LEAST = "noto", 6.0, 18.0, 40.0


class _Pages(FPDF):
    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self._foot = title
        self.set_title(title)
        self.set_lang("ja")
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=_MARGIN + 4)
        self.add_font(_FONT, "", str(FONT_PATH))
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_FONT, size=8)
        self.set_text_color(90)
        self.cell(0, 5, f"{self._foot}　{self.page_no()} / {{nb}}", align="C")

    def write_text(self, text: str, *, size: float, grey: int = 20, indent: float = 0.0) -> None:
        self.set_font(_FONT, size=size)
        self.set_text_color(grey)
        self.set_x(_MARGIN + indent)
        width = self.epw - indent
        self.multi_cell(
            width,
            _LINE * size / 10,
            printable(text),
            new_x="LMARGIN",
            new_y="NEXT",
            wrapmode=WrapMode.CHAR,
            align="L",
        )

    def rule(self) -> None:
        self.set_draw_color(200)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.ln(2)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    with TTFont(str(FONT_PATH), lazy=True) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """What the font cannot show is marked: a letter that vanished would be a hole nobody sees. Which variant of a letter
    was meant, and signs without a width, have no picture of their own."""
    known = _letters()
    plain = text.replace("\r\n", "\n").replace("\t", "    ").replace("\u00a0", " ")
    seen = (each for each in plain if each in "\n\u3000" or (each.isprintable() and not _variant(ord(each))))
    return "".join(each if each == "\n" or ord(each) in known else _GETA for each in seen)


def _variant(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF


def steps(telling: Telling, made: list[bytes]) -> Iterator[None]:
    """Lays it out record by record, with the caller's turn after each; the PDF is put into `made` at the end."""
    pages = _Pages(telling.title)
    pages.write_text(telling.title, size=16)
    pages.ln(2)
    _facts(pages, telling.head, indent=0)
    for section in telling.sections:
        _heading(pages, section.title)
        if section.lead:
            pages.write_text(section.lead, size=9, grey=90)
        for record in section.records():
            _record(pages, record)
            yield
    _ends(pages, telling)
    made.append(bytes(pages.output()))


def _heading(pages: _Pages, title: str) -> None:
    pages.ln(4)
    if pages.get_y() > pages.h - 50:
        pages.add_page()
    pages.write_text(title, size=12.5)
    pages.rule()


def _record(pages: _Pages, record: Record) -> None:
    pages.write_text(record.what, size=10.5, indent=3)
    when = "　".join(filter(None, (moment(record.at), record.by)))
    if when:
        pages.write_text(when, size=8.5, grey=90, indent=3)
    _facts(pages, record.facts, indent=6)
    pages.ln(2)


def _facts(pages: _Pages, facts: tuple[Fact, ...], *, indent: float) -> None:
    for each in facts:
        if pages.get_y() > pages.h - _LEAST:  # a label stands with the beginning of what it names
            pages.add_page()
        pages.write_text(each.label, size=8.5, grey=90, indent=indent)
        pages.write_text(each.value, size=10, indent=indent + 3)


def _ends(pages: _Pages, telling: Telling) -> None:
    if telling.enclosed:
        _heading(pages, "添付ファイル")
        for each in telling.enclosed:
            held = "" if each.path else "（お渡ししていません）"
            pages.write_text(f"{each.name}{held}　{each.size:,} バイト　{each.belongs}", size=10, indent=3)
    if telling.withheld:
        _heading(pages, "伏せたところと、その根拠")
        for held_back in telling.withheld:
            pages.write_text(
                f"{held_back.what}：{held_back.ground}（{held_back.article}）", size=10, indent=3
            )
