"""The purse of a year on one page (A3.3): what it holds, whose move it is, how long steps take, what months brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.book_check_result import last_check
from app.domain.calendar import local_day
from app.domain.purse_report import COURSE, PurseReport, report_of, years_of
from app.domain.reconciliation import last_reconciled_on
from app.engine.workload import completed_steps, load_by_role
from app.web.context import context
from app.web.excel import Column, Kind, as_excel, wants_excel
from app.web.money.blueprint import blueprint
from app.web.money.days import year_of
from app.web.money.purse_figures import MonthRow, bars_of, month_of, months_words, outlook_words, parts_of, shares_of
from app.web.money.words import ARTICLES, account_name, finding_name
from app.web.shown_calendar import shown_calendar
from app.web.signed_in import signed_in
from app.web.step_times import step_times
from app.web.waiting_at import soon_until

STEPS_SINCE = timedelta(days=90)
STEPS_MOST = 20_000
"""So many completed steps the times are computed from: the latest."""


@blueprint.get("/purse")
def show_purse() -> str | Response:
    """The purse of the year that is asked for, else of this one."""
    actor = signed_in().actor
    with reading(context().database) as unit:
        now = context().now(unit)
        this_year = local_day(now).year
        report = report_of(unit.session, year_of(request.args.get("year", "")) or this_year, now=now)
        months = [month_of(report.policy_year, one) for one in report.months]
        if wants_excel():
            return _file(report, months)
        loads = load_by_role(unit.connection, actor, now=now, soon_until=soon_until(now))
        runs = completed_steps(unit.connection, actor, since=now - STEPS_SINCE, limit=STEPS_MOST)
        check, reconciled_on = last_check(unit.session), last_reconciled_on(unit.session)
        years = sorted({*years_of(unit.session), this_year, report.policy_year}, reverse=True)
    shares = shares_of(report)
    return render_template(
        "money/purse.html", report=report, now=now, years=years, parts=parts_of(report), shares=shares, months=months,
        shares_words=gettext(", ").join(f"{one.label} {one.width_tenths / 10}%" for one in shares),
        outlook=outlook_words(report, months_left=12 - local_day(now).month + 1), bars=bars_of(loads),
        steps=step_times(runs, shown_calendar()), months_words=months_words(months),
        course=[account_name(one) for one in COURSE], check=check, reconciled_on=reconciled_on, articles=ARTICLES,
        finding_name=finding_name,
    )  # fmt: skip


def _file(report: PurseReport, months: Sequence[MonthRow]) -> Response:
    """The months with what stood at each one's end."""
    money = [gettext("Vouchers issued"), gettext("Vouchers settled"), *(account_name(one) for one in COURSE)]
    columns = [Column(gettext("Month"), 12), *(Column(heading, 18, Kind.MONEY) for heading in money)]
    values = ([one.name, one.issued_fen, one.settled_fen, *(fen for fen, _ in one.course)] for one in months)
    return as_excel("quanliu-purse", gettext("Purse of %(year)s", year=report.policy_year), columns, values)
