"""Incidents: what stands still because the machine failed, in plain words, with a retry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.engine import incidents
from app.engine.errors import UnknownInstanceError
from app.web.context import context
from app.web.excel import wants_excel
from app.web.office_files import incidents_file
from app.web.signed_in import signed_in
from app.web.visibility import machinery_for

blueprint = Blueprint("operations", __name__, url_prefix="/incidents")


@blueprint.get("")
def list_incidents() -> str | Response:
    """Every open incident with its case."""
    with reading(context().database) as unit:
        found = list(_seen(unit))
    if wants_excel():
        return incidents_file(found)
    return render_template("operations/incidents.html", incidents=found)


def _seen(unit: UnitOfWork) -> Iterator[dict[str, Any]]:
    """The open incidents of the cases that the reader may look into; the others are nothing to them."""
    for one in incidents.open_incidents(unit.connection):
        try:
            case, _ = machinery_for(unit, one["instance_id"], signed_in().actor)
        except UnknownInstanceError:
            continue
        yield {**one, "case": case}


@blueprint.post("/<int:instance_id>/retry")
def act(instance_id: int) -> Response:
    """Let the failed steps of a case try again; it needs a reason."""
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        flash(gettext("Write why it should work now."), "error")
        return redirect(url_for("operations.list_incidents"))
    with unit_of_work(context().database) as unit:
        machinery_for(unit, instance_id, signed_in().actor)
        incidents.retry_instance(
            unit, instance_id, reason=reason, now=context().now(unit), actor_id=signed_in().person_id
        )
    flash(gettext("The case tries again."))
    return redirect(url_for("operations.list_incidents"))
