"""System administrators look after organisations: find, add."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.credit_code import is_of_region, is_valid
from app.domain.errors import DomainError
from app.domain.membership import members
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.security_event import EventKind, note
from app.web.account_list import list_organisations
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.list_files import organisations_file
from app.web.signed_in import signed_in

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")

KINDS = frozenset(str(kind) for kind in OrganisationKind)
LENGTHS = {
    "credit_code": 18, "name_zh": 120, "name_en": 160, "responsible_person": 60, "address": 200, "phone": 30,
}  # fmt: skip


@blueprint.get("", endpoint="list_organisations")
def show_list() -> str | Response:
    """All of them, by search and kind."""
    text, kind = request.args.get("q", "").strip()[:100], request.args.get("kind", "")
    with reading(context().database) as unit:
        if wants_excel():
            found = list_organisations(unit.session, text=text, kind=kind, most=EXPORT_MAX_ROWS)
            return organisations_file(found.rows)
        page = list_organisations(unit.session, text=text, kind=kind, after=request.args.get("after", 0, int))
        more: dict[str, Any] = {"q": text, "kind": kind, "after": page.next_after}
        return render_template(
            "organisations/list.html", rows=page.rows, text=text, kind=kind, kinds=OrganisationKind,
            is_of_region=is_of_region,
            next_url=url_for("organisations.list_organisations", **more) if page.next_after else None,
        )  # fmt: skip


@blueprint.get("/new")
def show_form() -> str:
    """The form to add one."""
    return render_template("organisations/form.html", typed={}, errors={}, kinds=OrganisationKind)


@blueprint.post("/new")
def register() -> Response | tuple[str, int]:
    """Add an organisation by its credit code."""
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    typed["credit_code"] = typed["credit_code"].upper()
    kind = request.form.get("kind", "")
    errors = {} if typed["name_zh"] else {"name_zh": gettext("Fill this in.")}
    if kind not in KINDS:
        errors["kind"] = gettext("Choose what the organisation is.")
    if not is_valid(typed["credit_code"]):
        errors["credit_code"] = gettext("Check the code: 18 characters, the last one is computed from the others.")
    if not errors:
        entry = OrganisationEntry(kind=OrganisationKind(kind), **typed)
        try:
            return redirect(url_for("organisations.show", organisation_id=_register(entry)))
        except DomainError as refused:
            errors["credit_code"] = message_of(refused)
    shown = {**typed, "kind": kind}
    return render_template("organisations/form.html", typed=shown, errors=errors, kinds=OrganisationKind), 422


@blueprint.get("/<int:organisation_id>")
def show(organisation_id: int) -> str:
    """One organisation and its people."""
    with reading(context().database) as unit:
        found = unit.session.get(Organisation, organisation_id)
        if found is None:
            raise NotFound
        return render_template(
            "organisations/show.html", organisation=found, members=members(unit.session, found.id),
            is_of_region=is_of_region(found.credit_code),
        )  # fmt: skip


def _register(entry: OrganisationEntry) -> int:
    by, now = signed_in().person_id, datetime.now(UTC)
    with unit_of_work(context().database) as unit:
        made = register_organisation(unit.session, entry, now=now)
        note(unit.session, EventKind.ORGANISATION_REGISTERED, by=by, about=None, organisation_id=made.id, now=now)
    flash(gettext("The organisation has been added."))
    return made.id
