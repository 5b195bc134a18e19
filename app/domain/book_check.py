"""The five invariants of the books, each recomputed from what it does not rest on (the measure, The books).

Balances are recomputed from the lines; the purse's accounts from the cases; what came in from plans, interest and the bank.
A figure that differs says by how much. Everything is summed by the database, whatever the number of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.account import DEBIT_SIDE, Account, sign_of, year_of
from app.domain.bank_line import BankLine, LineState
from app.domain.commitment import LIVE, Commitment, CommitmentState
from app.domain.fund_plan import FundPlan, PlanState
from app.domain.ledger import AccountBalance, EntryKind, LedgerEntry, LedgerLine
from app.domain.payment import OPEN, PaymentOrder
from app.domain.reconciliation import Reconciliation
from app.domain.year_use import CategoryUse, EnterpriseYear

Balances = Mapping[tuple[Account, int], int]
_ENDS = (EntryKind.RELEASED, EntryKind.EXPIRED, EntryKind.VOIDED, EntryKind.SETTLED)


@dataclass(frozen=True, slots=True)
class Figure:
    """Two figures that must be the same, in fen or a number of rows; their words are in `book_check_words`."""

    name: str
    expected: int
    found: int
    of: str = ""
    """A year, an account or a day; "": of the whole."""

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant, by its number in the measure."""

    number: int
    figures: tuple[Figure, ...]

    @property
    def holds(self) -> bool:
        """Whether all its figures agree."""
        return all(figure.holds for figure in self.figures)


def check_books(session: Session) -> list[Finding]:
    """The five invariants as they stand in this transaction."""
    session.flush()
    held = _balances(session)
    checks = (_entries, _purse_and_cases, _what_came_in, _years_and_vouchers, _cash_and_bank)
    return [Finding(number, tuple(check(session, held))) for number, check in enumerate(checks, 1)]


def _balances(session: Session) -> Balances:
    rows = session.execute(sa.select(AccountBalance.account, AccountBalance.policy_year, AccountBalance.balance_fen))
    return {(Account(row.account), row.policy_year): int(row.balance_fen) for row in rows}


def _entries(session: Session, held: Balances) -> Iterable[Figure]:
    """1: each entry balances, the trial balance is zero, and the balances are the sums of the lines."""
    summed: dict[tuple[Account, int], int] = {}
    for column, is_debit in ((LedgerLine.debit_account, True), (LedgerLine.credit_account, False)):
        query = (
            sa.select(column.label("account"), LedgerEntry.policy_year, sa.func.sum(LedgerLine.amount_fen).label("fen"))
            .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
            .group_by(column, LedgerEntry.policy_year)
        )
        for row in session.execute(query):
            account = Account(row.account)
            key = (account, year_of(account, row.policy_year))
            summed[key] = summed.get(key, 0) + sign_of(account, is_debit=is_debit) * int(row.fen)
    debit = sum(fen for (account, _), fen in held.items() if account in DEBIT_SIDE)
    credit = sum(fen for (account, _), fen in held.items() if account not in DEBIT_SIDE)
    has_lines = sa.exists().where(LedgerLine.entry_id == LedgerEntry.id)
    empty = sa.select(sa.func.count()).select_from(LedgerEntry).where(~has_lines)
    yield Figure("trial_balance", debit, credit)
    yield Figure("entries_without_lines", 0, session.scalar(empty) or 0)
    for key in sorted(summed.keys() | held.keys()):
        yield Figure("balance", summed.get(key, 0), held.get(key, 0), " ".join(map(str, filter(None, key))))


