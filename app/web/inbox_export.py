"""Lists of the inbox as Excel files: the whole list that is shown, or the chosen tasks; never more than the reader sees."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
import xlsxwriter
from flask import Blueprint, Response
from flask_babel import gettext

from app.db import reading
from app.engine.inbox import Listing, View, read_list
from app.engine.tables import user_task
from app.web.context import context
from app.web.inbox_address import read_address
from app.web.inbox_rail import view_title
from app.web.inbox_rows import Row, rows_of
from app.web.inbox_scope import EXPORT_MAX_ROWS, catch_up_for, listed, scope_of
from app.web.languages import local
from app.web.navigation import role_name
from app.web.signed_in import signed_in

blueprint = Blueprint("inbox_export", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/inbox/export")
def download() -> Response:
    """The list of the address, at most EXPORT_MAX_ROWS long."""
    asked = replace(read_address(), cursor=None)
    catch_up_for(asked.terms)
    with reading(context().database) as unit:
        scope = scope_of(unit, signed_in().actor, now=context().now(unit))
        rows = rows_of(unit, listed(unit, asked, scope, limit=EXPORT_MAX_ROWS).page.rows, scope)
    return as_excel(rows, view_title(asked.view))


def chosen_rows(task_ids: Sequence[int]) -> list[Row]:
    """The chosen tasks as far as they stand in one of the reader's own lists; what does not is left out."""
    with reading(context().database) as unit:
        scope = scope_of(unit, signed_in().actor, now=context().now(unit))
        found: dict[int, sa.RowMapping] = {}
        for view in View:
            listing = Listing(view, where=[user_task.c.id.in_(task_ids)], limit=len(task_ids))
            found |= {row["id"]: row for row in read_list(unit.connection, scope, listing).rows}
        return rows_of(unit, [found[one] for one in task_ids if one in found], scope)


def as_excel(rows: Sequence[Row], title: str) -> Response:
    """Rows as a file with one sheet; texts are texts, so that no cell is taken for a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        for column, (heading, width) in enumerate(_headings()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(_texts(row)):
                sheet.write_string(number, column, value)
            for column, at in ((7, row.due.at if row.due else None), (8, row.since)):
                if at is not None:
                    sheet.write_datetime(number, column, local(at).replace(tzinfo=None), day)
            sheet.write_number(number, 9, row.age_days)
    answer = Response(buffer.getvalue(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename="quanliu-inbox.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _headings() -> list[tuple[str, int]]:
    return [
        (gettext("Case number"), 14), (gettext("Step"), 24), (gettext("Process version"), 9), (gettext("Applicant"), 36),
        (gettext("Whose move"), 12), (gettext("State"), 24), (gettext("With"), 24), (gettext("Due"), 17),
        (gettext("Here since"), 17), (gettext("Days here"), 9),
    ]  # fmt: skip


def _texts(row: Row) -> list[str]:
    state = row.trouble.words if row.trouble else (row.due.words if row.due else "")
    marks = [
        words
        for is_on, words in (
            (row.is_urgent, gettext("urgent")), (row.is_returned, gettext("come back")),
            (row.is_flagged, gettext("flagged")),
        )
        if is_on
    ]  # fmt: skip
    return [
        row.case_number, row.title, f"v{row.process_version}", row.subject, role_name(row.role),
        gettext(", ").join([one for one in (state, *marks) if one]), row.holding.words,
    ]  # fmt: skip
