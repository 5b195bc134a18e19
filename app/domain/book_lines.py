"""The lines of the books, found again: by account, pair of accounts, kind, case and day, with what they come to.

A number on a page is the sum of a list; both ask here, so that the list always adds up to its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.account import DEBIT_SIDE, OF_A_YEAR, Account
from app.domain.ledger import LedgerEntry, LedgerLine


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines; what is None does not narrow.

    Attributes:
        account: lines that touch it on either side.
        debit, credit: lines that go from the one to the other.
        since: recorded at or after.
        until: recorded before.
        hidden_cases: no line of these cases: they are not for the reader.
    """

    policy_year: int | None = None
    account: Account | None = None
    debit: Account | None = None
    credit: Account | None = None
    kind: str | None = None
    case_number: str | None = None
    entry_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    hidden_cases: sa.Select[str] | None = None


@dataclass(frozen=True, slots=True)
class BookLine:
    """One line with its entry."""

    entry_id: int
    number: int
    recorded_at: datetime
    kind: str
    policy_year: int
    case_number: str | None
    voucher_number: str | None
    article: str
    actor_id: int | None
    note: str
    reverses_id: int | None
    debit_account: Account
    credit_account: Account
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Turnover:
    """What lines come to: how many, and how much on each side of the account that was asked for (else in all)."""

    lines: int
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account of the trial balance."""

    account: Account
    policy_year: int
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """On the account's own side."""
        return (self.debit_fen - self.credit_fen) * (1 if self.account in DEBIT_SIDE else -1)


def lines_of(
    session: Session, asked: LineFilter, *, before: tuple[int, int] | None = None, limit: int
) -> Sequence[BookLine]:
    """Lines, the latest entry first, those of one entry in their order.

    Args:
        before: the entry and the number of the last line that was shown; the next ones follow.
    """
    query = sa.select(*_COLUMNS).join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id).where(*_conditions(asked))
    if before is not None:
        entry_id, number = before
        later_line = sa.and_(LedgerLine.entry_id == entry_id, LedgerLine.number > number)
        query = query.where(sa.or_(LedgerLine.entry_id < entry_id, later_line))
    rows = session.execute(query.order_by(LedgerLine.entry_id.desc(), LedgerLine.number).limit(limit))
    return [_line(row) for row in rows]


def turnover_of(session: Session, asked: LineFilter) -> Turnover:
    """What all the lines of a filter come to."""
    amount = LedgerLine.amount_fen
    debit = sa.case((LedgerLine.debit_account == asked.account, amount), else_=0) if asked.account else amount
    credit = sa.case((LedgerLine.credit_account == asked.account, amount), else_=0) if asked.account else amount
    row = session.execute(
        sa.select(sa.func.count(), _sum(debit), _sum(credit))
        .select_from(LedgerLine)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(*_conditions(asked))
    ).one()
    return Turnover(int(row[0]), int(row[1]), int(row[2]))


def trial_balance(session: Session, *, until: datetime | None = None) -> list[TrialRow]:
    """Every account with what was booked on both its sides; accounts of a year by year, the others once."""
    sides: dict[tuple[Account, int], list[int]] = {}
    for place, column in enumerate((LedgerLine.debit_account, LedgerLine.credit_account)):
        query = (
            sa.select(column, LedgerEntry.policy_year, _sum(LedgerLine.amount_fen))
            .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
            .group_by(column, LedgerEntry.policy_year)
        )
        if until is not None:
            query = query.where(LedgerEntry.recorded_at < until)
        for account, year, fen in session.execute(query):
            key = (Account(account), year if account in OF_A_YEAR else 0)
            sides.setdefault(key, [0, 0])[place] += int(fen)
    order = list(Account)
    return [
        TrialRow(account, year, debit, credit)
        for (account, year), (debit, credit) in sorted(
            sides.items(), key=lambda one: (order.index(one[0][0]), one[0][1])
        )
    ]


_COLUMNS = (
    LedgerLine.entry_id, LedgerLine.number, LedgerEntry.recorded_at, LedgerEntry.kind, LedgerEntry.policy_year,
    LedgerEntry.case_number, LedgerEntry.voucher_number, LedgerEntry.article, LedgerEntry.actor_id, LedgerEntry.note,
    LedgerEntry.reverses_id, LedgerLine.debit_account, LedgerLine.credit_account, LedgerLine.amount_fen,
)  # fmt: skip


def _line(row: Any) -> BookLine:
    values = row._asdict()
    accounts = {name: Account(values[name]) for name in ("debit_account", "credit_account")}
    return BookLine(**{**values, **accounts})


def _conditions(asked: LineFilter) -> list[sa.ColumnElement[bool]]:
    equal = {
        LedgerEntry.policy_year: asked.policy_year, LedgerEntry.kind: asked.kind, LedgerEntry.id: asked.entry_id,
        LedgerEntry.case_number: asked.case_number, LedgerLine.debit_account: asked.debit,
        LedgerLine.credit_account: asked.credit,
    }  # fmt: skip
    found = [column == value for column, value in equal.items() if value is not None]
    if asked.account is not None:
        found.append(sa.or_(LedgerLine.debit_account == asked.account, LedgerLine.credit_account == asked.account))
    if asked.since is not None:
        found.append(LedgerEntry.recorded_at >= asked.since)
    if asked.until is not None:
        found.append(LedgerEntry.recorded_at < asked.until)
    if asked.hidden_cases is not None:
        found.append(sa.or_(LedgerEntry.case_number.is_(None), LedgerEntry.case_number.not_in(asked.hidden_cases)))
    return found


def _sum(column: Any) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(column), 0)
