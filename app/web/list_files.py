"""Which columns the lists of cases, agencies, organisations and accounts have as Excel files."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from app.domain.organisation import Organisation, OrganisationKind
from app.web.account_list import AccountRow
from app.web.case_list import CaseRow
from app.web.excel import Column, Kind, as_excel
from app.web.navigation import role_name
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


def organisations_file(rows: Sequence[Organisation]) -> Response:
    """Organisations, by credit code."""
    columns = [
        Column(gettext("Credit code"), 20), Column(gettext("Name (Chinese)"), 36), Column(gettext("Name (English)"), 36),
        Column(gettext("Kind"), 14), Column(gettext("Responsible person"), 16), Column(gettext("Address"), 36),
        Column(gettext("Phone"), 16),
    ]  # fmt: skip
    return as_excel("quanliu-organisations", gettext("Organisations"), columns, [
        [
            one.credit_code, one.name_zh, one.name_en, _kind_name(one.kind), one.responsible_person, one.address, one.phone,
        ]
        for one in rows
    ])  # fmt: skip


def accounts_file(rows: Sequence[AccountRow]) -> Response:
    """Accounts with the roles that they hold now."""
    columns = [
        Column(gettext("Login"), 24), Column(gettext("Name"), 20), Column(gettext("E-mail"), 30), Column(gettext("Roles"), 60),
    ]  # fmt: skip
    return as_excel("quanliu-people", gettext("People"), columns, [
        [
            row.person.login, row.person.name, row.person.email,
            gettext(", ").join(f"{role_name(one.role)} ({one.organisation})" for one in row.held),
        ]
        for row in rows
    ])  # fmt: skip


def _kind_name(kind: str) -> str:
    names = {
        OrganisationKind.AGENCY: gettext("Agency"), OrganisationKind.ENTERPRISE: gettext("Enterprise"),
        OrganisationKind.OPERATOR: gettext("Operator"), OrganisationKind.BUREAU: gettext("Bureau"),
        OrganisationKind.EMPLOYER: gettext("Employer of experts"), OrganisationKind.AUDITOR: gettext("Audit office"),
    }  # fmt: skip
    return str(names.get(OrganisationKind(kind), kind))
