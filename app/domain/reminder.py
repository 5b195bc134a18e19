"""Reminders: who was told that something of theirs falls due (A8.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant


class Reminder(Base):
    """One reminder to one person of one case; the same due date is brought to mind once."""

    __tablename__ = "reminder"
    __table_args__ = (sa.CheckConstraint("reminded_at <= due_at", name="in_time"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    reminded_at: Mapped[datetime] = mapped_column(Instant)


def remind(session: Session, person_id: int, *, case_number: str, due_at: datetime, now: datetime) -> bool:
    """Remind a person; return whether it was news. Nothing is said twice, nor once the date has passed."""
    if now > due_at or session.get(Reminder, (person_id, case_number, due_at)) is not None:
        return False
    session.add(Reminder(person_id=person_id, case_number=case_number, due_at=due_at, reminded_at=now))
    session.flush()
    return True


def reminders_of(session: Session, person_id: int, *, now: datetime) -> Sequence[Reminder]:
    """What a person has been reminded of and is not yet past, the most pressing first."""
    query = sa.select(Reminder).where(Reminder.person_id == person_id, Reminder.due_at >= now)
    return session.scalars(query.order_by(Reminder.due_at, Reminder.case_number)).all()
