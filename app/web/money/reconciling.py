"""Reconciliation by day and month (A11.14), and what the check of the books found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.bank_line import BankLine
from app.domain.book_check_result import check_and_keep, last_check
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.reconciliation import DayBalance, Reconciliation, day_balance, last_reconciled_on, reconcile_day
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import Column, Kind, as_excel, wants_excel
from app.web.money.blueprint import blueprint
from app.web.money.days import day_of
from app.web.money.words import ARTICLES, COUNTS, figure_name, finding_name, of_words
from app.web.people import names_of
from app.web.signed_in import signed_in


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the month on which the bank booked something.

    Attributes:
        unmatched: lines of the day that went out and are not in the books yet.
        closed: how it was closed; None: it is open.
    """

    balance: DayBalance
    lines: int
    in_fen: int
    out_fen: int
    unmatched: int
    closed: Reconciliation | None


@blueprint.get("/reconciliation")
def show_reconciliation() -> str | Response:
    """The days of a month: what books and bank say, and which are closed."""
    return _page()


@blueprint.post("/reconciliation/<string:on>")
def close_day(on: str) -> Response | tuple[str, int]:
    """Close a day on which books and bank agree."""
    day = day_of(on)
    if day is None:
        return redirect(url_for("money.show_reconciliation"))
    try:
        with unit_of_work(context().database) as unit:
            reconcile_day(unit.session, day, now=context().now(unit), actor_id=signed_in().person_id)
    except DomainError as refused:
        answer = _page(day, error=message_of(refused))
        return str(answer), 422
    flash(gettext("%(day)s is closed: books and bank agree.", day=on))
    return redirect(url_for("money.show_reconciliation", month=on[:7]))


@blueprint.get("/books/check")
def show_check() -> str:
    """What the last check of the five invariants found, with every figure that it compared."""
    with reading(context().database) as unit:
        result = last_check(unit.session)
    return render_template(
        "money/check.html", result=result, articles=ARTICLES, counts=COUNTS, finding_name=finding_name,
        figure_name=figure_name, of_words=of_words,
    )  # fmt: skip


@blueprint.post("/books/check")
def check_now() -> Response:
    """Check the books now."""
    with unit_of_work(context().database) as unit:
        holds = check_and_keep(unit.session, now=context().now(unit)).holds
    if holds:
        flash(gettext("The books have been checked: all five invariants hold."))
    else:
        flash(gettext("The books have been checked: something does not hold. Look at the figures below."), "error")
    return redirect(url_for("money.show_check"))


def _page(at: date | None = None, *, error: str = "") -> str | Response:
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
        first = (at or day_of(request.args.get("month", "") + "-01") or today).replace(day=1)
        rows = _days(unit, first)
        if wants_excel():
            return _file(first, rows)
        names = names_of(unit.connection, {row.closed.reconciled_by for row in rows if row.closed})
        closed_on = last_reconciled_on(unit.session)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return render_template(
        "money/reconciliation.html", rows=rows, first=first, names=names, closed_on=closed_on, today=today, error=error,
        error_on=at, before=(first - timedelta(days=1)).replace(day=1), after=next_first if next_first <= today else None,
    )  # fmt: skip


def _days(unit: UnitOfWork, first: date) -> list[DayRow]:
    """The days of a month with lines, the latest first."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    amount = BankLine.amount_fen
    found = unit.session.execute(
        sa.select(
            BankLine.booked_on, sa.func.count(), sa.func.sum(sa.case((amount > 0, amount), else_=0)),
            sa.func.sum(sa.case((amount < 0, -amount), else_=0)), sa.func.sum(sa.case((BankLine.entry_id.is_(None), 1), else_=0)),
        )
        .where(BankLine.booked_on >= first, BankLine.booked_on <= last)
        .group_by(BankLine.booked_on)
        .order_by(BankLine.booked_on.desc())
    ).all()  # fmt: skip
    query = sa.select(Reconciliation).where(Reconciliation.on >= first, Reconciliation.on <= last)
    closed = {one.on: one for one in unit.session.scalars(query)}
    return [
        DayRow(day_balance(unit.session, on), lines, int(came), int(went), int(unmatched), closed.get(on))
        for on, lines, came, went, unmatched in found
    ]


def _file(first: date, rows: Sequence[DayRow]) -> Response:
    columns = [
        Column(gettext("Day"), 12, Kind.DAY), Column(gettext("Lines"), 8, Kind.NUMBER), Column(gettext("In (yuan)"), 16, Kind.MONEY),
        Column(gettext("Out (yuan)"), 16, Kind.MONEY), Column(gettext("Books (yuan)"), 18, Kind.MONEY),
        Column(gettext("Bank (yuan)"), 18, Kind.MONEY), Column(gettext("Closed at"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = (
        [
            row.balance.on, row.lines, row.in_fen, row.out_fen, row.balance.cash_fen, row.balance.statement_fen,
            row.closed.reconciled_at if row.closed else None,
        ]
        for row in rows
    )  # fmt: skip
    return as_excel(f"quanliu-reconciliation-{first:%Y-%m}", gettext("Reconciliation"), columns, values)
