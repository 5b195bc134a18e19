"""Lists of the inbox as Excel files: the whole list that is shown, or the chosen tasks; never more than the reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response
from flask_babel import gettext

from app.db import reading
from app.engine.inbox import Listing, View, read_list
from app.engine.tables import user_task
from app.web import excel
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind
from app.web.inbox_address import read_address
from app.web.inbox_rail import view_title
from app.web.inbox_rows import Row, rows_of
from app.web.inbox_scope import catch_up_for, listed, scope_of
from app.web.navigation import role_name
from app.web.signed_in import signed_in

blueprint = Blueprint("inbox_export", __name__)


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
    """Rows of the inbox as a file."""
    return excel.as_excel("quanliu-inbox", title, _columns(), (_values(row) for row in rows))


def _columns() -> list[Column]:
    return [
        Column(gettext("Case number")), Column(gettext("Step"), 24), Column(gettext("Process version"), 9),
        Column(gettext("Applicant"), 36), Column(gettext("Whose move"), 12), Column(gettext("State"), 24),
        Column(gettext("With"), 24), Column(gettext("Due"), 17, Kind.MOMENT),
        Column(gettext("Here since"), 17, Kind.MOMENT), Column(gettext("Days here"), 9, Kind.NUMBER),
    ]  # fmt: skip


def _values(row: Row) -> list[Any]:
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
        row.due.at if row.due else None, row.since, row.age_days,
    ]  # fmt: skip
