"""Fund plans (A3.2): the bureau allocates, the operator confirms by the bank's line; only then it can be promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.bank_errors import SharesAbovePlanError
from app.domain.bank_list import fund_plans
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.expert import Category
from app.domain.fund_plan import FundPlan, PlanEntry, allocate, undo_confirmation, withdraw_plan
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.money.amounts import fen_of
from app.web.money.blueprint import blueprint
from app.web.money.days import year_of
from app.web.money.words import plan_state
from app.web.people import names_of
from app.web.signed_in import signed_in
from app.web.words import category_name

SHARE = "share."
YEARS_AHEAD = 1


@blueprint.get("/purse/plans")
def list_plans() -> str | Response:
    """Every plan, the latest first, and for the bureau the form for a new one."""
    if wants_excel():
        return _file()
    return _page()


@blueprint.post("/purse/plans")
def allocate_funds() -> Response | tuple[str, int]:
    """Allocate; nothing is in the purse until the money has come in."""
    typed = {name: request.form.get(name, "").strip()[:300] for name in ("year", "amount", "note")}
    shares = {str(one): request.form.get(f"{SHARE}{one}", "").strip()[:30] for one in Category}
    with reading(context().database) as unit:
        this_year = local_day(context().now(unit)).year
    errors, entry = _entry(typed, shares, this_year)
    if entry is None:
        return _page(typed, shares, errors), 422
    try:
        with unit_of_work(context().database) as unit:
            plan = allocate(unit.session, entry, now=context().now(unit), actor_id=signed_in().person_id)
            number = plan.number
    except SharesAbovePlanError as refused:
        return _page(typed, shares, {"shares": message_of(refused)}), 422
    except DomainError as refused:
        return _page(typed, shares, {"amount": message_of(refused)}), 422
    flash(
        gettext(
            "Fund plan %(number)s is allocated. The operator confirms it when the money has come in.", number=number
        )
    )
    return redirect(url_for("money.list_plans"))


@blueprint.post("/purse/plans/<int:plan_id>/withdraw")
def take_back_plan(plan_id: int) -> Response:
    """Take back a plan whose money has not come in."""
    try:
        with unit_of_work(context().database) as unit:
            withdraw_plan(unit.session, plan_id, actor_id=signed_in().person_id)
    except DomainError as refused:
        flash(message_of(refused), "error")
    else:
        flash(gettext("The fund plan is withdrawn."))
    return redirect(url_for("money.list_plans"))


@blueprint.post("/purse/plans/<int:plan_id>/undo")
def undo_plan(plan_id: int) -> Response:
    """Reverse a confirmation that was wrong, as long as the money is still free."""
    reason = request.form.get("reason", "").strip()[:300]
    if not reason:
        flash(gettext("Write why; it stays on record."), "error")
        return redirect(url_for("money.list_plans"))
    try:
        with unit_of_work(context().database) as unit:
            undo_confirmation(unit.session, plan_id, reason, now=context().now(unit), actor_id=signed_in().person_id)
    except DomainError as refused:
        flash(message_of(refused), "error")
    else:
        flash(gettext("The confirmation is reversed; the money lies in suspense again."))
    return redirect(url_for("money.list_plans"))


def _entry(
    typed: Mapping[str, str], shares: Mapping[str, str], this_year: int
) -> tuple[dict[str, str], PlanEntry | None]:
    """The plan that was typed, or what is wrong with each of its fields."""
    year, fen = year_of(typed["year"]), fen_of(typed["amount"])
    read = {one: fen_of(text) for one, text in shares.items() if text}
    errors = {}
    if year is None or not this_year - YEARS_AHEAD <= year <= this_year + YEARS_AHEAD:
        errors["year"] = gettext(
            "Write a policy year from %(first)s to %(last)s.", first=this_year - 1, last=this_year + 1
        )
    if not fen:
        errors["amount"] = gettext("Write an amount in yuan above zero, such as 1,234.00.")
    errors |= {
        f"{SHARE}{one}": gettext("Write an amount in yuan above zero, or leave it empty.")
        for one, found in read.items()
        if not found
    }
    if errors or year is None or fen is None:
        return errors, None
    return {}, PlanEntry(year, fen, typed["note"], {one: found for one, found in read.items() if found})


def _page(
    typed: Mapping[str, str] | None = None,
    shares: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    year = year_of(request.args.get("year", ""))
    with reading(context().database) as unit:
        plans = fund_plans(unit.session, year, limit=EXPORT_MAX_ROWS)
        people = {person for one in plans for person in (one.allocated_by, one.confirmed_by, one.withdrawn_by)}
        names = names_of(unit.connection, people)
        now_year = local_day(context().now(unit)).year
        return render_template(
            "money/plans.html", plans=plans, names=names, typed=typed or {"year": str(now_year)}, shares=shares or {},
            errors=errors or {}, plan_state=plan_state, category_name=category_name,
            categories=[(str(one), category_name(one)) for one in Category], year=year,
        )  # fmt: skip


def _file() -> Response:
    with reading(context().database) as unit:
        plans: Sequence[FundPlan] = fund_plans(
            unit.session, year_of(request.args.get("year", "")), limit=EXPORT_MAX_ROWS
        )
        names = names_of(unit.connection, {one.allocated_by for one in plans} | {one.confirmed_by for one in plans})
        columns = [
            Column(gettext("Plan number"), 16), Column(gettext("Policy year"), 12, Kind.NUMBER),
            Column(gettext("Amount (yuan)"), 18, Kind.MONEY), Column(gettext("State"), 14),
            Column(gettext("Allocated by"), 16), Column(gettext("Allocated at"), 17, Kind.MOMENT),
            Column(gettext("Confirmed by"), 16), Column(gettext("Confirmed at"), 17, Kind.MOMENT), Column(gettext("Note"), 40),
        ]  # fmt: skip
        values = [
            [
                one.number, one.policy_year, one.amount_fen, plan_state(one.state), names.get(one.allocated_by),
                one.allocated_at, names.get(one.confirmed_by) if one.confirmed_by else None, one.confirmed_at, one.note,
            ]
            for one in plans
        ]  # fmt: skip
    return as_excel("quanliu-plans", gettext("Fund plans"), columns, values)
