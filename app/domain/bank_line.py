"""Lines of the special account at the bank: what came in, what went out, and what each was used for.

Cash moves in the books by these lines alone, so that the books and the bank can be compared to the fen (A11.14).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.bank_errors import BankLineTakenError, UnknownBankLineError
from app.domain.ledger import lock_books


class LineState(StrEnum):
    """What a line has become."""

    SUSPENSE = "suspense"
    """Came in and belongs to nothing yet."""
    DEPOSIT = "deposit"
    PLAN = "plan"
    INTEREST = "interest"
    RETURNING = "returning"
    """To be sent back: a payment order is waiting."""
    RETURNED = "returned"
    UNMATCHED = "unmatched"
    """Went out, and is not known yet for which payment; not in the books until it is."""
    PAYMENT = "payment"


CAME_IN = ("suspense", "deposit", "plan", "interest", "returning", "returned")
_STATES = ", ".join(repr(str(one)) for one in LineState)
_CAME_IN = ", ".join(repr(one) for one in CAME_IN)


class BankStatement(Base):
    """One import: a file, or a line that was entered by hand."""

    __tablename__ = "bank_statement"
    __table_args__ = (sa.CheckConstraint("source IN ('file', 'entered')", name="source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(8))
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the file's bytes, hex; '': entered by hand")
    lines: Mapped[int] = mapped_column(comment="in the file, known ones included")
    imported_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: by a command")
    imported_at: Mapped[datetime] = mapped_column(Instant)


class BankLine(Base):
    """One line of the bank, known by the bank's own serial number."""

    __tablename__ = "bank_line"
    __table_args__ = (
        sa.UniqueConstraint("serial_number"),
        sa.CheckConstraint("amount_fen <> 0", name="amount"),
        sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
        sa.CheckConstraint(f"(amount_fen > 0) = (state IN ({_CAME_IN}))", name="direction"),
        sa.CheckConstraint("(entry_id IS NULL) = (state = 'unmatched')", name="in_the_books"),
        sa.CheckConstraint("(case_number IS NOT NULL) OR state <> 'deposit'", name="deposit_of_a_case"),
        sa.Index("ix_bank_line_booked_on_id", "booked_on", "id"),
        sa.Index("ix_bank_line_state_id", "state", "id"),
        sa.Index("ix_bank_line_statement_id", "statement_id"),
        sa.Index("ix_bank_line_case_number", "case_number"),
        sa.Index("ix_bank_line_entry_id", "entry_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_statement.id"))
    serial_number: Mapped[str] = mapped_column(sa.String(60), comment="the bank's, never given twice")
    booked_on: Mapped[date] = mapped_column(sa.Date)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="above zero: came in; below: went out")
    balance_fen: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="after the line; NULL: the slip does not say"
    )
    counterparty_name: Mapped[str] = mapped_column(sa.String(120))
    counterparty_account: Mapped[str] = mapped_column(sa.String(40))
    remark: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(10))
    policy_year: Mapped[int] = mapped_column(
        sa.Integer, comment="of the day; of interest, the year that it was posted to"
    )
    case_number: Mapped[str | None] = mapped_column(sa.String(80), comment="NULL: of no case")
    reason: Mapped[str] = mapped_column(sa.String(300), server_default="", comment="why it is sent back, or parked")
    entry_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("ledger_entry.id"), comment="the entry that moved cash; NULL: went out, not matched yet"
    )
    changed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: matched by the machine")
    changed_at: Mapped[datetime] = mapped_column(Instant)


def line_to_use(session: Session, line_id: int, *states: LineState) -> BankLine:
    """A line under the books' lock, in one of these states; raise UnknownBankLineError, BankLineTakenError."""
    lock_books(session)
    session.flush()
    found = session.get(BankLine, line_id, populate_existing=True)
    if found is None:
        raise UnknownBankLineError(line_id)
    if found.state not in states:
        raise BankLineTakenError(found.serial_number, found.state)
    return found


def use_line(line: BankLine, state: LineState, *, now: datetime, actor_id: int | None, reason: str = "") -> None:
    """Say what a line has become."""
    line.state, line.changed_at, line.changed_by, line.reason = str(state), now, actor_id, reason[:300]
