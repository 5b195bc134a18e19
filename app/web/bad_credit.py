"""The list of bad-credit entries, and the supervisor's form for a new one (A11.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.bad_credit import BadCreditEntry, bad_credit_entries, enter_organisation, enter_person, person_mark
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.organisation import Organisation
from app.web.context import context
from app.web.enterprises import identity_key
from app.web.errors import message_of
from app.web.excel import wants_excel
from app.web.languages import language
from app.web.office_files import bad_credit_file
from app.web.people import names_of
from app.web.signed_in import signed_in

blueprint = Blueprint("bad_credit", __name__, url_prefix="/bad-credit")

LENGTHS = {"party": 12, "credit_code": 18, "name": 60, "identity_number": 18, "since_on": 10, "reason": 500}

Answer = str | tuple[str, int]


@blueprint.get("")
def list_entries() -> str | Response:
    """Every entry that the reader may know of, the latest first; a supervisor finds the form below."""
    if wants_excel():
        with reading(context().database) as unit:
            return bad_credit_file(*_known(unit))
    return _page({}, {})


@blueprint.post("")
def enter() -> Response | Answer:
    """Add an entry; there is no way to take one back."""
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    typed["credit_code"] = typed["credit_code"].upper()
    errors, since_on = _errors(typed)
    if errors or since_on is None:
        return _page(typed, errors), 422
    try:
        with unit_of_work(context().database) as unit:
            _enter(unit, typed, since_on=since_on)
    except DomainError as refused:
        field = "credit_code" if typed["party"] == "organisation" else "identity_number"
        return _page(typed, {field: message_of(refused)}), 422
    flash(gettext("Entered. Applications are refused from that day on."))
    return redirect(url_for("bad_credit.list_entries"))


def _enter(unit: UnitOfWork, typed: dict[str, str], *, since_on: date) -> None:
    session, by, now, reason = unit.session, signed_in().person_id, context().now(unit), typed["reason"]
    if typed["party"] == "organisation":
        enter_organisation(session, typed["credit_code"], since_on=since_on, reason=reason, by=by, now=now)
        return
    mark = person_mark(typed["identity_number"], key=identity_key())
    enter_person(session, typed["name"], mark, since_on=since_on, reason=reason, by=by, now=now)


def _errors(typed: dict[str, str]) -> tuple[dict[str, str], date | None]:
    errors = {}
    if typed["party"] not in ("organisation", "person"):
        errors["party"] = gettext("Choose whom the entry is of.")
    if typed["party"] == "organisation" and not typed["credit_code"]:
        errors["credit_code"] = gettext("Write the credit code of the organisation.")
    if typed["party"] == "person" and not typed["name"]:
        errors["name"] = gettext("Write the person's name.")
    if not typed["reason"]:
        errors["reason"] = gettext("Write why, with the decision that it stands on.")
    try:
        since_on = date.fromisoformat(typed["since_on"])
    except ValueError:
        errors["since_on"] = gettext("Choose the day from which it counts.")
        return errors, None
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
    if since_on > today:
        errors["since_on"] = gettext("The day of the decision is not after today.")
    return errors, since_on


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    with reading(context().database) as unit:
        entries, firms, names = _known(unit)
    return render_template(
        "bad_credit/list.html", entries=entries, names=names, firms=firms, typed=typed, errors=errors
    )


def _known(unit: UnitOfWork) -> tuple[list[BadCreditEntry], dict[str, str], dict[int | None, str]]:
    """The entries that the reader may know of, with the names of firms by code and of people by id."""
    entries = _known_to_reader(unit.session, bad_credit_entries(unit.session))
    names = names_of(unit.connection, [one.entered_by for one in entries])
    codes = [one.credit_code for one in entries if one.credit_code]
    found = unit.session.scalars(sa.select(Organisation).where(Organisation.credit_code.in_(codes)))
    return entries, {one.credit_code: one.name(language()) for one in found}, names


def _known_to_reader(session: Session, entries: Sequence[BadCreditEntry]) -> list[BadCreditEntry]:
    """Without those of organisations that are kept from the reader."""
    actor = signed_in().actor
    hidden = set(
        session.scalars(
            sa.select(Organisation.credit_code).where(Organisation.id.in_(sorted(actor.organisations | actor.barred)))
        )
    )
    return [one for one in entries if one.credit_code not in hidden]
