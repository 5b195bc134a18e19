"""Reads an Excel file as its rows, so that tests look at what a person would see in the cells."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

_SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def rows_of(data: bytes) -> list[list[str]]:
    """The cells of the first sheet by row, as text; numbers as the file holds them."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        texts = _shared_texts(book)
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [_cells(row, texts) for row in sheet.iterfind(".//x:row", _SPACE)]


def has_formulas(data: bytes) -> bool:
    """Whether any cell of the first sheet is computed."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return b"<f>" in book.read("xl/worksheets/sheet1.xml")


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ET.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(part.text or "" for part in one.iterfind(".//x:t", _SPACE)) for one in root.findall("x:si", _SPACE)]


def _cells(row: ET.Element, texts: list[str]) -> list[str]:
    """The cells of a row in their places; what is left out is an empty text."""
    found = {_place(cell.get("r", "")): _value(cell, texts) for cell in row.findall("x:c", _SPACE)}
    return [found.get(place, "") for place in range(max(found, default=-1) + 1)]


def _place(reference: str) -> int:
    """The column of a reference such as B7, from 0 on; lists here have at most 26."""
    return ord(reference[0]) - ord("A")


def _value(cell: ET.Element, texts: list[str]) -> str:
    found = cell.find("x:v", _SPACE)
    text = (found.text or "") if found is not None else ""
    return texts[int(text)] if cell.get("t") == "s" else text
