"""The policy parameters: each with what counts today, what is decided for later, its history; the bureau changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.parameter_change import DECIMALS, change_parameter, in_figures
from app.domain.parameters import PARAMETERS, InForce, Parameter, changes_of, coming, in_force
from app.domain.rules import chapters
from app.forms.typed import read_number
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import Column, as_excel, wants_excel
from app.web.languages import pick
from app.web.parameter_words import parameter_name, parameter_value, unit_name
from app.web.people import names_of
from app.web.signed_in import signed_in

blueprint = Blueprint("parameters", __name__, url_prefix="/parameters")

Answer = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter in the list."""

    key: str
    name: str
    value: str
    article: str
    since: date
    is_changed: bool
    coming: Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """The parameters of one chapter of rules."""

    title: str
    lines: Sequence[Line]


@blueprint.get("")
def list_parameters() -> str | Response:
    """Every parameter, by chapter."""
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
        lines = {key: _line(unit.session, key, today) for key in PARAMETERS}
    sections = [
        Section(pick(chapter), [line for rule in chapter.rules for line in lines.values() if line.article == rule.id])
        for chapter in chapters()
    ]
    if wants_excel():
        return _file(sections)
    return render_template("parameters/list.html", sections=[one for one in sections if one.lines], today=today)


def _file(sections: Sequence[Section]) -> Response:
    columns = [
        Column(gettext("Parameter"), 36), Column(gettext("Article"), 10), Column(gettext("Counts today"), 20),
        Column(gettext("Decided for later"), 30), Column(gettext("In force since"), 14),
    ]  # fmt: skip
    values = [
        [
            one.name, one.article, one.value, gettext(", ").join(f"{on.isoformat()}: {value}" for on, value in one.coming),
            one.since.isoformat() if one.is_changed else gettext("the measure"),
        ]
        for section in sections
        for one in section.lines
    ]  # fmt: skip
    return as_excel("quanliu-parameters", gettext("Policy parameters"), columns, values)


@blueprint.get("/<string:key>")
def show(key: str) -> str:
    """One parameter with its history; the bureau finds the form below."""
    return _page(_known(key), {}, {})


@blueprint.post("/<string:key>")
def change(key: str) -> Response | Answer:
    """Give it another value from a day on."""
    one = _known(key)
    typed = {name: request.form.get(name, "").strip()[:500] for name in ("value", "effective_on", "reason")}
    value, day = (
        read_number(typed["value"], decimals=DECIMALS.get(one.unit, 0), is_money=one.unit == "fen"),
        _date(typed["effective_on"]),
    )
    errors = {}
    if value is None:
        errors["value"] = gettext("Write a number.")
    if day is None:
        errors["effective_on"] = gettext("Choose the day from which it counts.")
    if not typed["reason"]:
        errors["reason"] = gettext("Write why; the history keeps it.")
    if errors or value is None or day is None:
        return _page(one, typed, errors), 422
    try:
        with unit_of_work(context().database) as unit:
            change_parameter(
                unit.session, key, value, effective_on=day, reason=typed["reason"], by=signed_in().person_id,
                now=context().now(unit),
            )  # fmt: skip
    except DomainError as refused:
        field = "effective_on" if refused.code == "parameter_in_the_past" else "value"
        return _page(one, typed, {field: message_of(refused)}), 422
    flash(gettext("Saved. It counts from that day for cases that are opened then; those under way keep their figures."))
    return redirect(url_for("parameters.show", key=key))


def _page(one: Parameter, typed: dict[str, str], errors: dict[str, str]) -> str:
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
        line, changes = _line(unit.session, one.key, today), changes_of(unit.session, one.key)
        names = names_of(unit.connection, [change.set_by for change in changes])
    return render_template(
        "parameters/show.html", line=line, changes=changes, names=names, typed=typed, errors=errors, today=today,
        unit=unit_name(one.unit), least=in_figures(one.key, one.least), most=in_figures(one.key, one.most),
        is_odd=one.is_odd, is_switch=one.unit == "yes or no", first=parameter_value(one.key, one.value),
        shown=lambda value: parameter_value(one.key, value),
    )  # fmt: skip


def _line(session: Session, key: str, today: date) -> Line:
    now: InForce = in_force(session, key, on=today)
    return Line(
        key, parameter_name(key), parameter_value(key, now.value), PARAMETERS[key].article, now.effective_on,
        now.parameter_id is not None,
        [(one.effective_on, parameter_value(key, one.value)) for one in coming(session, key, after=today)],
    )  # fmt: skip


def _known(key: str) -> Parameter:
    if key not in PARAMETERS:
        raise NotFound
    return PARAMETERS[key]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
