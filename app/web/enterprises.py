"""An enterprise's own page, with the figures that it declares; and what the office sees and records of enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.bad_credit import PersonMark, person_mark
from app.domain.calendar import local_day
from app.domain.eligibility import Check, check_eligibility
from app.domain.eligibility_words import figures_in_words, refusal, ten_thousands, title
from app.domain.enterprise import (
    CreditRating,
    EnterpriseFigures,
    Industry,
    LegalForm,
    declarations_of,
    declare_figures,
    record_standing,
    standing_on,
)
from app.domain.errors import DomainError
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.role_grant import Role
from app.web.context import context
from app.web.enterprise_form import CONTACTS, FACTS, TYPED, as_typed, read_figures
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.languages import language
from app.web.list_files import organisations_file
from app.web.people import names_of
from app.web.rule_tables import deployed
from app.web.signed_in import signed_in
from app.web.words_of_enterprises import named, names_for

blueprint = Blueprint("enterprises", __name__)

Answer = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One condition as a page shows it."""

    title: str
    article: str
    holds: bool
    said: str
    """The figures, or, if it does not hold, why and what can be done."""


@blueprint.get("/enterprise")
def show_own() -> str:
    """What the programme holds of one's own enterprise, whether it may apply, and the form for its figures."""
    return _own_page({}, {})


@blueprint.post("/enterprise")
def declare() -> Response | Answer:
    """Declare figures; they count from today on."""
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in TYPED.items()}
    typed |= {name: request.form.get(name, "") for name in FACTS}
    mark, errors = _mark(typed["identity_number"])
    figures, wrong = read_figures(typed, mark)
    errors |= wrong
    if figures is None or errors:
        return _own_page(typed, errors), 422
    try:
        with unit_of_work(context().database) as unit:
            firm = _own(unit.session)
            declare_figures(unit.session, firm.id, figures, by=signed_in().person_id, now=context().now(unit))
            for name in CONTACTS:
                setattr(firm, name, typed[name])
    except DomainError as refused:
        return _own_page(typed, {getattr(refused, "name", "year").removesuffix("_yuan"): message_of(refused)}), 422
    flash(gettext("Saved. The figures count for applications from today on."))
    return redirect(url_for("enterprises.show_own"))


@blueprint.get("/enterprises")
def list_enterprises() -> str | Response:
    """Every enterprise that the reader may know of, by search."""
    text, after = request.args.get("q", "").strip()[:100], request.args.get("after", 0, int)
    actor = signed_in().actor
    query = sa.select(Organisation).where(
        Organisation.kind == OrganisationKind.ENTERPRISE, Organisation.id > after,
        Organisation.id.not_in(sorted(actor.organisations | actor.barred)),
    )  # fmt: skip
    if text:
        columns = (Organisation.name_zh, Organisation.name_en, Organisation.credit_code)
        query = query.where(sa.or_(*(column.icontains(text, autoescape=True) for column in columns)))
    with reading(context().database) as unit:
        if wants_excel():
            return organisations_file(
                unit.session.scalars(query.order_by(Organisation.id).limit(EXPORT_MAX_ROWS)).all()
            )
        found = list(unit.session.scalars(query.order_by(Organisation.id).limit(51)))
        shown = found[:50]
        figures = _latest(unit.session, [one.id for one in shown])
    next_url = url_for("enterprises.list_enterprises", q=text or None, after=shown[-1].id) if len(found) > 50 else None
    return render_template(
        "enterprises/list.html", rows=shown, figures=figures, text=text, next_url=next_url, named=named
    )


@blueprint.get("/enterprises/<int:organisation_id>")
def show(organisation_id: int) -> str:
    """One enterprise for the office: its conditions, its declarations, its standing."""
    return _office_page(organisation_id, {}, {})


@blueprint.post("/enterprises/<int:organisation_id>/standing")
def record(organisation_id: int) -> Response | Answer:
    """Record 专精特新 and credit rating, as the region's lists say."""
    typed = {"rating": request.form.get("rating", ""), "source": request.form.get("source", "").strip()[:200]}
    typed["specialised"] = request.form.get("specialised", "")
    errors = {}
    if typed["rating"] not in set(CreditRating):
        errors["rating"] = gettext("Choose the rating.")
    if typed["specialised"] not in ("yes", "no"):
        errors["specialised"] = gettext("Choose yes or no.")
    if not typed["source"]:
        errors["source"] = gettext("Name the list or paper that says so.")
    if errors:
        return _office_page(organisation_id, typed, errors), 422
    with unit_of_work(context().database) as unit:
        firm = _seen(unit.session, organisation_id)
        record_standing(
            unit.session, firm.id, is_specialised=typed["specialised"] == "yes",
            credit_rating=CreditRating(typed["rating"]), source=typed["source"], by=signed_in().person_id,
            now=context().now(unit),
        )  # fmt: skip
    flash(gettext("Recorded. It counts for the queue from today on."))
    return redirect(url_for("enterprises.show", organisation_id=organisation_id))


