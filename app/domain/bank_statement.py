"""Taking in the bank's lines: each once, whatever is imported again; money that comes in goes to suspense first.

    imported = import_statement(session, content, now=now, actor_id=…)

Deposits and payments that a line names to the fen are matched at once (A9.3); all else waits for finance. Nobody needs to
tell the cases: `app.domain.case_signal` keeps what they are to hear, and a worker delivers it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.account import Account
from app.domain.bank_csv import StatementLine, read_statement
from app.domain.bank_errors import DayReconciledError, SerialDiffersError
from app.domain.bank_line import BankLine, BankStatement, LineState
from app.domain.deposit import match_deposit
from app.domain.ledger import EntryKind, Line, Posting, lock_books, post
from app.domain.payment_match import match_payment
from app.domain.reconciliation import last_reconciled_on


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import."""

    statement_id: int
    new: int
    known: int
    deposits: tuple[str, ...]
    """The cases whose deposit came in."""
    payments: tuple[str, ...]
    """The numbers of the payment orders that are now paid."""
    parked: int
    """What waits in suspense for finance, money to be sent back included."""


def import_statement(session: Session, content: bytes, *, now: datetime, actor_id: int | None = None) -> Imported:
    """Take in a statement in CSV; a line that is known is passed over.

    Raises StatementUnreadableError, SerialDiffersError, DayReconciledError; then nothing is taken.
    """
    lines = read_statement(content)
    digest = hashlib.sha256(content).hexdigest()
    return _take(session, lines, source="file", sha256=digest, now=now, actor_id=actor_id)


def enter_line(session: Session, line: StatementLine, *, now: datetime, actor_id: int | None) -> Imported:
    """Take in one line from a slip; when the statement comes, its serial number makes it the same line."""
    return _take(session, [line], source="entered", sha256="", now=now, actor_id=actor_id)


def bank_balance_fen(session: Session) -> int:
    """What the bank holds by all lines that were taken in, matched or not, in fen."""
    return int(session.scalar(sa.select(sa.func.coalesce(sa.func.sum(BankLine.amount_fen), 0))) or 0)


def _take(
    session: Session, lines: Sequence[StatementLine], *, source: str, sha256: str, now: datetime, actor_id: int | None
) -> Imported:
    lock_books(session)
    known = _known(session, lines)
    closed_on = last_reconciled_on(session)
    for line in lines:
        if line.serial_number not in known and closed_on is not None and line.booked_on <= closed_on:
            raise DayReconciledError(line.booked_on, line.serial_number)
    statement = BankStatement(source=source, sha256=sha256, lines=len(lines), imported_by=actor_id, imported_at=now)
    session.add(statement)
    session.flush()
    new: list[BankLine] = []
    for line in lines:
        if line.serial_number in known:
            _check_same(known[line.serial_number], line)
        else:
            known[line.serial_number] = made = _write(session, statement.id, line, now=now, actor_id=actor_id)
            new.append(made)
    deposits, payments = _match(session, new, now=now)
    parked = sum(line.state in (LineState.SUSPENSE, LineState.RETURNING) for line in new)
    return Imported(statement.id, len(new), len(lines) - len(new), tuple(deposits), tuple(payments), parked)


def _known(session: Session, lines: Sequence[StatementLine]) -> dict[str, BankLine]:
    found: dict[str, BankLine] = {}
    serials = [line.serial_number for line in lines]
    for start in range(0, len(serials), 500):
        query = sa.select(BankLine).where(BankLine.serial_number.in_(serials[start : start + 500]))
        found |= {one.serial_number: one for one in session.scalars(query)}
    return found


def _check_same(kept: BankLine, line: StatementLine) -> None:
    """The same serial number says the same; a balance that the slip did not say is taken from the statement."""
    if (kept.booked_on, kept.amount_fen) != (line.booked_on, line.amount_fen):
        raise SerialDiffersError(line.serial_number)
    if kept.balance_fen is None:
        kept.balance_fen = line.balance_fen
    elif line.balance_fen is not None and kept.balance_fen != line.balance_fen:
        raise SerialDiffersError(line.serial_number)


def _write(
    session: Session, statement_id: int, line: StatementLine, *, now: datetime, actor_id: int | None
) -> BankLine:
    """Keep a line; what came in goes to suspense in the books."""
    year = line.booked_on.year
    entry_id = None
    if line.amount_fen > 0:
        posting = Posting(
            EntryKind.BANK_CREDIT, [Line(Account.CASH, Account.SUSPENSE, line.amount_fen)], year, "A11.14",
            f"bank:{line.serial_number}", note=line.serial_number,
        )  # fmt: skip
        entry_id = post(session, posting, now=now, actor_id=actor_id)
    made = BankLine(
        statement_id=statement_id, serial_number=line.serial_number, booked_on=line.booked_on,
        amount_fen=line.amount_fen, balance_fen=line.balance_fen, counterparty_name=line.counterparty_name,
        counterparty_account=line.counterparty_account, remark=line.remark, policy_year=year, case_number=None,
        state=LineState.SUSPENSE if line.amount_fen > 0 else LineState.UNMATCHED, reason="", entry_id=entry_id,
        changed_by=actor_id, changed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _match(session: Session, lines: Sequence[BankLine], *, now: datetime) -> tuple[list[str], list[str]]:
    deposits, payments = [], []
    for line in lines:
        if line.amount_fen > 0:
            case_number = match_deposit(session, line, now=now)
            deposits += [case_number] if case_number else []
        else:
            order = match_payment(session, line, now=now)
            payments += [order] if order else []
    return deposits, payments
