"""The purse of a year as the bureau follows it (A3.3): where the money stands, and what was issued and settled by month.

All of it comes from the lines of the books, in one statement: the figures, the months and the lists that they lead to
cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.account import Account
from app.domain.calendar import SHANGHAI
from app.domain.ledger import EntryKind, LedgerEntry, LedgerLine

MONTHS = 12
SPEED_MONTHS = 3
"""So many months the speed is taken from."""
COURSE = (Account.FUND_SPENT, Account.VOUCHER_OUTSTANDING, Account.FUND_RESERVED, Account.FUND_AVAILABLE)
"""The states of the year's money, from what is gone to what is free."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the year.

    Attributes:
        number: 1 to 12; 13 gathers what was booked for the policy year after its end.
        since, until: the instants between which its lines were recorded, the second left out.
        promised_fen: reserved, less what was released again.
        course_fen: at its end, in the order of COURSE.
    """

    number: int
    since: datetime
    until: datetime
    promised_fen: int
    issued_fen: int
    settled_fen: int
    course_fen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PurseReport:
    """The purse of one policy year.

    Attributes:
        kept_deposits_fen: deposits that a decision kept when a voucher was voided (A11.5): they fell to the purse.
    """

    policy_year: int
    allocated_fen: int
    interest_fen: int
    kept_deposits_fen: int
    spent_fen: int
    outstanding_fen: int
    reserved_fen: int
    available_fen: int
    months: Sequence[Month]

    @property
    def difference_fen(self) -> int:
        """What came in less what it has become; anything but 0 breaks invariant 3."""
        gone = self.spent_fen + self.outstanding_fen + self.reserved_fen + self.available_fen
        return self.allocated_fen + self.interest_fen + self.kept_deposits_fen - gone

    @property
    def lasts_tenths(self) -> int | None:
        """For how many tenths of a month the purse lasts at the speed of the last three months; None: nothing went."""
        latest = self.months[-SPEED_MONTHS:]
        promised = sum(one.promised_fen for one in latest)
        return self.available_fen * 10 * len(latest) // promised if promised > 0 else None

    @property
    def is_balanced(self) -> bool:
        """Whether invariant 3 holds."""
        return self.difference_fen == 0


@dataclass(frozen=True, slots=True)
class _Flow:
    """What went from one account to another under one kind of entry (a reversal under that of what it reverses), by month."""

    kind: str
    debit: str
    credit: str
    fen: tuple[int, ...]


def report_of(session: Session, policy_year: int, *, now: datetime) -> PurseReport:
    """The purse of a year as it stands; months that have not begun are left out."""
    bounds = _bounds(policy_year)
    flows = _flows(session, policy_year, bounds)
    balances = {account: _net(flows, account) for account in COURSE}
    spent, outstanding, reserved, available = (sum(balances[account]) for account in COURSE)
    return PurseReport(
        policy_year,
        allocated_fen=_came_in(flows, EntryKind.PLAN_CONFIRMED),
        interest_fen=_came_in(flows, EntryKind.INTEREST),
        kept_deposits_fen=_came_in(flows, EntryKind.VOIDED),
        spent_fen=spent,
        outstanding_fen=outstanding,
        reserved_fen=reserved,
        available_fen=available,
        months=[one for one in _months(flows, balances, bounds) if one.since <= now],
    )


def years_of(session: Session) -> list[int]:
    """The policy years for which anything was booked."""
    return list(session.scalars(sa.select(LedgerEntry.policy_year).distinct().order_by(LedgerEntry.policy_year)))


def _bounds(policy_year: int) -> list[tuple[datetime, datetime]]:
    """The twelve months in Shanghai, and the time after them."""
    starts = [datetime(policy_year, month, 1, tzinfo=SHANGHAI) for month in range(1, MONTHS + 1)]
    starts += [datetime(policy_year + 1, 1, 1, tzinfo=SHANGHAI), datetime(policy_year + 100, 1, 1, tzinfo=SHANGHAI)]
    return list(pairwise(starts))


def _flows(session: Session, policy_year: int, bounds: Sequence[tuple[datetime, datetime]]) -> list[_Flow]:
    at, amount = LedgerEntry.recorded_at, LedgerLine.amount_fen
    sums = [
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(at >= since, at < until), amount), else_=0)), 0)
        for since, until in [(datetime(1970, 1, 1, tzinfo=SHANGHAI), bounds[0][1]), *bounds[1:]]
    ]
    reversed_entry = aliased(LedgerEntry)
    keys = (
        sa.func.coalesce(reversed_entry.kind, LedgerEntry.kind),
        LedgerLine.debit_account,
        LedgerLine.credit_account,
    )
    rows = session.execute(
        sa.select(*keys, *sums)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .outerjoin(reversed_entry, reversed_entry.id == LedgerEntry.reverses_id)
        .where(LedgerEntry.policy_year == policy_year)
        .group_by(*keys)
    )
    return [_Flow(row[0], row[1], row[2], tuple(int(one) for one in row[3:])) for row in rows]


def _came_in(flows: Sequence[_Flow], kind: EntryKind) -> int:
    """What came into the purse from outside under a kind of entry, less what was reversed."""
    of_kind = [flow for flow in flows if flow.kind == kind]
    free = Account.FUND_AVAILABLE
    return sum(
        _summed(
            of_kind,
            lambda debit, credit: (credit is free and debit not in COURSE) - (debit is free and credit not in COURSE),
        )
    )


def _between(flows: Sequence[_Flow], debit: Account, credit: Account) -> tuple[int, ...]:
    """What went from one to the other by month, less what was reversed."""
    return _summed(flows, lambda from_, to: ((from_, to) == (debit, credit)) - ((from_, to) == (credit, debit)))


def _net(flows: Sequence[_Flow], account: Account) -> tuple[int, ...]:
    """By how much an account of the credit side rose in each month."""
    return _summed(flows, lambda debit, credit: (credit is account) - (debit is account))


def _summed(flows: Sequence[_Flow], sign: Callable[[Account, Account], int]) -> tuple[int, ...]:
    """The flows by month, each with the sign of its two accounts."""
    total = [0] * (MONTHS + 1)
    for flow in flows:
        factor = sign(Account(flow.debit), Account(flow.credit))
        total = [one + factor * fen for one, fen in zip(total, flow.fen, strict=True)]
    return tuple(total)


def _months(
    flows: Sequence[_Flow], balances: dict[Account, tuple[int, ...]], bounds: Sequence[tuple[datetime, datetime]]
) -> list[Month]:
    promised = _between(flows, Account.FUND_AVAILABLE, Account.FUND_RESERVED)
    issued = _between(flows, Account.FUND_RESERVED, Account.VOUCHER_OUTSTANDING)
    settled = _between(flows, Account.VOUCHER_OUTSTANDING, Account.FUND_SPENT)
    return [
        Month(
            place + 1, *bounds[place], promised[place], issued[place], settled[place],
            tuple(sum(balances[account][: place + 1]) for account in COURSE),
        )
        for place in range(MONTHS + 1)
    ]  # fmt: skip
