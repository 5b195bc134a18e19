"""The secretary's view of the panels: who has still to score, and once a panel has closed, what it came to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError, RemindedTodayError, SeatNotOpenError
from app.domain.panel import PanelSeat
from app.domain.panel_replacement import ask_for_replacement
from app.domain.seat_reminder import case_number_of, remind_seat
from app.engine.errors import MessageNotAwaitedError
from app.engine.messages import Message, correlate_message
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import wants_excel
from app.web.office_files import panels_file
from app.web.panel_rows import PanelSheet, matrix_of, panel_sheet
from app.web.signed_in import signed_in

blueprint = Blueprint("panels", __name__, url_prefix="/panels")


@blueprint.get("")
def list_panels() -> str | Response:
    """Every panel that the reader may know of, with a pip for each seat."""
    with reading(context().database) as unit:
        rows = matrix_of(unit, signed_in().actor, now=context().now(unit))
    if wants_excel():
        return panels_file(rows)
    return render_template("panels/list.html", rows=rows)


@blueprint.get("/<string:case_number>")
def show(case_number: str) -> str:
    """One panel: its seats, what was done about them, the result once it has closed."""
    with reading(context().database) as unit:
        sheet = _sheet(unit, case_number)
    return render_template("panels/show.html", sheet=sheet, typed={}, errors={})


@blueprint.post("/<string:case_number>/seats/<int:seat_id>/remind")
def remind(case_number: str, seat_id: int) -> Response:
    """Remind the holder of a seat, once a day at most."""
    try:
        with unit_of_work(context().database) as unit:
            _seat(unit, case_number, seat_id)
            remind_seat(unit.session, seat_id, by=signed_in().person_id, now=context().now(unit))
        flash(gettext("The expert has been reminded."))
    except (RemindedTodayError, SeatNotOpenError) as refused:
        flash(message_of(refused), "error")
    return redirect(url_for("panels.show", case_number=case_number))


@blueprint.post("/<string:case_number>/seats/<int:seat_id>/replace")
def replace(case_number: str, seat_id: int) -> Response | tuple[str, int]:
    """Ask for somebody else in a seat, with the reason; the next of the recorded draw follows."""
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        return _with_error(case_number, seat_id, reason)
    try:
        with unit_of_work(context().database) as unit:
            _seat(unit, case_number, seat_id)
            now, by = context().now(unit), signed_in().person_id
            ask_for_replacement(unit.session, seat_id, reason=reason, by=by, now=now)
            unit.flush()
            withdraw = Message("withdraw_seat", str(seat_id), {})
            correlate_message(unit, context().runtime, withdraw, now=now, actor_id=by)
        flash(gettext("The seat goes to the next expert of the recorded draw."))
    except (DomainError, MessageNotAwaitedError) as refused:
        known = refused if isinstance(refused, DomainError) else SeatNotOpenError(seat_id)
        flash(message_of(known), "error")
    return redirect(url_for("panels.show", case_number=case_number))


def _sheet(unit: UnitOfWork, case_number: str) -> PanelSheet:
    found = panel_sheet(unit, signed_in().actor, case_number, now=context().now(unit))
    if found is None:
        raise NotFound
    return found


def _seat(unit: UnitOfWork, case_number: str, seat_id: int) -> None:
    """The seat must be of a panel that the reader may know of, and of that case."""
    seat = unit.session.get(PanelSeat, seat_id)
    if seat is None or case_number_of(unit.session, seat) != case_number:
        raise NotFound
    _sheet(unit, case_number)


def _with_error(case_number: str, seat_id: int, reason: str) -> tuple[str, int]:
    with reading(context().database) as unit:
        _seat(unit, case_number, seat_id)
        sheet = _sheet(unit, case_number)
    errors = {seat_id: gettext("Write the reason; it stays in the case file.")}
    return render_template("panels/show.html", sheet=sheet, typed={seat_id: reason}, errors=errors), 422