def _purse_and_cases(session: Session, held: Balances) -> Iterable[Figure]:
    """2: nothing is below zero; reserves, live vouchers, deposits, what is owed and suspense are the sums of their rows."""
    yield Figure("negative_balances", 0, sum(fen < 0 for fen in held.values()))
    rows = session.execute(
        sa.select(
            Commitment.policy_year, Commitment.state, sa.func.sum(Commitment.amount_fen),
            sa.func.sum(Commitment.deposit_held_fen),
        )
        .where(Commitment.state.in_(LIVE))
        .group_by(Commitment.policy_year, Commitment.state)
    ).all()  # fmt: skip
    live = {(year, state): int(fen) for year, state, fen, _ in rows}
    for year in sorted({year for year, *_ in rows} | {year for _, year in held if year}):
        reserved, outstanding = (Account.FUND_RESERVED, year), (Account.VOUCHER_OUTSTANDING, year)
        yield Figure("reserved", live.get((year, CommitmentState.RESERVED), 0), held.get(reserved, 0), str(year))
        yield Figure("outstanding", live.get((year, CommitmentState.ISSUED), 0), held.get(outstanding, 0), str(year))
    yield Figure("deposits", sum(int(deposit) for *_, deposit in rows), held.get((Account.DEPOSIT_HELD, 0), 0))
    yield from _owed(session, held)


def _owed(session: Session, held: Balances) -> Iterable[Figure]:
    rows = session.execute(
        sa.select(PaymentOrder.account, sa.func.sum(PaymentOrder.amount_fen))
        .where(PaymentOrder.state.in_(OPEN))
        .group_by(PaymentOrder.account)
    )
    orders = {account: int(fen) for account, fen in rows}
    for account in (Account.PAYABLE_AGENCY, Account.PAYABLE_ENTERPRISE):
        yield Figure("owed", orders.get(account, 0), held.get((account, 0), 0), account)
    rows = session.execute(
        sa.select(BankLine.state, sa.func.sum(BankLine.amount_fen))
        .where(BankLine.state.in_((LineState.SUSPENSE, LineState.RETURNING)))
        .group_by(BankLine.state)
    )
    parked = {state: int(fen) for state, fen in rows}
    yield Figure("returning", parked.get(LineState.RETURNING, 0), orders.get(Account.SUSPENSE, 0))
    yield Figure("suspense", sum(parked.values()), held.get((Account.SUSPENSE, 0), 0))


def _what_came_in(session: Session, held: Balances) -> Iterable[Figure]:
    """3: allocated + interest (+ deposits kept by decision) = available + reserved + outstanding + spent, by year."""
    sums = (
        sa.select(FundPlan.policy_year, sa.func.sum(FundPlan.amount_fen))
        .where(FundPlan.state == PlanState.CONFIRMED)
        .group_by(FundPlan.policy_year),
        sa.select(BankLine.policy_year, sa.func.sum(BankLine.amount_fen))
        .where(BankLine.state == LineState.INTEREST)
        .group_by(BankLine.policy_year),
        sa.select(Commitment.policy_year, sa.func.sum(Commitment.deposit_kept_fen)).group_by(Commitment.policy_year),
    )
    came: dict[int, int] = {}
    for query in sums:
        for year, fen in session.execute(query):
            came[year] = came.get(year, 0) + int(fen)
    purse = (Account.FUND_AVAILABLE, Account.FUND_RESERVED, Account.VOUCHER_OUTSTANDING, Account.FUND_SPENT)
    for year in sorted(came.keys() | {year for _, year in held if year}):
        yield Figure("purse", came.get(year, 0), sum(held.get((one, year), 0) for one in purse), str(year))
        spent, cost = held.get((Account.FUND_SPENT, year), 0), held.get((Account.EXPENDITURE, year), 0)
        yield Figure("expenditure", spent, cost, str(year))


def _years_and_vouchers(session: Session, held: Balances) -> Iterable[Figure]:
    """4: A6.2 per enterprise and year, A3.1 per category; each voucher is used or given back whole, at most once."""
    yield Figure("claims", 0, _differing_years(session))
    yield Figure("shares", 0, _differing_shares(session))
    over = sa.select(sa.func.count()).select_from(EnterpriseYear)
    over = over.where(
        (EnterpriseYear.claimed_fen > EnterpriseYear.limit_fen) | (EnterpriseYear.used_fen > EnterpriseYear.limit_fen)
    )
    yield Figure("over_the_limit", 0, session.scalar(over) or 0)
    torn = (
        sa.select(sa.func.count())
        .select_from(Commitment)
        .where(Commitment.state.not_in(LIVE), Commitment.settled_fen + Commitment.returned_fen != Commitment.amount_fen)
    )
    yield Figure("vouchers_torn", 0, session.scalar(torn) or 0)
    twice = sa.select(LedgerEntry.case_number).where(LedgerEntry.kind.in_(_ENDS)).group_by(LedgerEntry.case_number)
    twice = twice.having(sa.func.count() > 1)
    yield Figure("ended_twice", 0, session.scalar(sa.select(sa.func.count()).select_from(twice.subquery())) or 0)
    spent = session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Commitment.settled_fen), 0)))
    yield Figure("settled", int(spent or 0), sum(fen for (one, _), fen in held.items() if one is Account.FUND_SPENT))


