"""Proposals for the pool of experts: by a supervisor or from an account, decided by another supervisor or the bureau (A8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.expert import Category, PoolEntry
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.person import Person
from app.domain.pool_proposal import approve_proposal, propose_expert, refuse_proposal, waiting_proposals
from app.web.context import context
from app.web.errors import message_of
from app.web.languages import language
from app.web.late_interests import replace_tied
from app.web.people import names_of, organisation_names
from app.web.signed_in import signed_in
from app.web.words import category_name

blueprint = Blueprint("pool_proposals", __name__)

LENGTHS = {"login": 120, "employer_code": 18, "employer_name": 120, "reason": 300}


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal that waits, as whoever may decide reads it."""

    id: int
    name: str
    employer: str
    fields: tuple[str, ...]
    reason: str
    proposed_by: str
    proposed_at: datetime
    is_own: bool
    """Whether the reader proposed it: they withdraw it, another decides."""
    is_about_reader: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed to propose an expert."""

    texts: Mapping[str, str]
    fields: tuple[str, ...]

    def missing(self, *names: str) -> dict[str, str]:
        """What must be filled in and is not, in words, by field."""
        asked = {
            "login": gettext("Write the login of the person."),
            "employer_code": gettext("Write the credit code of the employer."),
            "reason": gettext("Write why; it stays on record."),
        }
        found = {name: asked[name] for name in names if not self.texts[name]}
        return found if self.fields else {**found, "fields": gettext("Choose at least one field.")}


def typed_now() -> Typed:
    """What the form holds, trimmed and cut to what is kept."""
    texts = {name: request.form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    texts["employer_code"] = texts["employer_code"].upper()
    return Typed(texts, tuple(one for one in request.form.getlist("fields") if one in set(Category)))


def propose(unit: UnitOfWork, person_id: int, typed: Typed) -> bool:
    """Write the proposal down; False: nobody knows the employer's credit code and no name was typed.

    Raises DomainError for a broken rule.
    """
    now = context().now(unit)
    employer_id = _employer(unit.session, typed.texts, now=now)
    if employer_id is None:
        return False
    entry = PoolEntry(person_id, employer_id, frozenset(Category(one) for one in typed.fields))
    propose_expert(unit.session, entry, reason=typed.texts["reason"], by=signed_in().person_id, now=now)
    return True


def unknown_employer() -> str:
    """What to do when the employer's credit code is unknown."""
    return gettext("No organisation of that credit code is registered: write its name as well.")


def field_of(refused: DomainError, *, otherwise: str) -> str:
    """At which field a broken rule is mended."""
    return {"invalid_credit_code": "employer_code", "no_fields": "fields"}.get(refused.code, otherwise)


def proposal_rows(unit: UnitOfWork) -> list[ProposalRow]:
    """The proposals that wait, the oldest first."""
    rows, me = waiting_proposals(unit.session), signed_in().person_id
    names = names_of(unit.connection, {one.person_id for one in rows} | {one.proposed_by for one in rows})
    employers = organisation_names(unit.connection, {one.employer_id for one in rows}, language())
    return [
        ProposalRow(
            one.id, names[one.person_id], employers[one.employer_id],
            tuple(category_name(field) for field in one.categories), one.reason, names[one.proposed_by],
            one.proposed_at, is_own=one.proposed_by == me, is_about_reader=one.person_id == me,
        )
        for one in rows
    ]  # fmt: skip


@blueprint.post("/experts/proposals/<int:proposal_id>/approve")
def approve(proposal_id: int) -> Response:
    """Take the person into the pool."""
    try:
        with unit_of_work(context().database) as unit:
            now = context().now(unit)
            approve_proposal(unit.session, proposal_id, by=signed_in().person_id, now=now)
        replace_tied(context().database, context().runtime, now=now)  # a new employer may be near to an applicant
        flash(gettext("The pool has been changed."))
    except DomainError as refused:
        flash(message_of(refused), "error")
    return redirect(url_for("pool.list_experts"))


@blueprint.post("/experts/proposals/<int:proposal_id>/refuse")
def refuse(proposal_id: int) -> Response:
    """Do not take the person in, for a reason; one's own proposal is withdrawn by that."""
    reason = request.form.get("reason", "")
    try:
        with unit_of_work(context().database) as unit:
            by, now = signed_in().person_id, context().now(unit)
            done = refuse_proposal(unit.session, proposal_id, by=by, reason=reason, now=now)
            is_withdrawn = done.status == "withdrawn"
        flash(gettext("The proposal is withdrawn.") if is_withdrawn else gettext("The proposal is refused."))
    except DomainError as refused:
        flash(message_of(refused), "error")
    return redirect(url_for("pool.list_experts"))


@blueprint.get("/people/<int:person_id>/pool")
def show_form(person_id: int) -> str:
    """The administration proposes somebody with an account."""
    return _page(person_id, Typed({}, ()), {})


@blueprint.post("/people/<int:person_id>/pool")
def propose_from_account(person_id: int) -> Response | tuple[str, int]:
    """Propose them; a supervisor or the bureau takes them in."""
    typed = typed_now()
    errors = typed.missing("employer_code", "reason")
    if not errors:
        try:
            with unit_of_work(context().database) as unit:
                _person(unit, person_id)
                if not propose(unit, person_id, typed):
                    errors["employer_name"] = unknown_employer()
        except DomainError as refused:
            errors[field_of(refused, otherwise="reason")] = message_of(refused)
    if errors:
        return _page(person_id, typed, errors), 422
    flash(gettext("The proposal waits for a supervisor or the bureau."))
    return redirect(url_for("accounts.show", person_id=person_id, _anchor="roles"))


def _page(person_id: int, typed: Typed, errors: Mapping[str, str]) -> str:
    with reading(context().database) as unit:
        name = _person(unit, person_id).name
    categories = [(str(one), category_name(one)) for one in Category]
    return render_template(
        "panels/propose.html", name=name, person_id=person_id, typed=typed.texts, chosen=typed.fields, errors=errors,
        categories=categories,
    )  # fmt: skip


def _person(unit: UnitOfWork, person_id: int) -> Person:
    found = unit.session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def _employer(session: Session, texts: Mapping[str, str], *, now: datetime) -> int | None:
    """The employer by its credit code; registered now if it has a name."""
    known = session.scalar(sa.select(Organisation.id).where(Organisation.credit_code == texts["employer_code"]))
    if known is not None or not texts["employer_name"]:
        return known
    entry = OrganisationEntry(texts["employer_name"], texts["employer_code"], OrganisationKind.EMPLOYER)
    return register_organisation(session, entry, now=now).id
