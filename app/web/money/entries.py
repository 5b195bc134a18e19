"""The books as they are: entries line by line, narrowed by whatever a number on another page is made of, and the trial balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.account import Account
from app.domain.book_lines import BookLine, LineFilter, lines_of, trial_balance, turnover_of
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.money.blueprint import blueprint
from app.web.money.days import midnight
from app.web.money.sight import cases_out_of_sight
from app.web.money.words import account_name, kind_name
from app.web.people import names_of
from app.web.signed_in import signed_in

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as typed and as read."""

    typed: Mapping[str, str]
    lines: LineFilter


@blueprint.get("/books/entries")
def list_entries() -> str | Response:
    """Lines of the books, the latest entry first."""
    asked = _asked()
    with reading(context().database) as unit:
        limit = EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1
        rows = lines_of(unit.session, asked.lines, before=_before(), limit=limit)
        names = names_of(unit.connection, [one.actor_id for one in rows])
        if wants_excel():
            return _file(rows, names)
        turnover = turnover_of(unit.session, asked.lines)
    shown = rows[:PAGE_ROWS]
    return render_template(
        "money/entries.html", rows=shown, names=names, asked=asked, turnover=turnover, accounts=list(Account),
        account_name=account_name, kind_name=kind_name, next_url=_next(asked, shown) if len(rows) > PAGE_ROWS else "",
    )  # fmt: skip


@blueprint.get("/books/entries/<int:entry_id>")
def show_entry(entry_id: int) -> str:
    """One entry with all its lines."""
    with reading(context().database) as unit:
        asked = LineFilter(entry_id=entry_id, hidden_cases=cases_out_of_sight(signed_in().actor))
        lines = lines_of(unit.session, asked, limit=EXPORT_MAX_ROWS)
        if not lines:
            raise NotFound
        names = names_of(unit.connection, [lines[0].actor_id])
    return render_template(
        "money/entry.html", entry=lines[0], lines=lines, names=names, account_name=account_name, kind_name=kind_name
    )  # fmt: skip


@blueprint.get("/books/trial-balance")
def show_trial_balance() -> str | Response:
    """Every account with both its sides, which come to the same."""
    typed = request.args.get("until", "")
    until = midnight(typed, after=1)
    with reading(context().database) as unit:
        rows = trial_balance(unit.session, until=until)
    if wants_excel():
        columns = [
            Column(gettext("Book account"), 24), Column(gettext("Policy year"), 12, Kind.NUMBER),
            Column(gettext("Debit side"), 16, Kind.MONEY), Column(gettext("Credit side"), 16, Kind.MONEY),
            Column(gettext("Balance"), 16, Kind.MONEY),
        ]  # fmt: skip
        values = (
            [account_name(one.account), one.policy_year or None, one.debit_fen, one.credit_fen, one.balance_fen]
            for one in rows
        )
        return as_excel("quanliu-trial-balance", gettext("Trial balance"), columns, values)
    return render_template(
        "money/trial_balance.html", rows=rows, until=typed if until else "", account_name=account_name
    )


NAMES = ("year", "account", "debit", "credit", "kind", "case", "since", "until")


def _asked() -> Asked:
    typed = {name: request.args.get(name, "").strip()[:40] for name in NAMES}
    year = typed["year"]
    lines = LineFilter(
        policy_year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        account=_account(typed["account"]), debit=_account(typed["debit"]), credit=_account(typed["credit"]),
        kind=typed["kind"] or None, case_number=typed["case"] or None, since=midnight(typed["since"]),
        until=midnight(typed["until"], after=1), hidden_cases=cases_out_of_sight(signed_in().actor),
    )  # fmt: skip
    return Asked(typed, lines)


def _account(text: str) -> Account | None:
    return Account(text) if text in set(Account) else None


def _before() -> tuple[int, int] | None:
    """The last line that was shown, of the address: entry and number."""
    entry_id, _, number = request.args.get("before", "").partition(".")
    return (int(entry_id), int(number)) if entry_id.isdigit() and number.isdigit() else None


def _next(asked: Asked, shown: Sequence[BookLine]) -> str:
    kept: dict[str, Any] = {name: text for name, text in asked.typed.items() if text}
    return url_for("money.list_entries", before=f"{shown[-1].entry_id}.{shown[-1].number}", **kept)


def _file(rows: Sequence[BookLine], names: Mapping[int | None, str]) -> Response:
    columns = [
        Column(gettext("Entry"), 8, Kind.NUMBER), Column(gettext("Recorded"), 17, Kind.MOMENT), Column(gettext("Kind"), 20),
        Column(gettext("Policy year"), 10, Kind.NUMBER), Column(gettext("Case")), Column(gettext("Voucher")),
        Column(gettext("Article"), 9), Column(gettext("Debit account"), 22), Column(gettext("Credit account"), 22),
        Column(gettext("Amount (yuan)"), 16, Kind.MONEY), Column(gettext("By"), 16), Column(gettext("Note"), 40),
    ]  # fmt: skip
    values = (
        [
            one.entry_id, one.recorded_at, kind_name(one.kind), one.policy_year, one.case_number, one.voucher_number,
            one.article, account_name(one.debit_account), account_name(one.credit_account), one.amount_fen,
            names.get(one.actor_id), one.note,
        ]
        for one in rows
    )  # fmt: skip
    return as_excel("quanliu-entries", gettext("Entries"), columns, values)