def _differing_years(session: Session) -> int:
    """How many enterprises' years are not the sums of their cases."""
    by_year = sa.select(
        Commitment.enterprise_id, Commitment.policy_year,
        sa.func.sum(Commitment.claimed_fen), sa.func.sum(Commitment.settled_fen),
    ).group_by(Commitment.enterprise_id, Commitment.policy_year)  # fmt: skip
    kept = sa.select(
        EnterpriseYear.enterprise_id, EnterpriseYear.policy_year, EnterpriseYear.claimed_fen, EnterpriseYear.used_fen
    )
    return _differing(session, by_year, kept)


def _differing_shares(session: Session) -> int:
    """How many categories' uses are not the sums of their cases."""
    counts = sa.case((Commitment.state.in_(LIVE), Commitment.amount_fen), else_=Commitment.settled_fen)
    by_category = sa.select(Commitment.policy_year, Commitment.category, sa.func.sum(counts)).group_by(
        Commitment.policy_year, Commitment.category
    )
    kept = sa.select(CategoryUse.policy_year, CategoryUse.category, CategoryUse.used_fen)
    return _differing(session, by_category, kept)


def _differing(session: Session, summed: sa.Select, kept: sa.Select) -> int:  # type: ignore[type-arg]
    """How many rows of two queries differ; a row of nothing but zeros need not be in both."""

    def rows(query: sa.Select) -> dict[tuple[object, object], tuple[int, ...]]:  # type: ignore[type-arg]
        return {(row[0], row[1]): tuple(map(int, row[2:])) for row in session.execute(query) if any(row[2:])}

    ours, theirs = rows(summed), rows(kept)
    return sum(ours.get(key) != theirs.get(key) for key in ours.keys() | theirs.keys())


def _cash_and_bank(session: Session, held: Balances) -> Iterable[Figure]:
    """5: cash moves by lines of the bank alone, and on each reconciled day equals the statement's balance."""
    booked = sa.select(BankLine.booked_on, sa.func.sum(BankLine.amount_fen)).where(BankLine.entry_id.is_not(None))
    days = [
        (day, int(fen))
        for day, fen in session.execute(booked.group_by(BankLine.booked_on).order_by(BankLine.booked_on))
    ]
    yield Figure("cash", sum(fen for _, fen in days), held.get((Account.CASH, 0), 0))
    yield Figure("cash_without_the_bank", 0, _strangers(session))
    totals = list(zip((day for day, _ in days), accumulate(fen for _, fen in days), strict=True))
    for closed in session.scalars(sa.select(Reconciliation).order_by(Reconciliation.on)):
        found = next((fen for day, fen in reversed(totals) if day <= closed.on), 0)
        yield Figure("reconciled", closed.cash_fen, found, closed.on.isoformat())


def _strangers(session: Session) -> int:
    """How many lines of the books move cash by another amount than the bank's line that they belong to, or by none."""
    sign = sa.case((LedgerLine.debit_account == Account.CASH, 1), else_=-1)
    query = (
        sa.select(sa.func.count())
        .select_from(LedgerLine)
        .outerjoin(BankLine, BankLine.entry_id == LedgerLine.entry_id)
        .where(
            (LedgerLine.debit_account == Account.CASH) | (LedgerLine.credit_account == Account.CASH),
            BankLine.id.is_(None) | (BankLine.amount_fen != sign * LedgerLine.amount_fen),
        )
    )
    return session.scalar(query) or 0
