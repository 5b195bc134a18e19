"""Which columns the office's lists have as Excel files: panels, experts, shares, bad credit, parameters, processes, and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from flask_babel import gettext

from app.domain.bad_credit import BadCreditEntry
from app.domain.role_request import RoleRequest
from app.web.excel import Column, Kind, as_excel
from app.web.languages import points
from app.web.library import Process
from app.web.navigation import role_name
from app.web.panel_rows import MatrixRow


def panels_file(rows: Sequence[MatrixRow]) -> Response:
    """Panels with their experts; scores stand there once a panel has closed."""
    columns = [
        Column(gettext("Case number")), Column(gettext("Applicant"), 36), Column(gettext("Experts"), 60),
        Column(gettext("Scored"), 12), Column(gettext("Due"), 17, Kind.MOMENT), Column(gettext("Score"), 8),
        Column(gettext("Spread"), 8), Column(gettext("Rank"), 8, Kind.NUMBER),
        Column(gettext("Rank by adjusted score"), 12, Kind.NUMBER),
    ]  # fmt: skip
    return as_excel("quanliu-panels", gettext("Panels"), columns, [_panel(one) for one in rows])


def _panel(one: MatrixRow) -> list[Any]:
    standing = one.row.standing
    seats = gettext(", ").join(f"{pip.name}: {pip.words}" for pip in one.pips)
    known = [one.row.case_number, one.applicant, seats, one.quorum, one.due.at if one.due else None]
    if standing is None:
        return [*known, None, None, None, None]
    score, spread = points(standing.score_hundredths), points(standing.spread_hundredths)
    return [*known, score, spread, standing.rank, standing.adjusted_rank]


def bad_credit_file(
    entries: Sequence[BadCreditEntry], firms: Mapping[str, str], names: Mapping[int | None, str]
) -> Response:
    """Bad-credit entries; of a person's number no more than its last four."""
    columns = [
        Column(gettext("Name"), 36), Column(gettext("Credit code"), 24), Column(gettext("From which day on"), 12, Kind.DAY),
        Column(gettext("Why"), 60), Column(gettext("By"), 20),
    ]  # fmt: skip
    values = [
        [
            firms.get(one.credit_code, gettext("not registered here")) if one.credit_code else one.person_name,
            one.credit_code or gettext("number ends in %(last_four)s", last_four=one.person_last_four),
            one.since_on, one.reason, names.get(one.entered_by),
        ]
        for one in entries
    ]  # fmt: skip
    return as_excel("quanliu-bad-credit", gettext("Bad credit"), columns, values)


def role_requests_file(
    rows: Sequence[RoleRequest], names: Mapping[int | None, str], where: Mapping[int | None, str]
) -> Response:
    """Requests for powerful roles that wait."""
    columns = [
        Column(gettext("Person"), 20), Column(gettext("Role"), 20), Column(gettext("Organisation"), 36),
        Column(gettext("From"), 12, Kind.DAY), Column(gettext("Until"), 12, Kind.DAY), Column(gettext("Reason"), 60),
        Column(gettext("By"), 20), Column(gettext("When"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [
        [
            names.get(one.person_id), role_name(one.role), where.get(one.organisation_id), one.from_on, one.until_on,
            one.reason, names.get(one.requested_by), one.requested_at,
        ]
        for one in rows
    ]  # fmt: skip
    return as_excel("quanliu-role-requests", gettext("Role requests"), columns, values)


def processes_file(shelf: Sequence[Process]) -> Response:
    """Every version of every process; how many cases run on it."""
    columns = [
        Column(gettext("Version"), 10), Column(gettext("Process"), 30), Column(gettext("Deployed"), 17, Kind.MOMENT),
        Column(gettext("By"), 20), Column(gettext("Why"), 60), Column(gettext("Running"), 10, Kind.NUMBER),
        Column(gettext("Ended"), 10, Kind.NUMBER),
    ]  # fmt: skip
    values = [
        [
            f"v{one.number}", process.title, one.deployed_at, one.deployed_by,
            one.reason if one.deployed_by else gettext("shipped with the software"),
            None if process.is_called else one.running, None if process.is_called else one.ended,
        ]
        for process in shelf
        for one in process.versions
    ]  # fmt: skip
    return as_excel("quanliu-processes", gettext("Processes"), columns, values)


def incidents_file(found: Sequence[Mapping[str, Any]]) -> Response:
    """Open incidents with their cases."""
    columns = [
        Column(gettext("Case number")), Column(gettext("Applicant"), 36), Column(gettext("Step"), 24),
        Column(gettext("Message"), 60), Column(gettext("When"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [
        [
            one["case"]["business_key"], one["case"]["subject"], one["element_id"] or one["case"]["process_key"],
            one["message"], one["created_at"],
        ]
        for one in found
    ]  # fmt: skip
    return as_excel("quanliu-incidents", gettext("Incidents"), columns, values)
