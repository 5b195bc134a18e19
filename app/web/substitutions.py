"""Absence: a person names who stands in for them and until when; a supervisor may do it for the office's people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.person import Person
from app.domain.role_grant import Role, RoleGrant
from app.domain.substitution import (
    Absence,
    Substitution,
    appoint_substitute,
    end_substitution,
    substitutions_from,
)
from app.web.context import context
from app.web.errors import message_of
from app.web.people import names_of
from app.web.signed_in import actor_of, signed_in
from app.web.visibility import APPLICANT_ROLES, OFFICE_ROLES

blueprint = Blueprint("substitutions", __name__, url_prefix="/inbox/absence")


@dataclass(frozen=True, slots=True)
class Line:
    """One substitution as the page lists it."""

    id: int
    absent: str
    substitute: str
    starts_on: date
    ends_on: date
    can_end: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    absent_id: int | None = None
    substitute_id: int | None = None
    starts_on: str = ""
    ends_on: str = ""
    error: str = ""


@blueprint.get("")
def show() -> str:
    """Who stands in for whom, as far as it is the reader's business, and the form for one more."""
    with reading(context().database) as unit:
        return _page(unit, Typed())


@blueprint.post("")
def appoint() -> Response | tuple[str, int]:
    """Name a substitute."""
    typed = _typed()
    try:
        with unit_of_work(context().database) as unit:
            absence, error = _absence(unit, typed)
            if absence is None:
                return _page(unit, _with_error(typed, error)), 422
            now = context().now(unit)
            appoint_substitute(unit.session, absence, by=signed_in().person_id, now=now, today=local_day(now))
    except DomainError as refused:
        with reading(context().database) as unit:
            return _page(unit, _with_error(typed, message_of(refused))), 422
    flash(gettext("Kept. On those days the substitute has the tasks in their own list, marked with the name."))
    return redirect(url_for("substitutions.show"))


@blueprint.post("/<int:substitution_id>/end")
def end(substitution_id: int) -> Response:
    """End a substitution early."""
    with unit_of_work(context().database) as unit:
        found = unit.session.get(Substitution, substitution_id)
        if found is None or not _may_end(found):
            raise NotFound
        end_substitution(unit.session, found, by=signed_in().person_id, now=context().now(unit))
    flash(gettext("The substitution has ended. What was done stands."))
    return redirect(url_for("substitutions.show"))


def colleagues_of(session: Session, connection: sa.Connection, person_id: int) -> list[tuple[int, str]]:
    """Who could stand in for a person: whoever has one of their roles, for an applicant in the same organisation."""
    able = set()
    for grant in actor_of(connection, person_id).grants:
        query = sa.select(RoleGrant.person_id).where(RoleGrant.role == grant.role, RoleGrant.revoked_at.is_(None))
        if grant.role in APPLICANT_ROLES:
            query = query.where(RoleGrant.organisation_id == grant.organisation_id)
        if grant.role != Role.EXPERT:  # a seat is drawn for one person
            able |= set(session.scalars(query))
    active = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.id.in_(able - {person_id}), Person.is_active)
        .order_by(Person.name)
    )
    return [(row.id, row.name) for row in active]


def _page(unit: UnitOfWork, typed: Typed) -> str:
    today = local_day(context().now(unit))
    is_supervisor = _is_supervisor()
    found = substitutions_from(unit.session, today=today)
    mine = [one for one in found if is_supervisor or signed_in().person_id in (one.absent_id, one.substitute_id)]
    names = names_of(unit.connection, [person for one in mine for person in (one.absent_id, one.substitute_id)])
    lines = [
        Line(
            one.id, names[one.absent_id], names[one.substitute_id], one.starts_on, one.ends_on, can_end=_may_end(one)
        )
        for one in mine
    ]  # fmt: skip
    return render_template(
        "inbox/absence.html", lines=lines, typed=typed, today=today, absents=_absents(unit) if is_supervisor else [],
        substitutes=_substitutes(unit),
    )  # fmt: skip


def _absents(unit: UnitOfWork) -> list[tuple[int, str]]:
    """The office's people, for whom a supervisor may name a substitute."""
    rows = unit.connection.execute(
        sa.select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_(sorted(OFFICE_ROLES)), RoleGrant.revoked_at.is_(None), Person.is_active)
        .distinct()
        .order_by(Person.name)
    )
    return [(row.id, row.name) for row in rows]


def _substitutes(unit: UnitOfWork) -> Sequence[tuple[int, str]]:
    if _is_supervisor():
        return _absents(unit)
    return colleagues_of(unit.session, unit.connection, signed_in().person_id)


def _typed() -> Typed:
    form = request.form
    absent_id = form.get("absent_id", type=int) if _is_supervisor() else None
    return Typed(
        absent_id or signed_in().person_id, form.get("substitute_id", type=int), form.get("starts_on", "").strip(),
        form.get("ends_on", "").strip(),
    )  # fmt: skip


def _absence(unit: UnitOfWork, typed: Typed) -> tuple[Absence | None, str]:
    """What was typed, read; or None and what is wrong with it."""
    try:
        starts_on, ends_on = date.fromisoformat(typed.starts_on), date.fromisoformat(typed.ends_on)
    except ValueError:
        return None, gettext("Give the first and the last day.")
    if typed.absent_id is None or typed.substitute_id is None:
        return None, gettext("Choose who stands in.")
    if typed.absent_id != signed_in().person_id and typed.absent_id not in dict(_absents(unit)):
        return None, gettext("Choose one of the people on the list.")
    absence = Absence(typed.absent_id, typed.substitute_id, starts_on, ends_on)
    able = {person_id for person_id, _ in colleagues_of(unit.session, unit.connection, typed.absent_id)}
    if typed.substitute_id not in able | {typed.absent_id}:
        return None, gettext("Only a colleague with one of the same roles can stand in. Choose another one.")
    return absence, ""


def _with_error(typed: Typed, error: str) -> Typed:
    return Typed(typed.absent_id, typed.substitute_id, typed.starts_on, typed.ends_on, error)


def _may_end(substitution: Substitution) -> bool:
    return _is_supervisor() or substitution.absent_id == signed_in().person_id


def _is_supervisor() -> bool:
    return Role.SUPERVISOR in signed_in().roles