def check_lines(checks: list[Check]) -> list[CheckLine]:
    """The conditions in the reader's language."""
    return [
        CheckLine(
            title(one.id, language()), one.article, one.holds,
            figures_in_words(one, language()) if one.holds else refusal(one, language()),
        )
        for one in checks
    ]  # fmt: skip


def _own_page(typed: dict[str, Any], errors: dict[str, str]) -> str:
    with reading(context().database) as unit:
        firm, about = _about(unit, _own(unit.session))
        this_year = local_day(context().now(unit)).year
    filled = typed or as_typed(firm, about["declarations"][0] if about["declarations"] else None)
    return render_template(
        "enterprises/own.html", firm=firm, typed=filled, errors=errors, this_year=this_year,
        years=[(str(year), str(year)) for year in range(this_year, this_year - 3, -1)],
        industries=names_for("industry", Industry), legal_forms=names_for("legal_form", LegalForm), **about,
    )  # fmt: skip


def _office_page(organisation_id: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    with reading(context().database) as unit:
        firm, about = _about(unit, _seen(unit.session, organisation_id))
        names = names_of(unit.connection, [one.declared_by for one in about["declarations"]])
    return render_template(
        "enterprises/show.html", firm=firm, typed=typed, errors=errors, names=names,
        ratings=[(str(one), gettext("no rating") if one is CreditRating.NONE else str(one)) for one in CreditRating],
        **about,
    )  # fmt: skip


def _about(unit: UnitOfWork, firm: Organisation) -> tuple[Organisation, dict[str, Any]]:
    today = local_day(context().now(unit))
    checks = check_eligibility(unit.session, firm.id, category=None, on=today, decide=deployed(unit))
    return firm, {
        "checks": check_lines(checks),
        "may_apply": all(one.holds for one in checks),
        "declarations": declarations_of(unit.session, firm.id),
        "standing": standing_on(unit.session, firm.id, on=today),
        "named": named,
        "ten_thousands": ten_thousands,
    }


def _own(session: Session) -> Organisation:
    home = signed_in().organisation_as(Role.ENTERPRISE)
    return session.get_one(Organisation, home)


def _seen(session: Session, organisation_id: int) -> Organisation:
    """An enterprise that the reader may know of; for any other it is as if there were none."""
    actor = signed_in().actor
    found = session.get(Organisation, organisation_id)
    if found is None or found.kind != OrganisationKind.ENTERPRISE or found.id in actor.organisations | actor.barred:
        raise NotFound
    return found


def _latest(session: Session, organisation_ids: list[int]) -> dict[int, EnterpriseFigures]:
    newest = (
        sa.select(sa.func.max(EnterpriseFigures.id))
        .where(EnterpriseFigures.organisation_id.in_(organisation_ids))
        .group_by(EnterpriseFigures.organisation_id)
    )
    rows = session.scalars(sa.select(EnterpriseFigures).where(EnterpriseFigures.id.in_(newest)))
    return {one.organisation_id: one for one in rows}


def _mark(number: str) -> tuple[PersonMark | None, dict[str, str]]:
    """What is kept of the responsible person's number; left empty, what was kept before stays."""
    if number:
        try:
            return person_mark(number, key=identity_key()), {}
        except DomainError as refused:
            return None, {"identity_number": message_of(refused)}
    with reading(context().database) as unit:
        kept = next(iter(declarations_of(unit.session, _own(unit.session).id)), None)
    if kept is None or not kept.responsible_hash:
        return None, {"identity_number": gettext("Write the identity number of the responsible person.")}
    return PersonMark(kept.responsible_hash, kept.responsible_last_four), {}


def identity_key() -> bytes:
    """The key under which identity numbers are hashed; a database that is copied without it gives none away."""
    return context().settings.secret_key.encode()
