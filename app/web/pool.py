"""The pool of experts: who can be drawn for what, taken in and let go by the supervisor, each with a reason (A8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.expert import Category, Expert, PoolEntry, fields_of, leave_pool, put_into_pool
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.panel import OPEN, PanelSeat
from app.domain.person import Person
from app.web.context import context
from app.web.errors import message_of
from app.web.languages import language
from app.web.signed_in import signed_in
from app.web.words import category_name

blueprint = Blueprint("pool", __name__, url_prefix="/experts")


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One expert."""

    person_id: int
    name: str
    employer: str
    fields: tuple[str, ...]
    open_seats: int
    joined_at: datetime
    left_at: datetime | None


@blueprint.get("")
def list_experts() -> str:
    """Everybody in the pool, and those who have left it."""
    return _page()


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    """Take a person with an account into the pool."""
    typed = {
        name: request.form.get(name, "").strip()[:200] for name in ("login", "employer_code", "employer_name", "reason")
    }
    fields = [one for one in request.form.getlist("fields") if one in set(Category)]
    errors = _missing(typed, fields)
    if errors:
        return _page(typed, fields, errors), 422
    try:
        with unit_of_work(context().database) as unit:
            person_id, employer_id = _person(unit, typed["login"]), _employer(unit, typed)
            if person_id is None or employer_id is None:
                return _page(typed, fields, _unknown(person_id, employer_id)), 422
            entry = PoolEntry(person_id, employer_id, frozenset(Category(one) for one in fields))
            put_into_pool(
                unit.session, entry, reason=typed["reason"], by=signed_in().person_id, now=context().now(unit)
            )
    except DomainError as refused:
        return _page(typed, fields, {_field_of(refused): message_of(refused)}), 422
    flash(gettext("The pool has been changed."))
    return redirect(url_for("pool.list_experts"))


@blueprint.post("/<int:person_id>/leave")
def leave(person_id: int) -> Response:
    """Let an expert be drawn no more."""
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        flash(gettext("Write why the expert leaves the pool."), "error")
        return redirect(url_for("pool.list_experts"))
    with unit_of_work(context().database) as unit:
        if unit.session.get(Expert, person_id) is None:
            raise NotFound
        leave_pool(unit.session, person_id, reason=reason, by=signed_in().person_id, now=context().now(unit))
    flash(gettext("The expert will be drawn no more; open seats stay theirs."))
    return redirect(url_for("pool.list_experts"))


def _page(
    typed: Mapping[str, str] | None = None, fields: list[str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    with reading(context().database) as unit:
        rows = _rows(unit)
    categories = [(str(one), category_name(one)) for one in Category]
    return render_template(
        "panels/pool.html", rows=rows, categories=categories, typed=typed or {}, chosen=fields or [], errors=errors or {}
    )  # fmt: skip


def _rows(unit: UnitOfWork) -> list[PoolRow]:
    fields, held = fields_of(unit.session), _open_seats(unit)
    found = unit.session.execute(
        sa.select(Expert, Person, Organisation)
        .join(Person, Person.id == Expert.person_id)
        .join(Organisation, Organisation.id == Expert.employer_id)
        .order_by(Expert.left_at.is_not(None), Person.name)
    )
    return [
        PoolRow(
            person.id,
            person.name,
            employer.name(language()),
            tuple(category_name(one) for one in fields.get(person.id, ())),
            held.get(person.id, 0),
            expert.joined_at,
            expert.left_at,
        )
        for expert, person, employer in found
    ]


def _open_seats(unit: UnitOfWork) -> dict[int, int]:
    """How much each expert has in hand; not of panels that are kept from the reader."""
    query = (
        sa.select(PanelSeat.person_id, sa.func.count()).where(PanelSeat.status.in_(OPEN)).group_by(PanelSeat.person_id)
    )
    actor = signed_in().actor
    if actor.barred:
        return {}
    return dict(unit.session.execute(query).all())


def _person(unit: UnitOfWork, login: str) -> int | None:
    query = sa.select(Person.id).where(Person.login == login.lower(), Person.is_active)
    return unit.session.scalar(query)


def _employer(unit: UnitOfWork, typed: Mapping[str, str]) -> int | None:
    """The employer by its credit code; registered now if it has a name."""
    known = unit.session.scalar(sa.select(Organisation.id).where(Organisation.credit_code == typed["employer_code"]))
    if known is not None or not typed["employer_name"]:
        return known
    entry = OrganisationEntry(typed["employer_name"], typed["employer_code"], OrganisationKind.EMPLOYER)
    return register_organisation(unit.session, entry, now=context().now(unit)).id


def _missing(typed: Mapping[str, str], fields: list[str]) -> dict[str, str]:
    asked = {
        "login": gettext("Write the login of the person."),
        "employer_code": gettext("Write the credit code of the employer."),
        "reason": gettext("Write why; it stays on record."),
    }
    found = {name: words for name, words in asked.items() if not typed[name]}
    return found if fields else {**found, "fields": gettext("Choose at least one field.")}


def _unknown(person_id: int | None, employer_id: int | None) -> dict[str, str]:
    found = {}
    if person_id is None:
        found["login"] = gettext("Nobody has this login. Accounts are made by the system administrator.")
    if employer_id is None:
        found["employer_name"] = gettext("No organisation of that credit code is registered: write its name as well.")
    return found


def _field_of(refused: DomainError) -> str:
    return {"invalid_credit_code": "employer_code", "no_fields": "fields"}.get(refused.code, "login")
