"""Which columns the lists of cases and agencies have as Excel files."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from app.web.case_list import CaseRow
from app.web.excel import Column, Kind, as_excel
from app.web.public_records import AgencyRecord
from app.web.words import category_name, instance_status


def cases_file(rows: Sequence[CaseRow]) -> Response:
    """Cases as their list shows them."""
    columns = [
        Column(gettext("Case number")), Column(gettext("Process"), 20), Column(gettext("Applicant"), 36),
        Column(gettext("State"), 12), Column(gettext("How it stands"), 44), Column(gettext("Due"), 17, Kind.MOMENT),
        Column(gettext("Begun"), 17, Kind.MOMENT), Column(gettext("Last change"), 17, Kind.MOMENT),
    ]  # fmt: skip
    return as_excel("quanliu-cases", gettext("Cases"), columns, [
        [
            row.number, row.process, row.subject, row.trouble.words if row.trouble else instance_status(row.status),
            row.move.headline, row.move.due.at if row.move.due else None, row.started_at, row.changed_at,
        ]
        for row in rows
    ])  # fmt: skip


def agencies_file(records: Sequence[AgencyRecord]) -> Response:
    """Certified agencies, one row for each of their service items."""
    columns = [
        Column(gettext("Agency"), 36), Column(gettext("Credit code"), 20), Column(gettext("Certificate"), 16),
        Column(gettext("Valid until"), 12, Kind.DAY), Column(gettext("Address"), 36), Column(gettext("Phone"), 16),
        Column(gettext("Service item"), 36), Column(gettext("Category"), 20),
        Column(gettext("Price (yuan)"), 14, Kind.MONEY),
    ]  # fmt: skip
    return as_excel("quanliu-agencies", gettext("Certified agencies"), columns, [
        [
            one.name, one.credit_code, one.certificate_number, one.valid_until, one.address, one.phone, item.name,
            category_name(item.category), item.price_fen,
        ]
        for one in records
        for item in one.items
    ])  # fmt: skip
