"""The bank's statement: lines as a list, a file looked at before it is booked, one line entered from a slip."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.bank_csv import LARGEST_FILE_BYTES, LARGEST_FILE_MIB, StatementLine, read_statement
from app.domain.bank_errors import RowProblem, StatementUnreadableError
from app.domain.bank_line import BankLine, LineState
from app.domain.bank_list import BankFilter, bank_lines, bank_sums, known_serials, untold_cases
from app.domain.bank_statement import Imported, enter_line, import_statement
from app.domain.errors import DomainError
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.money.amounts import fen_of
from app.web.money.blueprint import blueprint
from app.web.money.days import day_of
from app.web.money.sight import cases_out_of_sight
from app.web.money.words import line_reason, line_state
from app.web.signed_in import signed_in

PAGE_ROWS = 50
POSTED_MOST_BYTES = LARGEST_FILE_BYTES // 3 * 4 + 64 * 1024
"""A file that was looked at comes back in the form, in base64."""
"""Of a file that is looked at before it is booked; it travels with the page that asks."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring, before it is booked."""

    content: str
    name: str
    lines: Sequence[StatementLine]
    known: set[str]

    @property
    def new(self) -> list[StatementLine]:
        """Lines that were not taken in before."""
        return [line for line in self.lines if line.serial_number not in self.known]


@blueprint.get("/bank")
def list_bank_lines() -> str | Response:
    """The bank's lines, the last that was taken in first."""
    typed = {name: request.args.get(name, "").strip()[:60] for name in ("state", "since", "until", "q")}
    asked = BankFilter(
        states=(typed["state"],) if typed["state"] in set(LineState) else (),
        since=day_of(typed["since"]), until=day_of(typed["until"]), text=typed["q"],
        hidden_cases=cases_out_of_sight(signed_in().actor),
    )  # fmt: skip
    with reading(context().database) as unit:
        limit = EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1
        rows = bank_lines(unit.session, asked, before=request.args.get("before", None, int), limit=limit)
        if wants_excel():
            return _file(rows)
        sums = bank_sums(unit.session, asked)
        untold = untold_cases(unit.session, {one.case_number for one in rows if one.case_number})
    shown = rows[:PAGE_ROWS]
    kept: dict[str, Any] = {name: text for name, text in typed.items() if text}
    next_url = url_for("money.list_bank_lines", before=shown[-1].id, **kept) if len(rows) > PAGE_ROWS else ""
    return render_template(
        "money/bank.html", rows=shown, sums=sums, typed=typed, next_url=next_url, untold=untold,
        states=[(str(one), line_state(one)) for one in LineState], line_state=line_state, line_reason=line_reason,
    )  # fmt: skip


