"""The second pair of eyes: requests for powerful roles that wait for another system administrator."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.role_request import RoleRequest, approve_request, refuse_request, waiting_requests
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import wants_excel
from app.web.languages import language
from app.web.office_files import role_requests_file
from app.web.people import names_of, organisation_names
from app.web.signed_in import signed_in

blueprint = Blueprint("role_requests", __name__, url_prefix="/role-requests")


@blueprint.get("")
def list_requests() -> str | Response:
    """Those that wait, the oldest first; who may not decide one reads why."""
    with reading(context().database) as unit:
        if wants_excel():
            return _file(unit)
        return _page(unit)


@blueprint.post("/<int:request_id>/approve")
def approve(request_id: int) -> Response | tuple[str, int]:
    """Let the role be given."""
    try:
        with unit_of_work(context().database) as unit:
            approve_request(unit.session, request_id, by=signed_in().person_id, now=context().now(unit))
    except DomainError as refused:
        return _refused(refused)
    flash(gettext("The role is approved."))
    return redirect(url_for("role_requests.list_requests"))


@blueprint.post("/<int:request_id>/refuse")
def refuse(request_id: int) -> Response | tuple[str, int]:
    """Let the role not be given, for a reason; one's own request is withdrawn by that."""
    reason = request.form.get("reason", "")
    try:
        with unit_of_work(context().database) as unit:
            done = refuse_request(
                unit.session, request_id, by=signed_in().person_id, reason=reason, now=context().now(unit)
            )
            is_withdrawn = done.status == "withdrawn"
    except DomainError as refused:
        return _refused(refused)
    flash(gettext("The request is withdrawn.") if is_withdrawn else gettext("The role is refused."))
    return redirect(url_for("role_requests.list_requests"))


def _refused(error: DomainError) -> tuple[str, int]:
    with reading(context().database) as unit:
        return _page(unit, error=message_of(error)), 422


def _file(unit: UnitOfWork) -> Response:
    rows = waiting_requests(unit.session)
    return role_requests_file(rows, *_names(unit, rows))


def _names(unit: UnitOfWork, rows: Sequence[RoleRequest]) -> tuple[dict[int | None, str], dict[int | None, str]]:
    """The people of requests and their organisations, by id."""
    people = {one.person_id for one in rows} | {one.requested_by for one in rows}
    where = organisation_names(unit.connection, {one.organisation_id for one in rows}, language())
    return names_of(unit.connection, people), where


def _page(unit: UnitOfWork, *, error: str = "") -> str:
    rows = waiting_requests(unit.session)
    names, where = _names(unit, rows)
    return render_template(
        "role_requests/list.html", rows=rows, names=names, error=error, where=where,
        me=signed_in().person_id,
    )  # fmt: skip
