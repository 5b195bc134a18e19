"""Deposits (A9.3): what is awaited, what lies in suspense, and what finance makes of it: match, plan, interest, return."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.bank_line import BankLine
from app.domain.bank_list import awaited_deposits, fund_plans, suspense_lines
from app.domain.book_errors import UnknownCommitmentError
from app.domain.calendar import local_day
from app.domain.commitment import Commitment
from app.domain.deposit import match_deposit_by_hand, return_line
from app.domain.errors import DomainError
from app.domain.fund_plan import FundPlan, PlanState, confirm_plan
from app.domain.interest import post_interest
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.languages import language
from app.web.money.arrivals import money_came_in
from app.web.money.blueprint import blueprint
from app.web.money.days import year_of
from app.web.money.sight import cases_out_of_sight, is_line_in_sight, kept_out
from app.web.people import organisation_names
from app.web.signed_in import signed_in

Act = Callable[[Session, datetime, int], str]
"""What is done with a line: session, now, who; returns the sentence that says so."""


@dataclass(frozen=True, slots=True)
class Parked:
    """One line in suspense with what it could be.

    Attributes:
        cases: the cases that wait for exactly this amount.
        plans: the fund plans of exactly this amount that are not confirmed.
    """

    line: BankLine
    cases: Sequence[Commitment]
    plans: Sequence[FundPlan]


@blueprint.get("/deposits")
def show_deposits() -> str | Response:
    """Money that waits to be recognised, and deposits that are waited for."""
    if wants_excel():
        return _file()
    return _page()


@blueprint.post("/deposits/<int:line_id>/match")
def match_line(line_id: int) -> Response | tuple[str, int]:
    """Match a line to the case whose deposit it is, to the fen."""
    case_number = (request.form.get("case_number") or request.form.get("other_case", "")).strip()[:80]

    def act(session: Session, now: datetime, person_id: int) -> str:
        if not is_line_in_sight(session, signed_in().actor, case_number=case_number):
            raise UnknownCommitmentError(case_number)
        match_deposit_by_hand(session, line_id, case_number, now=now, actor_id=person_id)
        return gettext("The deposit of case %(number)s is confirmed; the case goes on by itself.", number=case_number)

    if not case_number:
        return _page(line_id, {"case_number": gettext("Choose the case, or write its number.")}), 422
    return _do(line_id, "case_number", act)


@blueprint.post("/deposits/<int:line_id>/return")
def send_back(line_id: int) -> Response | tuple[str, int]:
    """Order that a line is sent back to whoever paid it."""
    reason = request.form.get("reason", "").strip()[:300]

    def act(session: Session, now: datetime, person_id: int) -> str:
        order = return_line(session, line_id, reason, now=now, actor_id=person_id)
        return gettext(
            "Payment order %(number)s sends the money back; it stands among the payments.", number=order.number
        )

    if not reason:
        return _page(line_id, {"reason": gettext("Write why the money goes back; it stays on record.")}), 422
    return _do(line_id, "reason", act)


@blueprint.post("/deposits/<int:line_id>/interest")
def book_interest(line_id: int) -> Response | tuple[str, int]:
    """Post a line as interest into a year's purse (A11.14)."""
    year = year_of(request.form.get("year", ""))

    def act(session: Session, now: datetime, person_id: int) -> str:
        post_interest(session, line_id, year or 0, now=now, actor_id=person_id)
        money_came_in(session, year or 0, now=now, cause="A11.14")
        return gettext("The interest is in the purse of %(year)s.", year=year)

    if year is None:
        return _page(line_id, {"year": gettext("Write the policy year, such as 2026.")}), 422
    return _do(line_id, "year", act)


@blueprint.post("/deposits/<int:line_id>/plan")
def confirm_by_line(line_id: int) -> Response | tuple[str, int]:
    """Confirm a fund plan whose money this line is (A3.2)."""
    plan_id = request.form.get("plan_id", 0, int)

    def act(session: Session, now: datetime, person_id: int) -> str:
        confirm_plan(session, plan_id, line_id, now=now, actor_id=person_id)
        plan = session.get_one(FundPlan, plan_id)
        money_came_in(session, plan.policy_year, now=now, cause="A3.2")
        return gettext("Fund plan %(number)s is confirmed; its money can be promised.", number=plan.number)

    return _do(line_id, "plan_id", act)


def _do(line_id: int, field: str, act: Act) -> Response | tuple[str, int]:
    """Do it in one transaction; what a rule refuses is said at the field, and nothing that was typed is lost."""
    try:
        with unit_of_work(context().database) as unit:
            if not is_line_in_sight(unit.session, signed_in().actor, line_id=line_id):
                return _page(), 404
            said = act(unit.session, context().now(unit), signed_in().person_id)
    except DomainError as refused:
        return _page(line_id, {field: message_of(refused)}), 422
    flash(said)
    return redirect(url_for("money.show_deposits"))


def _page(line_id: int | None = None, errors: Mapping[str, str] | None = None) -> str:
    with reading(context().database) as unit:
        awaited, parked = _read(unit)
        names = organisation_names(unit.connection, _parties(awaited), language())
        year = local_day(context().now(unit)).year
    return render_template(
        "money/deposits.html", awaited=awaited, parked=parked, names=names, year=year, line_id=line_id,
        errors=errors or {}, typed=request.form if errors else {},
    )  # fmt: skip


def _read(unit: UnitOfWork) -> tuple[Sequence[Commitment], list[Parked]]:
    actor = signed_in().actor
    awaited = awaited_deposits(unit.session, kept_out=kept_out(actor))
    by_amount: dict[int, list[Commitment]] = defaultdict(list)
    for one in awaited:
        by_amount[one.deposit_fen].append(one)
    plans: dict[int, list[FundPlan]] = defaultdict(list)
    for plan in fund_plans(unit.session, None, limit=EXPORT_MAX_ROWS):
        if plan.state == PlanState.ALLOCATED:
            plans[plan.amount_fen].append(plan)
    lines = suspense_lines(unit.session, hidden_cases=cases_out_of_sight(actor))
    return awaited, [Parked(line, by_amount[line.amount_fen], plans[line.amount_fen]) for line in lines]


def _parties(awaited: Sequence[Commitment]) -> set[int | None]:
    return {party for one in awaited for party in (one.enterprise_id, one.agency_id)}


def _file() -> Response:
    """The deposits that are awaited."""
    with reading(context().database) as unit:
        awaited, _ = _read(unit)
        names = organisation_names(unit.connection, _parties(awaited), language())
    columns = [
        Column(gettext("Case number")), Column(gettext("Enterprise"), 36), Column(gettext("Agency"), 36),
        Column(gettext("Deposit due (yuan)"), 18, Kind.MONEY), Column(gettext("Asked for"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = (
        [one.case_number, names.get(one.enterprise_id), names.get(one.agency_id), one.deposit_fen, one.changed_at]
        for one in awaited
    )
    return as_excel("quanliu-deposits", gettext("Deposits"), columns, values)
