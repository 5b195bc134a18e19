"""Lists as Excel files: one writer for all of them, so that a file never says more or otherwise than its page.

A list's page gives the same rows to its template and, asked with `?format=xlsx`, to `as_excel`: who may see the page may
take the file, and nobody else. Texts are written as texts, so that nothing that somebody typed becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import xlsxwriter
from flask import Response, request
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.web.languages import local

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT_MAX_ROWS = 5_000
"""How long a file may be; a longer list is narrowed first."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
_SHEET_NAME_MAX = 31
_FORBIDDEN_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "       ")


class Kind(StrEnum):
    """What a column holds, and so how Excel shows and adds it up."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    """Fen, written as yuan with two decimals."""
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        heading: in the reader's language.
        width: in characters.
        kind: of its values; None is an empty cell in every kind.
    """

    heading: str
    width: int = 14
    kind: Kind = Kind.TEXT


_FORMATS = {Kind.MONEY: "#,##0.00", Kind.DAY: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm", Kind.NUMBER: "0"}


PAGING = frozenset({"before", "after", "page"})


def wants_excel() -> bool:
    """Whether the list is asked for as a file."""
    return request.args.get("format") == "xlsx"


def excel_url() -> str:
    """The list of this page, as it is narrowed, as a file: from its first row on."""
    kept = {name: value for name, value in request.args.items() if name not in PAGING}
    return f"{request.path}?{urlencode({**kept, 'format': 'xlsx'})}"


def as_excel(name: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Response:
    """Rows as a file with one sheet, its headings kept in view.

    Args:
        name: of the file, without its ending; plain ASCII.
        title: of the sheet, cut to what Excel takes.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        sheet = book.add_worksheet(title.translate(_FORBIDDEN_IN_SHEET_NAMES)[:_SHEET_NAME_MAX])
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in _FORMATS.items()}
        _write_headings(book, sheet, columns)
        for number, row in enumerate(rows, 1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                if value is not None:
                    _write(sheet, number, place, column.kind, value, formats.get(column.kind))
    answer = Response(buffer.getvalue(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _write_headings(book: Workbook, sheet: Worksheet, columns: Sequence[Column]) -> None:
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, bold)


def _write(sheet: Worksheet, row: int, place: int, kind: Kind, value: Any, shown: Format | None) -> None:
    if kind is Kind.TEXT:
        sheet.write_string(row, place, str(value))
    elif kind in (Kind.DAY, Kind.MOMENT):
        sheet.write_datetime(row, place, _plain(value), shown)
    else:
        sheet.write_number(row, place, value / 100 if kind is Kind.MONEY else value, shown)


def _plain(value: date | datetime) -> date | datetime:
    """Excel knows no time zones: Shanghai's clock is written."""
    return local(value).replace(tzinfo=None) if isinstance(value, datetime) else value
