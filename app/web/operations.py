"""Incidents: what stands still because the machine failed, in plain words, with a retry."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.engine import incidents, instances
from app.web.context import context
from app.web.signed_in import signed_in

blueprint = Blueprint("operations", __name__, url_prefix="/incidents")


@blueprint.get("")
def list_incidents() -> str:
    """Every open incident with its case."""
    with reading(context().database) as unit:
        found = [
            {**one, "case": instances.read_instance(unit.connection, one["instance_id"])}
            for one in incidents.open_incidents(unit.connection)
        ]
    return render_template("operations/incidents.html", incidents=found)


@blueprint.post("/<int:instance_id>/retry")
def act(instance_id: int) -> Response:
    """Let the failed steps of a case try again; it needs a reason."""
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        flash(gettext("Write why it should work now."), "error")
        return redirect(url_for("operations.list_incidents"))
    with unit_of_work(context().database) as unit:
        incidents.retry_instance(
            unit, instance_id, reason=reason, now=context().now(unit), actor_id=signed_in().person_id
        )
    flash(gettext("The case tries again."))
    return redirect(url_for("operations.list_incidents"))
