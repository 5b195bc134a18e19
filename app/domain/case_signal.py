"""What a case is to hear of its money: kept with the booking, delivered afterwards by a worker, until the case takes it.

Whoever imports five hundred lines would otherwise hold the books while five hundred cases move on; and a case that is not
yet at the step where it waits would miss its money.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant

_LONGEST_WAIT = timedelta(hours=1)


class Signal(StrEnum):
    """The messages by name; the correlation is the case number."""

    DEPOSIT_CONFIRMED = "deposit_confirmed"
    PAYMENT_CONFIRMED = "payment_confirmed"


class CaseSignal(Base):
    """One message that a case has not taken yet, or has."""

    __tablename__ = "case_signal"
    __table_args__ = (
        sa.UniqueConstraint("case_number", "message"),
        sa.Index(
            "ix_case_signal_due_at", "due_at", sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80))
    message: Mapped[str] = mapped_column(sa.String(30))
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant, comment="not tried before")
    attempts: Mapped[int] = mapped_column(server_default="0", comment="how often the case did not wait for it yet")
    delivered_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not taken yet")


def signal(session: Session, case_number: str, message: Signal, *, now: datetime) -> None:
    """Keep a message for a case; the same message again changes nothing."""
    known = session.scalar(
        sa.select(CaseSignal.id).where(CaseSignal.case_number == case_number, CaseSignal.message == str(message))
    )
    if known is None:
        session.add(CaseSignal(case_number=case_number, message=str(message), made_at=now, due_at=now, attempts=0))
        session.flush()


def due_signals(session: Session, *, now: datetime, limit: int = 200) -> Sequence[tuple[int, str, str]]:
    """What is to be delivered now: id, case number, message; the oldest first."""
    query = (
        sa.select(CaseSignal.id, CaseSignal.case_number, CaseSignal.message)
        .where(CaseSignal.delivered_at.is_(None), CaseSignal.due_at <= now)
        .order_by(CaseSignal.due_at, CaseSignal.id)
        .limit(limit)
    )
    return [(row.id, row.case_number, row.message) for row in session.execute(query)]


def mark_delivered(session: Session, signal_id: int, *, now: datetime) -> None:
    """The case has taken it; this try, which was counted before it was made, did not fail."""
    one = session.get_one(CaseSignal, signal_id)
    one.delivered_at, one.attempts = now, max(0, one.attempts - 1)


def try_later(session: Session, signal_id: int, *, now: datetime) -> None:
    """The case does not wait for it yet: try again, each time after a longer while, an hour at most."""
    one = session.get_one(CaseSignal, signal_id)
    one.attempts += 1
    one.due_at = now + min(_LONGEST_WAIT, timedelta(seconds=2 ** min(one.attempts, 12)))
