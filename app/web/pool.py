"""The pool of experts: who can be drawn for what, proposed by a supervisor, taken in by a second person (A8.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.expert import Category, Expert, fields_of, leave_pool
from app.domain.organisation import Organisation
from app.domain.panel import OPEN, PanelSeat
from app.domain.person import Person
from app.domain.role_grant import Role
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import Column, Kind, as_excel, wants_excel
from app.web.languages import language
from app.web.pool_proposals import Typed, field_of, proposal_rows, propose, typed_now, unknown_employer
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
def list_experts() -> str | Response:
    """Everybody in the pool, and those who have left it."""
    if wants_excel():
        with reading(context().database) as unit:
            return _file(_rows(unit))
    return _page()


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    """Propose a person with an account; another supervisor or the bureau takes them in."""
    typed = typed_now()
    errors = typed.missing("login", "employer_code", "reason")
    if not errors:
        try:
            with unit_of_work(context().database) as unit:
                errors = _propose(unit, typed)
        except DomainError as refused:
            errors = {field_of(refused, otherwise="login"): message_of(refused)}
    if errors:
        return _page(typed, errors), 422
    flash(gettext("The proposal waits for another supervisor or the bureau."))
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


def _page(typed: Typed | None = None, errors: Mapping[str, str] | None = None) -> str:
    typed = typed or Typed({}, ())
    with reading(context().database) as unit:
        rows, proposals = _rows(unit), proposal_rows(unit)
    categories = [(str(one), category_name(one)) for one in Category]
    return render_template(
        "panels/pool.html", rows=rows, proposals=proposals, categories=categories, typed=typed.texts,
        chosen=typed.fields, errors=errors or {},
    )  # fmt: skip


def _file(rows: Sequence[PoolRow]) -> Response:
    columns = [
        Column(gettext("Expert"), 20), Column(gettext("Employer of experts"), 36), Column(gettext("Fields"), 60),
        Column(gettext("Open seats"), 10, Kind.NUMBER), Column(gettext("Since"), 17, Kind.MOMENT),
        Column(gettext("Until"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [
        [one.name, one.employer, gettext(", ").join(one.fields), one.open_seats or None, one.joined_at, one.left_at]
        for one in rows
    ]
    return as_excel("quanliu-experts", gettext("Pool of experts"), columns, values)


def _propose(unit: UnitOfWork, typed: Typed) -> dict[str, str]:
    """Write the proposal down; what could not be found, by field."""
    query = sa.select(Person.id).where(Person.login == typed.texts["login"].lower(), Person.is_active)
    person_id = unit.session.scalar(query)
    if person_id is None:
        return {"login": gettext("Nobody has this login. Accounts are made by the system administrator.")}
    return {} if propose(unit, person_id, typed) else {"employer_name": unknown_employer()}


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
    """How much each expert has in hand, for supervisors alone; not of panels that are kept from the reader."""
    query = (
        sa.select(PanelSeat.person_id, sa.func.count()).where(PanelSeat.status.in_(OPEN)).group_by(PanelSeat.person_id)
    )
    actor = signed_in().actor
    if actor.barred or Role.SUPERVISOR not in signed_in().roles:
        return {}
    return dict(unit.session.execute(query).all())
