"""A CSV as a spreadsheet program opens it: no cell computes anything (needs LibreOffice; `make soak`)."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.house import House
from tests.rooms.inquiries.test_export import FORMULAS, made

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def opened(folder: Path, raw: bytes, charset: str) -> ET.Element:
    """44: comma; 34: quote; then the charset, the first line, and every column as LibreOffice judges it."""
    source = folder / "書き出し.csv"
    source.write_bytes(raw)
    program = shutil.which("soffice")
    assert program, "libreoffice-calc is not installed: make soak installs it"
    subprocess.run(
        [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless",
            f"--infilter=CSV:44,34,{charset},1,,0,false,true,false,false,false,-1,true", "--convert-to", "fods",
            "--outdir", str(folder), str(source),
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return ET.parse(source.with_suffix(".fods")).getroot()  # noqa: S314  our own file


def formulas(book: ET.Element) -> list[str]:
    return [found for cell in book.iter(f"{_TABLE}table-cell") if (found := cell.get(f"{_TABLE}formula"))]


@pytest.mark.parametrize(("format", "charset"), [("csv", "76"), ("cp932", "64")])
def test_no_cell_is_a_formula(house: House, tmp_path: Path, format: str, charset: str) -> None:
    for text in FORMULAS:
        house.submit(name=f"{text}山田", body=f'{text}+HYPERLINK("https://a.example")')
    _, raw = made(house, format=format)

    assert formulas(opened(tmp_path, raw, charset)) == []


def test_the_judge_sees_a_formula(tmp_path: Path) -> None:
    assert formulas(opened(tmp_path, b'"a","=1+1"\r\n', "76")) == ["of:=1+1"]
