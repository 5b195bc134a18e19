"""Payments (A10.3): orders, the file for the bank, and confirmation by the bank's line; cash moves by nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.bank_errors import UnknownPaymentError
from app.domain.bank_line import BankLine
from app.domain.bank_list import latest_batches, payment_orders, payment_sum, unmatched_lines, untold_cases
from app.domain.errors import DomainError
from app.domain.payment import OPEN, PaymentBatch, PaymentOrder, PaymentState
from app.domain.payment_batch import batch_csv, make_batch
from app.domain.payment_match import confirm_payment
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.money.blueprint import blueprint
from app.web.money.sight import cases_out_of_sight, is_order_in_sight
from app.web.money.words import payment_purpose, payment_state
from app.web.people import names_of
from app.web.signed_in import signed_in

PAGE_ROWS = 100


@blueprint.get("/payments")
def list_payments() -> str | Response:
    """Payment orders: those that are open first of all, or those of one state."""
    if wants_excel():
        return _file()
    return _page()


@blueprint.post("/payments/batches")
def make_payment_file() -> Response | tuple[str, int]:
    """Put the chosen orders into a file for the bank."""
    chosen = [int(one) for one in request.form.getlist("order") if one.isdecimal()][:PAGE_ROWS]
    try:
        with unit_of_work(context().database) as unit:
            actor = signed_in().actor
            for order_id in chosen:
                if not is_order_in_sight(unit.session, actor, order_id):
                    raise UnknownPaymentError(order_id)
            batch = make_batch(unit.session, chosen, now=context().now(unit), actor_id=actor.person_id)
            number = batch.number
    except DomainError as refused:
        return _page(error=message_of(refused), chosen=chosen), 422
    flash(gettext("File %(number)s is made: download it and hand it to the bank.", number=number))
    return redirect(url_for("money.list_payments", state=str(PaymentState.SENT)))


@blueprint.get("/payments/batches/<int:batch_id>.csv")
def show_payment_file(batch_id: int) -> Response:
    """The file for the bank; the same batch is always the same file."""
    with reading(context().database) as unit:
        batch = unit.session.get(PaymentBatch, batch_id)
        if batch is None or not _is_whole(unit, batch):
            raise NotFound
        answer = Response(batch_csv(unit.session, batch_id), mimetype="text/csv; charset=utf-8")
        answer.headers.set("Content-Disposition", "attachment", filename=f"{batch.number}.csv")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/payments/<int:order_id>/confirm")
def confirm_order(order_id: int) -> Response | tuple[str, int]:
    """Say which line of the bank paid an order."""
    line_id = request.form.get("line_id", 0, int)
    try:
        with unit_of_work(context().database) as unit:
            if not is_order_in_sight(unit.session, signed_in().actor, order_id):
                raise UnknownPaymentError(order_id)
            confirm_payment(unit.session, order_id, line_id, now=context().now(unit), actor_id=signed_in().person_id)
    except DomainError as refused:
        return _page(error=message_of(refused)), 422
    flash(gettext("The payment is confirmed; the case goes on by itself."))
    return redirect(url_for("money.list_payments", state=str(PaymentState.SENT)))


def _is_whole(unit: UnitOfWork, batch: PaymentBatch) -> bool:
    """Whether the reader may see every order of a batch."""
    hidden = cases_out_of_sight(signed_in().actor)
    return hidden is None or len(_of_batch(unit, batch.id)) == batch.orders


def _of_batch(unit: UnitOfWork, batch_id: int) -> list[PaymentOrder]:
    hidden = cases_out_of_sight(signed_in().actor)
    return [
        one for one in payment_orders(unit.session, (), hidden_cases=hidden, limit=100_000) if one.batch_id == batch_id
    ]


def _states() -> tuple[str, ...]:
    """The states of the address; without one, what is still open."""
    state = request.args.get("state", "")
    if state == "all":
        return ()
    return (state,) if state in set(PaymentState) else tuple(map(str, OPEN))


def _page(*, error: str = "", chosen: Sequence[int] = ()) -> str:
    hidden, states = cases_out_of_sight(signed_in().actor), _states()
    with reading(context().database) as unit:
        before = request.args.get("before", None, int)
        rows = payment_orders(unit.session, states, hidden_cases=hidden, before=before, limit=PAGE_ROWS + 1)
        count, fen = payment_sum(unit.session, states, hidden_cases=hidden)
        lines: dict[int, list[BankLine]] = defaultdict(list)
        for line in unmatched_lines(unit.session):
            lines[-line.amount_fen].append(line)
        batches = [one for one in latest_batches(unit.session) if _is_whole(unit, one)]
        names = names_of(unit.connection, {one.made_by for one in batches})
        untold = untold_cases(unit.session, {one.case_number for one in rows if one.case_number})
    shown = rows[:PAGE_ROWS]
    kept: dict[str, Any] = {"state": request.args["state"]} if request.args.get("state") else {}
    next_url = url_for("money.list_payments", before=shown[-1].id, **kept) if len(rows) > PAGE_ROWS else ""
    return render_template(
        "money/payments.html", rows=shown, count=count, fen=fen, state=request.args.get("state", ""), lines=lines,
        batches=batches, names=names, untold=untold, error=error, chosen=chosen, next_url=next_url,
        states=[(str(one), payment_state(one)) for one in PaymentState], payment_state=payment_state,
        payment_purpose=payment_purpose,
    )  # fmt: skip


def _file() -> Response:
    hidden = cases_out_of_sight(signed_in().actor)
    with reading(context().database) as unit:
        rows = payment_orders(unit.session, _states(), hidden_cases=hidden, limit=EXPORT_MAX_ROWS)
    columns = [
        Column(gettext("Order number"), 16), Column(gettext("What it pays"), 16), Column(gettext("Case"), 14),
        Column(gettext("Payee"), 36), Column(gettext("Account number"), 24), Column(gettext("Amount (yuan)"), 16, Kind.MONEY),
        Column(gettext("State"), 12), Column(gettext("Ordered"), 17, Kind.MOMENT), Column(gettext("Paid at"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = (
        [
            one.number, payment_purpose(one.purpose), one.case_number, one.payee_name, one.payee_account, one.amount_fen,
            payment_state(one.state), one.ordered_at, one.paid_at,
        ]
        for one in rows
    )  # fmt: skip
    return as_excel("quanliu-payments", gettext("Payments"), columns, values)
