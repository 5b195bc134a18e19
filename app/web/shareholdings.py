"""Shareholdings: the office records who holds what, from when, until when; interests are computed from it (A8.3).

Who is tied to an organisation learns nothing of its shares, held or holding: for them they are not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.organisation import Organisation
from app.domain.person import Person
from app.domain.shareholding import (
    Holding,
    Shareholding,
    ShareWordsMissingError,
    end_shareholding,
    record_shareholding,
    shareholdings,
)
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.languages import language, points
from app.web.late_interests import replace_tied
from app.web.people import names_of, organisation_names
from app.web.signed_in import signed_in

blueprint = Blueprint("shareholdings", __name__, url_prefix="/shareholdings")

PAGE_ROWS = 50
LENGTHS = {"organisation": 18, "holder": 120, "percent": 8, "since_on": 10, "source": 300}
FIELD_OF = {
    "share_percent": "percent", "share_holder": "holder", "share_known": "holder", "share_dates": "since_on",
    "share_words_missing": "source",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One share in words."""

    record: Shareholding
    organisation: str
    holder: str
    recorded_by: str
    ended_by: str


@blueprint.get("")
def show_list() -> str | Response:
    """Every share that the reader may know of, ended ones too, and the form to record one."""
    if wants_excel():
        return _file()
    return _page({}, {})


@blueprint.post("")
def record() -> Response | tuple[str, int]:
    """Record a share; an expert who is tied by it to an applicant gives up their seat at once."""
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    try:
        with unit_of_work(context().database) as unit:
            holding, errors = _read(unit, typed)
            if holding is not None:
                record_shareholding(unit.session, holding, by=signed_in().person_id, now=context().now(unit))
    except DomainError as refused:
        errors = {FIELD_OF[refused.code]: message_of(refused)}
    if errors:
        return _page(typed, errors), 422
    _replace_tied()
    flash(gettext("The share is recorded; interests are computed from it from now on."))
    return redirect(url_for("shareholdings.show_list"))


@blueprint.post("/<int:share_id>/end")
def end(share_id: int) -> Response:
    """End a share, with the last day and the reason."""
    reason, until_on = request.form.get("reason", ""), _day(request.form.get("until_on", ""))
    try:
        with unit_of_work(context().database) as unit:
            found = _visible(unit, share_id)
            if until_on is None:
                flash(gettext("Write dates as year-month-day, such as 2026-12-31."), "error")
            else:
                by, now = signed_in().person_id, context().now(unit)
                end_shareholding(found, until_on=until_on, by=by, reason=reason, now=now)
                flash(gettext("The share is ended; it ties nobody any more."))
    except DomainError as refused:
        flash(message_of(refused), "error")
    return redirect(url_for("shareholdings.show_list"))


def _replace_tied() -> None:
    parts = context()
    with reading(parts.database) as unit:
        now = parts.now(unit)
    replace_tied(parts.database, parts.runtime, now=now)


def _read(unit: UnitOfWork, typed: Mapping[str, str]) -> tuple[Holding | None, dict[str, str]]:
    """The share as typed, or what is wrong, by field."""
    organisation_id = _organisation(unit, typed["organisation"])
    holder_organisation_id = _organisation(unit, typed["holder"])
    holder_person_id = None if holder_organisation_id else _person(unit, typed["holder"])
    since_on, percent = _day(typed["since_on"]), _hundredths(typed["percent"])
    errors = {}
    if organisation_id is None:
        errors["organisation"] = gettext("No organisation has that credit code. Look it up under Organisations.")
    if holder_organisation_id is None and holder_person_id is None:
        errors["holder"] = gettext("Nobody has that login and no organisation that credit code.")
    if percent is None:
        errors["percent"] = gettext("Write the share in percent, such as 25.5.")
    if since_on is None:
        errors["since_on"] = gettext("Write dates as year-month-day, such as 2026-12-31.")
    if not typed["source"]:
        errors["source"] = message_of(ShareWordsMissingError())
    if organisation_id is None or percent is None or since_on is None or errors:
        return None, errors
    return (
        Holding(
            organisation_id, percent, since_on, holder_organisation_id, holder_person_id, source=typed["source"]
        ),
        {},
    )  # fmt: skip


def _organisation(unit: UnitOfWork, code: str) -> int | None:
    """The organisation of a credit code; None also if the reader may know nothing of it."""
    found = unit.session.scalar(sa.select(Organisation.id).where(Organisation.credit_code == code.upper()))
    return None if found in signed_in().actor.barred else found


def _person(unit: UnitOfWork, login: str) -> int | None:
    return unit.session.scalar(sa.select(Person.id).where(Person.login == login.lower()))


def _visible(unit: UnitOfWork, share_id: int) -> Shareholding:
    found, me = unit.session.get(Shareholding, share_id, with_for_update=True), signed_in()
    hidden = me.actor.barred
    if (
        found is None
        or found.organisation_id in hidden
        or found.holder_organisation_id in hidden
        or found.holder_person_id == me.person_id
    ):
        raise NotFound
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _hundredths(text: str) -> int | None:
    """A percentage in hundredths; None if it is no number of two places at most."""
    try:
        found = Decimal(text.rstrip("%％ ")) * 100
    except InvalidOperation:
        return None
    return int(found) if found.is_finite() and found == found.to_integral_value() else None


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    me, before = signed_in(), request.args.get("before", None, int)
    with reading(context().database) as unit:
        found = shareholdings(
            unit.session, without=me.actor.barred, without_person=me.person_id, before=before, limit=PAGE_ROWS + 1
        )
        rows = _rows(unit, found[:PAGE_ROWS])
        today = local_day(context().now(unit)).isoformat()
    more = url_for("shareholdings.show_list", before=found[PAGE_ROWS - 1].id) if len(found) > PAGE_ROWS else None
    return render_template("shareholdings/list.html", rows=rows, typed=typed, errors=errors, next_url=more, today=today)


def _file() -> Response:
    me = signed_in()
    with reading(context().database) as unit:
        found = shareholdings(
            unit.session, without=me.actor.barred, without_person=me.person_id, before=None, limit=EXPORT_MAX_ROWS
        )
        rows = _rows(unit, found)
    columns = [
        Column(gettext("Holder"), 36), Column(gettext("Organisation"), 36), Column(gettext("Share in percent"), 12),
        Column(gettext("Held since"), 12, Kind.DAY), Column(gettext("Last day"), 12, Kind.DAY), Column(gettext("Source"), 40),
        Column(gettext("By"), 20),
    ]  # fmt: skip
    values = [
        [
            one.holder, one.organisation, points(one.record.percent_hundredths), one.record.since_on, one.record.until_on,
            one.record.source, one.recorded_by,
        ]
        for one in rows
    ]  # fmt: skip
    return as_excel("quanliu-shareholdings", gettext("Shareholdings"), columns, values)


def _rows(unit: UnitOfWork, found: Sequence[Shareholding]) -> list[ShareRow]:
    places = {one.organisation_id for one in found} | {one.holder_organisation_id for one in found} - {None}
    organisations = organisation_names(unit.connection, places, language())
    people = names_of(
        unit.connection,
        [person for one in found for person in (one.holder_person_id, one.recorded_by, one.ended_by)],
    )
    return [
        ShareRow(
            one, organisations[one.organisation_id],
            organisations.get(one.holder_organisation_id) or people.get(one.holder_person_id, ""),
            people.get(one.recorded_by, gettext("at installation")), people.get(one.ended_by, ""),
        )
        for one in found
    ]  # fmt: skip
