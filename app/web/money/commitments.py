"""The money of cases as a list: what is reserved, what vouchers are worth, what was settled and given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.commitment import Commitment, CommitmentState
from app.domain.commitment_list import CommitmentFilter, commitments, sums_of
from app.domain.expert import Category
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.languages import language
from app.web.money.blueprint import blueprint
from app.web.money.days import year_of
from app.web.money.sight import kept_out
from app.web.money.words import commitment_name
from app.web.people import organisation_names
from app.web.signed_in import signed_in
from app.web.words import category_name

PAGE_ROWS = 50


@blueprint.get("/purse/cases")
def list_commitments() -> str | Response:
    """The money of every case that the reader may know of."""
    typed = {name: request.args.get(name, "") for name in ("year", "state", "category")}
    asked = CommitmentFilter(
        policy_year=year_of(typed["year"]),
        state=typed["state"] if typed["state"] in set(CommitmentState) else None,
        category=typed["category"] if typed["category"] in set(Category) else None,
        kept_out=kept_out(signed_in().actor),
    )
    with reading(context().database) as unit:
        limit = EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1
        rows = commitments(unit.session, asked, after=request.args.get("after", ""), limit=limit)
        parties = {one.enterprise_id for one in rows} | {one.agency_id for one in rows}
        names = organisation_names(unit.connection, parties, language())
        if wants_excel():
            return _file(rows, names)
        sums = sums_of(unit.session, asked)
    shown = rows[:PAGE_ROWS]
    kept: dict[str, Any] = {name: text for name, text in typed.items() if text}
    next_url = url_for("money.list_commitments", after=shown[-1].case_number, **kept) if len(rows) > PAGE_ROWS else ""
    return render_template(
        "money/commitments.html", rows=shown, sums=sums, names=names, typed=typed, next_url=next_url,
        states=[(str(one), commitment_name(one)) for one in CommitmentState],
        categories=[(str(one), category_name(one)) for one in Category], state_name=commitment_name,
        category_name=category_name,
    )  # fmt: skip


def _file(rows: Sequence[Commitment], names: Mapping[int | None, str]) -> Response:
    columns = [
        Column(gettext("Case number")), Column(gettext("Policy year"), 10, Kind.NUMBER), Column(gettext("Enterprise"), 36),
        Column(gettext("Agency"), 36), Column(gettext("Category"), 20), Column(gettext("State"), 14),
        Column(gettext("Reserved or face value (yuan)"), 18, Kind.MONEY), Column(gettext("Deposit due (yuan)"), 16, Kind.MONEY),
        Column(gettext("Deposit held (yuan)"), 16, Kind.MONEY), Column(gettext("Settled (yuan)"), 16, Kind.MONEY),
        Column(gettext("Back to the purse (yuan)"), 16, Kind.MONEY), Column(gettext("Voucher"), 20),
        Column(gettext("Last change"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = (
        [
            one.case_number, one.policy_year, names.get(one.enterprise_id), names.get(one.agency_id),
            category_name(one.category), commitment_name(one.state), one.amount_fen, one.deposit_fen,
            one.deposit_held_fen, one.settled_fen, one.returned_fen, one.voucher_number, one.changed_at,
        ]
        for one in rows
    )  # fmt: skip
    return as_excel("quanliu-money-of-cases", gettext("Money of cases"), columns, values)