@blueprint.url_value_preprocessor
def _take_files_back(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the form that books a file be as large as a file may be; before anything reads the form."""
    if endpoint == "money.book_file":
        request.max_form_memory_size = POSTED_MOST_BYTES


@blueprint.get("/bank/import")
def show_import() -> str:
    """The form for a file, and the form for one line."""
    return _import_page()


@blueprint.post("/bank/import")
def look_at_file() -> str | tuple[str, int]:
    """Read a file and show what it would bring; nothing is booked yet."""
    upload = request.files.get("statement")
    content = upload.read(LARGEST_FILE_BYTES + 1) if upload is not None else b""
    if upload is None or not content:
        return _import_page(error=gettext("Choose the file that you have exported from the bank.")), 422
    if len(content) > LARGEST_FILE_BYTES:
        too_large = gettext("The file exceeds %(mib)d MB: export fewer days, or split it.", mib=LARGEST_FILE_MIB)
        return _import_page(error=too_large), 422
    try:
        lines = read_statement(content)
    except StatementUnreadableError as refused:
        return _import_page(problems=refused.rows, file_name=upload.filename or ""), 422
    with reading(context().database) as unit:
        known = known_serials(unit.session, [line.serial_number for line in lines])
    text = base64.b64encode(content).decode()
    return render_template(
        "money/bank_preview.html", preview=Preview(text, upload.filename or "", lines, known), error=""
    )


@blueprint.post("/bank/import/book")
def book_file() -> Response | tuple[str, int]:
    """Book the file that was looked at; it is read and judged anew."""
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
        with unit_of_work(context().database) as unit:
            found = import_statement(unit.session, content, now=context().now(unit), actor_id=signed_in().person_id)
    except binascii.Error:
        return _import_page(error=gettext("Choose the file that you have exported from the bank.")), 422
    except StatementUnreadableError as refused:
        return _import_page(problems=refused.rows), 422
    except DomainError as refused:
        return _import_page(error=message_of(refused)), 422
    flash(_came_of(found))
    return redirect(url_for("money.show_deposits") if found.parked else url_for("money.list_bank_lines"))


@blueprint.post("/bank/enter")
def enter_bank_line() -> Response | tuple[str, int]:
    """Take in one line from a slip."""
    typed = {name: request.form.get(name, "").strip()[:200] for name in SLIP}
    errors, line = _slip(typed)
    if line is None:
        return _import_page(typed=typed, errors=errors), 422
    try:
        with unit_of_work(context().database) as unit:
            found = enter_line(unit.session, line, now=context().now(unit), actor_id=signed_in().person_id)
    except DomainError as refused:
        return _import_page(typed=typed, errors={"serial_number": message_of(refused)}), 422
    flash(_came_of(found))
    return redirect(url_for("money.show_deposits") if found.parked else url_for("money.list_bank_lines"))


SLIP = (
    "serial_number", "booked_on", "direction", "amount", "counterparty_name", "counterparty_account", "remark",
)  # fmt: skip


def _slip(typed: Mapping[str, str]) -> tuple[dict[str, str], StatementLine | None]:
    """The line of a slip, or what is wrong with each of its fields."""
    booked_on, fen = day_of(typed["booked_on"]), fen_of(typed["amount"])
    checks = {
        "serial_number": (bool(typed["serial_number"]), gettext("Write the bank's serial number of the line.")),
        "booked_on": (booked_on is not None, gettext("Choose the day on which the bank booked it.")),
        "direction": (typed["direction"] in ("in", "out"), gettext("Choose whether money came in or went out.")),
        "amount": (bool(fen and fen > 0), gettext("Write an amount in yuan above zero, such as 1,234.00.")),
    }
    errors = {name: words for name, (holds, words) in checks.items() if not holds}
    if errors or booked_on is None or fen is None:
        return errors, None
    return {}, StatementLine(
        typed["serial_number"][:60], booked_on, fen if typed["direction"] == "in" else -fen, None,
        typed["counterparty_name"][:120], typed["counterparty_account"][:40], typed["remark"],
    )  # fmt: skip


def _import_page(
    *, error: str = "", problems: Sequence[RowProblem] = (), file_name: str = "",
    typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    return render_template(
        "money/bank_import.html", most_mib=LARGEST_FILE_MIB, error=error,
        problems=problems, file_name=file_name, typed=typed or {}, errors=errors or {}
    )  # fmt: skip


def _came_of(found: Imported) -> str:
    """What an import did, in one sentence."""
    return gettext(
        "%(new)s lines booked, %(known)s known before. Deposits matched: %(deposits)s, payments confirmed: %(payments)s, "
        "to look at: %(parked)s.",
        new=found.new, known=found.known, deposits=len(found.deposits), payments=len(found.payments), parked=found.parked,
    )  # fmt: skip


def _file(rows: Sequence[BankLine]) -> Response:
    columns = [
        Column(gettext("Serial number"), 20), Column(gettext("Day"), 12, Kind.DAY), Column(gettext("In (yuan)"), 16, Kind.MONEY),
        Column(gettext("Out (yuan)"), 16, Kind.MONEY), Column(gettext("Balance (yuan)"), 16, Kind.MONEY),
        Column(gettext("Counterparty"), 30), Column(gettext("Account number"), 22), Column(gettext("Bank’s remark"), 30),
        Column(gettext("State"), 14), Column(gettext("Case"), 14), Column(gettext("Reason"), 24),
    ]  # fmt: skip
    values = (
        [
            one.serial_number, one.booked_on, max(one.amount_fen, 0) or None, max(-one.amount_fen, 0) or None,
            one.balance_fen, one.counterparty_name, one.counterparty_account, one.remark, line_state(one.state),
            one.case_number, line_reason(one.reason),
        ]
        for one in rows
    )  # fmt: skip
    return as_excel("quanliu-bank", gettext("Bank statement"), columns, values)
