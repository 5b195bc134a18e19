"""Reconciliation by day: what the books hold in cash is what the bank's statement says at the day's end (A11.14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.bank_errors import CashDiffersError, DayToComeError, NoStatementError
from app.domain.bank_line import BankLine
from app.domain.calendar import local_day
from app.domain.ledger import lock_books


class Reconciliation(Base):
    """A day that is closed: no line of the bank is added to it or to a day before."""

    __tablename__ = "reconciliation"

    on: Mapped[date] = mapped_column("reconciled_on", sa.Date, primary_key=True)
    cash_fen: Mapped[int] = mapped_column(
        sa.BigInteger, comment="of the books at the day's end; the bank's balance too"
    )
    reconciled_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reconciled_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class DayBalance:
    """What books and bank say of one day's end."""

    on: date
    cash_fen: int
    statement_fen: int | None
    """None: no line up to the day says a balance."""

    @property
    def difference_fen(self) -> int:
        """Books less bank; 0: the day can be closed."""
        return self.cash_fen - (self.statement_fen or 0)


def day_balance(session: Session, on: date) -> DayBalance:
    """Books and bank at the end of a day."""
    cash = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(BankLine.amount_fen), 0)).where(
            BankLine.booked_on <= on, BankLine.entry_id.is_not(None)
        )
    )
    said = session.scalar(
        sa.select(BankLine.balance_fen)
        .where(BankLine.booked_on <= on, BankLine.balance_fen.is_not(None))
        .order_by(BankLine.booked_on.desc(), BankLine.id.desc())
        .limit(1)
    )
    return DayBalance(on, int(cash or 0), said)


def reconcile_day(session: Session, on: date, *, now: datetime, actor_id: int) -> Reconciliation:
    """Close a day; the same again changes nothing.

    Raises DayToComeError, NoStatementError, CashDiffersError with both figures.
    """
    if on > local_day(now):
        raise DayToComeError(on)
    lock_books(session)
    session.flush()
    found = session.get(Reconciliation, on)
    if found is not None:
        return found
    day = day_balance(session, on)
    if day.statement_fen is None:
        raise NoStatementError(on)
    if day.difference_fen:
        raise CashDiffersError(on, day.cash_fen, day.statement_fen)
    made = Reconciliation(on=on, cash_fen=day.cash_fen, reconciled_by=actor_id, reconciled_at=now)
    session.add(made)
    session.flush()
    return made


def last_reconciled_on(session: Session) -> date | None:
    """The last day that is closed; None: none is."""
    return session.scalar(sa.select(sa.func.max(Reconciliation.on)))
